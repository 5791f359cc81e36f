/** Which days are looked at, and what they are compared with: read from the address, where a preset
 *  stays a preset ("last-28" means another range tomorrow) and a chosen range stays that range. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PeriodPreset } from '../data/types';
import { isDay, shifted } from '../format/date';
import { type QueryChange, setQuery, useRoute } from './router';

/** Before any order: what is looked for by its number may be of any day. */
export const BEGINNING = '2000-01-01';

export const DEFAULT_PERIOD = 'last-28';
export const PeriodsContext = createContext<readonly PeriodPreset[]>([]);

export interface Range {
    from: string;
    to: string;
    /** The preset that it is, when it is one. */
    period: PeriodPreset | null;
    /** In the API's words; null: nothing is compared. */
    compare: string | null;
    store: string | null;
    /** What every question about figures carries. */
    query: {
        from: string;
        to: string;
        compare: string | null;
        store: string | null;
        basis: string | null;
        calendar: string | null;
    };
}

export function rangeOf(query: URLSearchParams, presets: readonly PeriodPreset[]): Range | null {
    const chosen = query.get('period');
    let from = query.get('from') ?? '';
    let to = query.get('to') ?? '';
    let period: PeriodPreset | null = null;
    if (!isDay(from) || !isDay(to) || from > to) {
        period =
            presets.find(({ id }) => id === chosen) ??
            presets.find(({ id }) => id === DEFAULT_PERIOD) ??
            presets[0] ??
            null;
        if (!period) return null;
        ({ from, to } = period);
    }
    const asked = query.get('compare');
    const compare = asked === 'none' ? null : (asked ?? period?.compare_default ?? 'prev');
    const store = query.get('store');
    return {
        from,
        to,
        period,
        compare,
        store,
        query: { from, to, compare, store, basis: query.get('basis'), calendar: query.get('calendar') },
    };
}

export function useRange(): Range | null {
    const { query } = useRoute();
    const presets = useContext(PeriodsContext);
    return rangeOf(query, presets);
}

export function rangeChange(from: string, to: string): QueryChange {
    return { from, to, period: null };
}

export function shiftRange(range: Range, by: -1 | 1): void {
    const next = shifted(range, by);
    setQuery(rangeChange(next.from, next.to));
}
