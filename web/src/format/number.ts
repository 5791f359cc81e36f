/** Figures as people read them. The API gives decimals as text; a double is only used where at most
 *  four digits are shown. Exact forms work on the text itself, so no cent is ever lost. */
import type { Lang } from '../i18n/types';

export type Unit =
    | 'money'
    | 'count'
    | 'ratio'
    | 'percent'
    | 'score'
    | 'pts'
    | 'p'
    | 'ms'
    | 's'
    | 'min'
    | 'h'
    | 'days'
    | 'months'
    | 'same';

export interface NumberStyle {
    lang: Lang;
    currency: string;
}

export const MINUS = '−';
export const NO_VALUE = '–';
const THIN = ' ';

const symbols = new Map<string, string>();

/** The sign of a currency, such as ¥ or €. In Chinese the yuan is a plain ¥. */
export function currencySign(currency: string): string {
    let sign = symbols.get(currency);
    if (sign === undefined) {
        try {
            const parts = new Intl.NumberFormat('en', {
                style: 'currency',
                currency,
                currencyDisplay: 'narrowSymbol',
            }).formatToParts(0);
            sign = parts.find(({ type }) => type === 'currency')?.value ?? currency;
        } catch {
            sign = currency;
        }
        symbols.set(currency, sign);
    }
    return sign;
}

/** "-1234567.8900" -> sign "-", whole "1234567", fraction "8900". */
function split(text: string): { negative: boolean; whole: string; fraction: string } {
    const negative = text.startsWith('-');
    const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
    return { negative, whole, fraction };
}

