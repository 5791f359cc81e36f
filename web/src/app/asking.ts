/** What may be asked of KPIs, and what of their figures may be laid beside each other. */
import type { KpiEntry } from '../data/types';
import { daysBetween, type Grain } from '../format/date';

const GRAINS: readonly Grain[] = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'total'];

/** What a question may be asked by: `usable` are the grains its KPIs have in common. The one wished,
 *  else the one that the days suggest, else the finest that there is from a day up. */
export function grainOf(usable: readonly Grain[], wished: string | null, from: string, to: string): Grain {
    const auto = grainFor(from, to);
    return [wished, auto, ...GRAINS.slice(1)].find((g): g is Grain => usable.includes(g as Grain)) ?? 'total';
}

/** Grains that every one of the KPIs has. By the day of the order there is no time of day. */
export function commonGrains(
    lists: readonly (readonly Grain[] | undefined)[],
    basis: string | null,
): readonly Grain[] {
    return GRAINS.filter(
        (g) => (g !== 'hour' || basis !== 'order') && lists.every((list) => !list || list.includes(g)),
    );
}

/** A grain that gives a chart that can be read. */
export function grainFor(from: string, to: string): Grain {
    const days = daysBetween(from, to);
    if (days <= 2) return 'hour';
    if (days <= 120) return 'day';
    if (days <= 400) return 'week';
    return 'month';
}

/** Each of its figures by these dimensions is a part of the whole, and of one part only. */
export function addsUpBy(entry: KpiEntry | undefined, by: readonly string[]): boolean {
    return entry?.adds_up === true && by.every((id) => entry.adds_up_by?.includes(id) ?? true);
}
