/** Figures as people read them. The API gives decimals as text, and they are rounded in the text: half to
 *  even, as the command line, the reports and the files do (tests/golden/rounding.txt holds both to it). */
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

/** A double as its shortest decimal text, never with an exponent. */
function plainText(value: number): string {
    const text = String(value);
    if (!/[eE]/.test(text)) return text;
    return Math.abs(value) < 1 ? value.toFixed(20) : BigInt(Math.round(value)).toString();
}

const plain = (text: string) => (/[eE]/.test(text) ? plainText(Number(text)) : text);

/** The text x 10^shift, rounded once and half to even to `decimals`: ("0.0377496", 2, 2) is "3.77". */
export function rounded(text: string, decimals: number, shift = 0): string {
    const { negative, whole, fraction } = split(plain(text));
    const zeros = '0'.repeat(Math.max(0, -shift));
    const at = zeros.length + whole.length + shift + decimals;
    const digits = `${zeros}${whole}${fraction}`.padEnd(at, '0');
    const cut = digits.slice(at);
    const kept = BigInt(digits.slice(0, at) || '0');
    const half = /^50*$/.test(cut);
    const up = half ? kept % 2n === 1n : (cut[0] ?? '0') >= '5';
    const sum = (kept + (up ? 1n : 0n)).toString().padStart(decimals + 1, '0');
    const body = decimals > 0 ? `${sum.slice(0, -decimals)}.${sum.slice(-decimals)}` : sum;
    return negative && /[1-9]/.test(body) ? `-${body}` : body;
}

/** Rounded, grouped, with a minus as it is set. */
function shownRounded(text: string, decimals: number, shift = 0): string {
    const body = rounded(text, decimals, shift);
    return body.startsWith('-') ? MINUS + grouped2(body.slice(1)) : grouped2(body);
}

interface Scale {
    /** 10^places. */
    places: number;
    mark: string;
}
const SCALES: Record<Lang, readonly Scale[]> = {
    en: [
        { places: 9, mark: 'B' },
        { places: 6, mark: 'M' },
        { places: 3, mark: 'k' },
    ],
    zh: [
        { places: 8, mark: '亿' },
        { places: 4, mark: '万' },
    ],
};

/** Decimals that leave `digits` digits of text x 10^shift, the rounding already done: 9.9996 is 10.00. */
function significant(text: string, digits: number, shift = 0): string {
    let size = 0;
    for (let n = Math.abs(Number(text)) * 10 ** shift; n >= 10; n /= 10) size++;
    const body = rounded(text, Math.max(0, digits - 1 - size), shift);
    const wide = body.replace(/^-?0*|\./g, '').length > digits && body.includes('.');
    return wide ? rounded(text, Math.max(0, digits - 2 - size), shift) : body;
}

function trimZeros(text: string): string {
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** At most `digits` significant digits: 12.34k, 4.5M; 1.234万, 2.1亿. From 10,000 on it is scaled. */
export function compactNumber(value: number | string, lang: Lang, digits = 4): string {
    const text = typeof value === 'number' ? plainText(value) : plain(value);
    const size = text.startsWith('-') ? text.slice(1) : text;
    let body = '';
    if (Number(size) >= 9999.5) {
        for (const { places, mark } of SCALES[lang]) {
            // 999,950 is 1M, not 1000k: the scale is chosen by what will be shown
            const scaled = significant(size, digits, -places);
            if (Number(scaled) >= 1 || places <= 4) {
                body = `${trimZeros(scaled)}${mark}`;
                break;
            }
        }
    } else body = grouped2(significant(size, digits));
    return text.startsWith('-') && /[1-9]/.test(body) ? MINUS + body : body;
}

function grouped2(text: string): string {
    const [whole = '', fraction] = text.split('.');
    return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}

/** Currencies whose decimals are not two (ISO 4217), as the command line has them. */
const WHOLE = new Set('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' '));
const THREE = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

export const currencyDecimals = (currency: string) => (WHOLE.has(currency) ? 0 : THREE.has(currency) ? 3 : 2);

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
    if (unit === 'percent') return `${shownRounded(text, 2, 2)}%`;
    if (unit === 'p') return value < 0.001 ? '< 0.001' : shownRounded(text, 3);
    if (unit === 'h' || unit === 'days' || unit === 'min' || unit === 'months')
        return withUnit(shownRounded(text, 1), unit, style);
    if (Math.abs(value) >= 9999.5) return withUnit(compactNumber(text, style.lang), unit, style);
    if (unit === 'money') return withUnit(shownRounded(text, moneyDecimals(value, style)), unit, style);
    return withUnit(
        shownRounded(text, unit === 'count' || unit === 'ms' || unit === 's' ? 0 : 2),
        unit,
        style,
    );
}

/** Four digits of an amount: to the cent below a hundred. */
function moneyDecimals(value: number, style: NumberStyle): number {
    const size = Math.abs(value);
    return Math.min(size >= 1000 ? 0 : size >= 100 ? 1 : 2, currencyDecimals(style.currency));
}

/** Every digit there is, with its unit: for hovers, tables and copies made to be read. */
export function exactValue(text: string | null | undefined, unit: Unit, style: NumberStyle): string {
    if (text === null || text === undefined) return NO_VALUE;
    if (unit === 'percent') return `${exactDecimal(timesHundred(text))}%`;
    if (unit === 'money') return withUnit(exactDecimal(text, currencyDecimals(style.currency)), unit, style);
    return withUnit(exactDecimal(text), unit, style);
}

/** A table's cell: all digits that matter, none that do not (money to the cent, rates to 0.01 %). */
export function tableValue(text: string | null | undefined, unit: Unit, style: NumberStyle): string {
    if (text === null || text === undefined) return NO_VALUE;
    if (!Number.isFinite(Number(text))) return NO_VALUE;
    if (unit === 'money') return shownRounded(text, currencyDecimals(style.currency));
    if (unit === 'count') return exactDecimal(text);
    return shortValue(text, unit, style);
}

export function signOf(text: string | null | undefined): -1 | 0 | 1 {
    if (text === null || text === undefined) return 0;
    const value = Number(text);
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

function plus(body: string, sign: number): string {
    return sign > 0 ? `+${body}` : body;
}

/** A body with its sign before it; none where nothing but zeros is shown. */
function signed(body: string): string {
    return /[1-9]/.test(body) && !body.startsWith(MINUS) ? `+${body}` : body;
}

/** "+4.2%" of a relative change given as a fraction. */
export function relativeChange(text: string | null | undefined): string {
    if (text === null || text === undefined) return NO_VALUE;
    const large = Math.abs(Number(text)) >= 10;
    return `${signed(shownRounded(text, large ? 0 : 1, 2))}%`;
}

/** The change of a rate in percentage points: "+0.42 pp", "+0.42 个百分点". */
export function pointsChange(text: string | null | undefined, lang: Lang): string {
    if (text === null || text === undefined) return NO_VALUE;
    return `${signed(shownRounded(text, 2, 2))}${THIN}${lang === 'zh' ? '个百分点' : 'pp'}`;
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
export function shareText(value: number | string | null): string {
    if (value === null || !Number.isFinite(Number(value))) return NO_VALUE;
    return `${shownRounded(typeof value === 'number' ? plainText(value) : value, 1, 2)}%`;
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
