/** From a figure to what it is made of: its days, filters and values of dimensions, for a link to the rows
 *  that add up to it or to the orders they belong to. */
import type { Answer, Row } from '../data/types';
import { addDays } from '../format/date';
import { withFilter } from './filters';
import type { QueryChange } from './router';

/** What an answer is cut by, and what was filtered by before. */
export interface Cut {
    by: readonly string[];
    where: string | null;
}

/** The days of a row: its period as far as the question reaches. Periods end where the next one begins, so
 *  that weeks and retail months need no calendar here. */
export function daysOf(answer: Answer, row: Row): { from: string; to: string } {
    const { from, to } = answer;
    if (row.time === null || answer.grain === 'total') return { from, to };
    const begins = row.time;
    const next = answer.kpis
        .flatMap((kpi) => kpi.rows.map((other) => other.time))
        .filter((time): time is string => time !== null && time > begins)
        .reduce<string | null>((least, time) => (least === null || time < least ? time : least), null);
    const last = next === null ? to : addDays(next, -1);
    return { from: begins < from ? from : begins, to: last > to ? to : last };
}

/** Null where there is no such set of rows: "others", and hours, which rows are not cut by. */
export function drillOf(answer: Answer, row: Row, cut: Cut): QueryChange | null {
    if (row.others || (answer.grain === 'hour' && row.time !== null)) return null;
    const where = cut.by.reduce<string | null>(
        (before, dimension) =>
            dimension in row.by
                ? withFilter(before, { dimension, values: [row.by[dimension] ?? null], not: false })
                : before,
        cut.where,
    );
    return { ...daysOf(answer, row), period: null, where };
}
