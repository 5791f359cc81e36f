import type { Row } from '../../data/types';
import { dayTime } from '../../format/date';

/** [hour, row of the weekday, value]; hours without any value are left out. */
export type HeatCell = readonly [number, number, number];

/** Rows by hour folded into a week: quotients by sum of numerators over sum of denominators, all else as
 *  the mean of the hours that have a value. `first` is the weekday of the first row, 0 is Sunday. */
export function byWeekdayAndHour(rows: readonly Row[], first: number): HeatCell[] {
    const sums = new Map<string, { hour: number; day: number; num: number; den: number }>();
    for (const row of rows) {
        if (row.time === null || row.hour === undefined || row.value === null) continue;
        const day = (new Date(dayTime(row.time)).getUTCDay() - first + 7) % 7;
        const key = `${row.hour} ${day}`;
        const sum = sums.get(key) ?? { hour: row.hour, day, num: 0, den: 0 };
        const quotient = row.num !== null && row.den !== null;
        sum.num += Number(quotient ? row.num : row.value);
        sum.den += quotient ? Number(row.den) : 1;
        sums.set(key, sum);
    }
    return [...sums.values()].filter((s) => s.den !== 0).map((s) => [s.hour, s.day, s.num / s.den] as const);
}