function grouped(whole: string): string {
    return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Exact decimal with digit groups; at least `least` decimals, further zeros dropped. */
export function exactDecimal(text: string, least = 0): string {
    if (/[eE]/.test(text)) return text;
    const { negative, whole, fraction } = split(text);
    let kept = fraction.replace(/0+$/, '');
    if (kept.length < least) kept = fraction.padEnd(least, '0').slice(0, least);
    const body = kept === '' ? grouped(whole) : `${grouped(whole)}.${kept}`;
    return negative && /[1-9]/.test(body) ? MINUS + body : body;
}

/** Moves the point of a decimal text two places to the right: "0.0231" -> "2.31". Exact. */
export function timesHundred(text: string): string {
    if (/[eE]/.test(text)) return String(Number(text) * 100);
    const { negative, whole, fraction } = split(text);
    const wide = fraction.padEnd(2, '0');
    const all = `${whole}${wide.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
    const rest = wide.slice(2);
    return `${negative ? '-' : ''}${all}${rest === '' ? '' : `.${rest}`}`;
}

interface Scale {
    at: number;
    mark: string;
}
const SCALES: Record<Lang, readonly Scale[]> = {
    en: [
        { at: 1e9, mark: 'B' },
        { at: 1e6, mark: 'M' },
        { at: 1e3, mark: 'k' },
    ],
    zh: [
        { at: 1e8, mark: '亿' },
        { at: 1e4, mark: '万' },
    ],
};

function significant(value: number, digits: number): string {
    const size = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
    const decimals = Math.max(0, digits - 1 - size);
    // 1.2345 is a little less as a double: nudged, so that halves go up as people expect
    return (value * (1 + 1e-13)).toFixed(Math.min(decimals, 20));
}

function trimZeros(text: string): string {
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** At most `digits` significant digits: 12.35k, 4.5M; 1.235万, 2.1亿. From 10,000 on it is scaled. */
export function compactNumber(value: number, lang: Lang, digits = 4): string {
    const size = Math.abs(value);
    const sign = value < 0 ? MINUS : '';
    if (size >= 9999.5) {
        for (const { at, mark } of SCALES[lang]) {
            // 999,950 is 1M, not 1000k: the scale is chosen by what will be shown
            if (Number(significant(size / at, digits)) >= 1 || at <= 1e4)
                return `${sign}${trimZeros(significant(size / at, digits))}${mark}`;
        }
    }
    return sign + grouped2(significant(size, digits));
}

function grouped2(text: string): string {
    const [whole = '', fraction] = text.split('.');
    return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}

const SUFFIXES: Record<Lang, Partial<Record<Unit, string>>> = {
    en: { pts: 'pts', ms: 'ms', s: 's', min: 'min', h: 'h', days: 'days', months: 'months' },
    zh: { pts: '分', ms: '毫秒', s: '秒', min: '分钟', h: '小时', days: '天', months: '个月' },
};

export function unitSuffix(unit: Unit, lang: Lang): string {
    return SUFFIXES[lang][unit] ?? '';
}

function withUnit(body: string, unit: Unit, style: NumberStyle): string {
    if (unit === 'money') {
        const sign = currencySign(style.currency);
        return body.startsWith(MINUS) ? `${MINUS}${sign}${body.slice(1)}` : `${sign}${body}`;
    }
    const suffix = unitSuffix(unit, style.lang);
    return suffix === '' ? body : `${body}${THIN}${suffix}`;
}

/** The short form of cards, axes and tables. */
export function shortValue(text: string | null | undefined, unit: Unit, style: NumberStyle): string {
    if (text === null || text === undefined) return NO_VALUE;
    const value = Number(text);
    if (!Number.isFinite(value)) return NO_VALUE;
    if (unit === 'percent') return `${(value * 100).toFixed(2)}%`.replace('-', MINUS);
    if (unit === 'count') {
        const whole = Math.abs(value) < 9999.5;
        return whole ? exactDecimal(String(Math.round(value))) : compactNumber(value, style.lang);
    }
    if (unit === 'money') return withUnit(moneyBody(value, style.lang), unit, style);
    if (unit === 'p') return value < 0.001 ? '< 0.001' : value.toFixed(3);
    if (unit === 'ms' || unit === 's')
        return withUnit(
            Math.abs(value) < 9999.5 ? trimmed(value, 0) : compactNumber(value, style.lang),
            unit,
            style,
        );
    if (unit === 'h' || unit === 'days' || unit === 'min' || unit === 'months')
        return withUnit(trimmed(value, 1), unit, style);
    return withUnit(
        Math.abs(value) >= 9999.5 ? compactNumber(value, style.lang) : trimmed(value, 2),
        unit,
        style,
    );
}

function moneyBody(value: number, lang: Lang): string {
    const size = Math.abs(value);
    if (size >= 9999.5) return compactNumber(value, lang);
    return (value < 0 ? MINUS : '') + grouped2(size.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2));
}

function trimmed(value: number, decimals: number): string {
    const body = grouped2(Math.abs(value).toFixed(decimals));
    return value < 0 && /[1-9]/.test(body) ? MINUS + body : body;
}

/** Every digit there is, with its unit: for hovers, tables and copies made to be read. */
export function exactValue(text: string | null | undefined, unit: Unit, style: NumberStyle): string {
    if (text === null || text === undefined) return NO_VALUE;
    if (unit === 'percent') return `${exactDecimal(timesHundred(text))}%`;
    if (unit === 'money') return withUnit(exactDecimal(text, 2), unit, style);
    return withUnit(exactDecimal(text), unit, style);
}

/** A table's cell: all digits that matter, none that do not (money to the cent, rates to 0.01 %). */
export function tableValue(text: string | null | undefined, unit: Unit, style: NumberStyle): string {
    if (text === null || text === undefined) return NO_VALUE;
    const value = Number(text);
    if (!Number.isFinite(value)) return NO_VALUE;
    if (unit === 'money') return signedMinus(centsOf(text));
    if (unit === 'count') return exactDecimal(text);
    return shortValue(text, unit, style);
}

function signedMinus(text: string): string {
    return text.startsWith('-') ? MINUS + text.slice(1) : text;
}

/** Rounded half away from zero to two decimals, in the text. */
function centsOf(text: string): string {
    const { negative, whole, fraction } = split(text);
    const cents = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
    const up = (fraction[2] ?? '0') >= '5' ? 1n : 0n;
    const sum = (cents + up).toString().padStart(3, '0');
    const body = `${grouped(sum.slice(0, -2))}.${sum.slice(-2)}`;
    return negative && /[1-9]/.test(body) ? `-${body}` : body;
}

export function signOf(text: string | null | undefined): -1 | 0 | 1 {
    if (text === null || text === undefined) return 0;
    const value = Number(text);
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

function plus(body: string, sign: number): string {
    return sign > 0 ? `+${body}` : body;
}

/** "+4.2%" of a relative change given as a fraction. */
export function relativeChange(text: string | null | undefined): string {
    if (text === null || text === undefined) return NO_VALUE;
    const value = Number(text) * 100;
    const size = Math.abs(value);
    const body = size >= 1000 ? grouped(size.toFixed(0)) : size.toFixed(1);
    return (
        (value > 0 && Number(body.replace(',', '')) !== 0
            ? '+'
            : value < 0 && Number(body.replace(',', '')) !== 0
              ? MINUS
              : '') +
        body +
        '%'
    );
}

/** The change of a rate in percentage points: "+0.42 pp", "+0.42 个百分点". */
export function pointsChange(text: string | null | undefined, lang: Lang): string {
    if (text === null || text === undefined) return NO_VALUE;
    const value = Number(text) * 100;
    const body = Math.abs(value).toFixed(2);
    const sign = Number(body) === 0 ? '' : value > 0 ? '+' : MINUS;
    return lang === 'zh' ? `${sign}${body}${THIN}个百分点` : `${sign}${body}${THIN}pp`;
}

/** How a figure moved, in the words of its unit: rates in percentage points, all else in per cent. */
export function changeText(
    unit: Unit,
    change: string | null | undefined,
    relative: string | null | undefined,
    style: NumberStyle,
): string {
    if (unit === 'percent') return pointsChange(change, style.lang);
    if (unit === 'pts' || unit === 'score')
        return change === null || change === undefined
            ? NO_VALUE
            : plus(shortValue(change, unit, style), Number(change));
    return relativeChange(relative);
}

/** The change in the KPI's own unit with its sign: for tooltips beside changeText. */
export function changeExact(unit: Unit, change: string | null | undefined, style: NumberStyle): string {
    if (change === null || change === undefined) return NO_VALUE;
    if (unit === 'percent') return pointsChange(change, style.lang);
    return plus(exactValue(change, unit, style), Number(change));
}

/** A share of a whole, as a fraction: "12.3%". */
export function shareText(value: number | null): string {
    if (value === null || !Number.isFinite(value)) return NO_VALUE;
    return `${(value * 100).toFixed(1)}%`.replace('-', MINUS);
}

export function byteText(bytes: number): string {
    if (bytes < 1000) return `${bytes} B`;
    const units = ['kB', 'MB', 'GB', 'TB'];
    let value = bytes;
    let at = -1;
    while (value >= 999.5 && at < units.length - 1) {
        value /= 1000;
        at++;
    }
    return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[at]}`;
}
