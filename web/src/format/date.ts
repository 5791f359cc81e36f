/** Local dates of the shop, as "2026-11-24" in and words out. No time zone is ever applied: a shop's
 *  day is a day wherever it is read. */
import type { Lang } from '../i18n/types';

export type Grain = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'total';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS: Record<Lang, readonly string[]> = {
    en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
};

export function parseDay(day: string): { y: number; m: number; d: number } | null {
    const hit = /^(\d{4})-(\d{2})-(\d{2})/.exec(day);
    return hit ? { y: Number(hit[1]), m: Number(hit[2]), d: Number(hit[3]) } : null;
}

/** Days as a number, for arithmetic and axes: midnight UTC of the civil date. */
export function dayTime(day: string): number {
    const p = parseDay(day);
    return p ? Date.UTC(p.y, p.m - 1, p.d) : Number.NaN;
}

export function timeDay(ms: number): string {
    return new Date(ms).toISOString().slice(0, 10);
}

export const DAY_MS = 86_400_000;

export function addDays(day: string, days: number): string {
    return timeDay(dayTime(day) + days * DAY_MS);
}

export function addMonths(day: string, months: number): string {
    const p = parseDay(day);
    if (!p) return day;
    const first = new Date(Date.UTC(p.y, p.m - 1 + months, 1));
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    return timeDay(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(p.d, last)));
}

/** The first day of the n-th period behind the one that begins on a day. */
export function periodAfter(day: string, grain: Grain, n: number): string {
    if (grain === 'year') return addMonths(day, 12 * n);
    if (grain === 'quarter') return addMonths(day, 3 * n);
    if (grain === 'month') return addMonths(day, n);
    return addDays(day, grain === 'week' ? 7 * n : n);
}

/** Both ends included. */
export function daysBetween(from: string, to: string): number {
    return Math.round((dayTime(to) - dayTime(from)) / DAY_MS) + 1;
}

export function weekdayName(day: string, lang: Lang): string {
    return WEEKDAYS[lang][new Date(dayTime(day)).getUTCDay()] ?? '';
}

export function weekdayNames(lang: Lang, first: number): string[] {
    return Array.from({ length: 7 }, (_, i) => WEEKDAYS[lang][(first + i) % 7] ?? '');
}

/** "24 Nov 2026", "2026年11月24日". */
export function longDay(day: string, lang: Lang): string {
    const p = parseDay(day);
    if (!p) return day;
    return lang === 'zh' ? `${p.y}年${p.m}月${p.d}日` : `${p.d} ${MONTHS[p.m - 1]} ${p.y}`;
}

/** Without the year: "24 Nov", "11月24日". */
export function shortDay(day: string, lang: Lang): string {
    const p = parseDay(day);
    if (!p) return day;
    return lang === 'zh' ? `${p.m}月${p.d}日` : `${p.d} ${MONTHS[p.m - 1]}`;
}

/** ISO 8601 week number of a day. */
export function isoWeek(day: string): { year: number; week: number } {
    const at = new Date(dayTime(day));
    const thursday = new Date(at.getTime() + (4 - (at.getUTCDay() || 7)) * DAY_MS);
    const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
    return {
        year: thursday.getUTCFullYear(),
        week: Math.floor((thursday.getTime() - start) / DAY_MS / 7) + 1,
    };
}

/** A period by its first day, in the words of its grain. */
export function periodName(time: string, grain: Grain, lang: Lang, hour?: number): string {
    const p = parseDay(time);
    if (!p) return time;
    const zh = lang === 'zh';
    if (grain === 'year') return zh ? `${p.y}年` : String(p.y);
    if (grain === 'quarter') {
        const q = Math.floor((p.m - 1) / 3) + 1;
        return zh ? `${p.y}年第${q}季度` : `Q${q} ${p.y}`;
    }
    if (grain === 'month') return zh ? `${p.y}年${p.m}月` : `${MONTHS[p.m - 1]} ${p.y}`;
    if (grain === 'week') return zh ? `${longDay(time, lang)}起一周` : `Week from ${longDay(time, lang)}`;
    if (grain === 'hour') return `${longDay(time, lang)} ${String(hour ?? 0).padStart(2, '0')}:00`;
    return `${longDay(time, lang)} ${weekdayName(time, lang)}`;
}

/** Short form for axes and narrow columns. */
export function periodShort(time: string, grain: Grain, lang: Lang): string {
    const p = parseDay(time);
    if (!p) return time;
    if (grain === 'year') return String(p.y);
    if (grain === 'quarter') return `${p.y} Q${Math.floor((p.m - 1) / 3) + 1}`;
    if (grain === 'month') return lang === 'zh' ? `${p.y}年${p.m}月` : `${MONTHS[p.m - 1]} ${p.y}`;
    return shortDay(time, lang);
}

/** "27 Oct – 23 Nov 2026"; the year once when both ends share it. */
export function rangeText(from: string, to: string, lang: Lang): string {
    if (from === to) return longDay(from, lang);
    const a = parseDay(from);
    const b = parseDay(to);
    if (!a || !b) return `${from} – ${to}`;
    if (lang === 'zh')
        return a.y === b.y
            ? `${longDay(from, lang)}至${shortDay(to, lang)}`
            : `${longDay(from, lang)}至${longDay(to, lang)}`;
    return a.y === b.y
        ? `${shortDay(from, lang)} – ${longDay(to, lang)}`
        : `${longDay(from, lang)} – ${longDay(to, lang)}`;
}

let zone: string | undefined;

/** Moments are shown by the shop's clock, wherever the reader sits. */
export function useZone(name: string): void {
    zone = name;
}

/** A moment with its clock: orders, imports, sessions. */
export function momentText(iso: string, lang: Lang): string {
    const at = new Date(iso);
    if (Number.isNaN(at.getTime())) return iso;
    const parts = new Intl.DateTimeFormat('en-CA', {
        timeZone: zone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
    }).formatToParts(at);
    const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
    return `${longDay(`${of('year')}-${of('month')}-${of('day')}`, lang)} ${of('hour')}:${of('minute')}`;
}

export function isDay(text: string): boolean {
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && timeDay(dayTime(text)) === text;
}

/** The range before or after: whole months move by months, all else by its own length. */
export function shifted(range: { from: string; to: string }, by: -1 | 1): { from: string; to: string } {
    const a = parseDay(range.from);
    const whole = a?.d === 1 && addDays(range.to, 1).endsWith('-01');
    if (a && whole) {
        const next = parseDay(addDays(range.to, 1));
        const months = next ? (next.y - a.y) * 12 + next.m - a.m : 1;
        return {
            from: addMonths(range.from, by * months),
            to: addDays(addMonths(range.from, by * months + months), -1),
        };
    }
    const days = daysBetween(range.from, range.to) * by;
    return { from: addDays(range.from, days), to: addDays(range.to, days) };
}
