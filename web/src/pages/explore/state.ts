/** What is explored, read from the address. */

import { commonGrains, grainOf } from '../../app/asking';
import type { Catalogue } from '../../app/catalogue';
import type { Range } from '../../app/range';
import type { Query } from '../../data/api';
import type { Answer } from '../../data/types';
import type { Grain } from '../../format/date';

export const LOOKS = ['line', 'bar', 'area', 'stacked', 'pivot', 'scatter', 'funnel', 'treemap'] as const;
export type Look = (typeof LOOKS)[number];

export const KPIS_MAX = 6;
export const BY_MAX = 2;
const TOP_OF_LOOK: Record<Look, number> = {
    line: 8,
    area: 8,
    stacked: 8,
    bar: 25,
    pivot: 200,
    scatter: 200,
    funnel: 1,
    treemap: 60,
};
const DEFAULT_KPIS = ['net_sales'];
const FUNNEL_KPIS = ['visitors', 'product_viewers', 'cart_visitors', 'ordering_buyers', 'paying_buyers'];

export interface Explored {
    kpis: string[];
    by: string[];
    look: Look;
    grain: Grain;
    /** By which all of the KPIs can be asked. */
    grains: readonly Grain[];
    top: number;
    /** The question in the API's words. */
    query: Query;
}

const list = (text: string | null) => (text ?? '').split(',').filter((part) => part !== '');

/** Pictures that lie over time ask by period, all others for the whole range. */
export function overTime(look: Look, by: readonly string[]): boolean {
    return look === 'line' || look === 'area' || look === 'stacked' || (look === 'bar' && by.length === 0);
}

export function exploredOf(query: URLSearchParams, range: Range, catalogue: Catalogue): Explored {
    const asked = query.get('look') ?? 'line';
    const look = (LOOKS as readonly string[]).includes(asked) ? (asked as Look) : 'line';
    const fallback =
        look === 'funnel' ? FUNNEL_KPIS.filter((id) => catalogue.of(id)?.available !== false) : DEFAULT_KPIS;
    const named = list(query.get('kpi')).filter((id) => catalogue.of(id));
    const kpis = (named.length > 0 ? named : fallback).slice(0, KPIS_MAX);
    const usable = usableDimensions(kpis, catalogue);
    const by = list(query.get('by'))
        .filter((id) => usable.includes(id))
        .slice(0, BY_MAX);
    const grains = commonGrains(
        kpis.map((id) => catalogue.of(id)?.grains),
        range.query.basis,
    );
    const grain = overTime(look, by) ? grainOf(grains, query.get('grain'), range.from, range.to) : 'total';
    const top = Number(query.get('top')) || TOP_OF_LOOK[look];
    return {
        kpis,
        by: look === 'funnel' ? [] : by,
        look,
        grain,
        grains,
        top,
        query: {
            id: kpis.join(','),
            ...range.query,
            where: query.get('where'),
            by: look === 'funnel' ? null : by.join(','),
            grain,
            top: by.length > 0 && look !== 'funnel' ? top : null,
        },
    };
}

/** Dimensions that every one of the KPIs knows. */
export function usableDimensions(kpis: readonly string[], catalogue: Catalogue): string[] {
    const lists = kpis.map((id) => catalogue.of(id)?.dimensions ?? []);
    const first = lists[0] ?? [];
    return first.filter((id) => lists.every((one) => one.includes(id)));
}

/** As much of a filter as an address carries. */
const FILTER_MAX = 4000;

/** Values of a dimension that an answer shows and its edge, which has but the greatest, does not. */
export function valuesBeyond(answer: Answer, edge: Answer, dimension: string): (string | null)[] {
    const of = (one: Answer) =>
        one.kpis.flatMap((kpi) =>
            kpi.rows.filter((row) => !row.others).map((row) => row.by[dimension] || null),
        );
    const known = new Set(of(edge));
    if (!edge.kpis.some((kpi) => kpi.rows.some((row) => row.others))) return [];
    const beyond = [...new Set(of(answer))].filter((value) => !known.has(value));
    let size = 0;
    return beyond.filter((value) => {
        size += encodeURIComponent(value ?? '').length + 10;
        return size <= FILTER_MAX;
    });
}
