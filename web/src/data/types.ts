/** The API's answers, as docs/json-api.md describes them. Figures are decimal texts. */
import type { Grain } from '../format/date';
import type { Unit } from '../format/number';

export type Role = 'viewer' | 'analyst' | 'editor' | 'admin';
export type Direction = 'up' | 'down' | 'neutral';

export interface Shop {
    name?: string;
    currency: string;
    timezone: string;
    week_start: number;
    lang: 'en' | 'zh';
    up_colour?: 'red' | 'green';
}

export interface Session {
    user: null | {
        id: number;
        name: string;
        role: Role;
        stores: string[];
        teams: string[];
        lang: 'en' | 'zh' | null;
        density?: string | null;
        theme?: string | null;
    };
    csrf: string | null;
    needs_admin: boolean;
    share: null | { path: string; expires_at: string };
    shop: Shop;
    version: string;
}

export interface Compared {
    from: string;
    to: string;
    value: string | null;
    num: string | null;
    den: string | null;
    change: string | null;
    relative: string | null;
    per_day?: string | null;
    compared_per_day?: string | null;
    complete: boolean;
    reason?: string;
}

export interface Goal {
    level: string;
    target: string | null;
    first_target: string | null;
    completion: string | null;
    progress: string | null;
    expected: string | null;
    gap: string | null;
    needed_per_day: string | null;
    as_of: string | null;
    days_left: number | null;
    on_course: boolean | null;
    reason?: string;
    note?: string;
}

export interface Row {
    time: string | null;
    hour?: number;
    by: Record<string, string | null>;
    others?: boolean;
    value: string | null;
    num: string | null;
    den: string | null;
    compare: Compared | null;
    complete: boolean;
    restated?: boolean;
    reason?: string;
    goal?: Goal;
}

export interface KpiFigures {
    id: string;
    name: string;
    unit: Unit;
    definition: string;
    basis: 'event' | 'order';
    origins: { source: string; stores?: string[] }[];
    needs?: string;
    /** The last day that counts, where its own facts end before the range does. */
    until?: string;
    rows: Row[];
    total: Row;
}

export interface Evidence {
    definitions: Record<string, string>;
    sql: {
        table: string;
        name: string;
        from: string;
        to: string;
        served_by: string;
        rows_read: number;
        newest: string | null;
        complete_to: string | null;
        text: string;
    }[];
    sources: {
        import: number;
        file: string;
        preset: string;
        preset_name: string;
        from: string | null;
        to: string | null;
    }[];
    /** By the rows themselves, or by the days that files cover. */
    sources_told_by: 'rows' | 'days';
    other_sources: number;
    restatements?: {
        store: string;
        measure: string;
        sku: string;
        channel: string;
        from: string;
        before: string;
        after: string;
        at: string;
        file: string;
    }[];
    tzdata?: string;
}

export interface Answer {
    version: number;
    currency: string;
    timezone: string;
    from: string;
    to: string;
    grain: Grain;
    compare?: { with: string; from: string; to: string };
    where?: string;
    kpis: KpiFigures[];
    notes: string[];
    evidence?: Evidence;
    data_version: number;
}

export interface KpiEntry {
    id: string;
    group: string;
    unit: Unit;
    name_en: string;
    name_zh: string;
    about_en: string;
    about_zh: string;
    formula: string;
    definition: string;
    stage?: string;
    direction?: Direction;
    owner?: string | null;
    available?: boolean;
    needs?: string | null;
    drivers?: string[];
    dimensions?: string[];
    origin?: 'built-in' | 'shop';
    adds_up?: boolean;
    /** Dimensions whose values add up to the whole. */
    adds_up_by?: string[];
    grains?: Grain[];
    aliases?: string[];
}

export interface Dimension {
    id: string;
    label_en: string;
    label_zh: string;
    facts: string[];
}

export interface DimensionValue {
    value: string | null;
    label: string;
    rows?: number;
}

export interface Band {
    id: string;
    name_en: string;
    name_zh: string;
    kind: 'festival' | 'promotion' | 'holiday' | 'change';
    from: string;
    to: string;
}

export interface CalendarAnswer {
    bands: Band[];
    definition_changes: { kpi: string; day: string }[];
}

export interface PeriodPreset {
    id: string;
    name: string;
    from: string;
    to: string;
    compare_default: string | null;
}

export interface List<T> {
    items: T[];
    total?: number;
    next?: string | null;
}

export interface OverviewCard {
    stage: string;
    id: string;
    name: string;
    unit: Unit;
    direction: Direction;
    value: string | null;
    compare: string | null;
    relative: string | null;
    change: string | null;
    complete: boolean;
    until?: string;
    reason?: string | null;
    goal?: Goal | null;
    trend: { time: string; value: string | null; compare?: string | null; complete?: boolean }[];
    chosen: boolean;
}

export interface OverviewStore {
    store: string;
    name: string;
    platform: string | null;
    values: Record<string, { value: string | null; relative: string | null; change?: string | null }>;
}

export interface Overview {
    range: {
        from: string;
        to: string;
        compare_from: string | null;
        compare_to: string | null;
        compare?: string | null;
        grain: Grain;
    };
    cards: OverviewCard[];
    stores: OverviewStore[];
    sentence: string | null;
    freshness: { table: string; name: string; newest: string | null; complete_until: string | null }[];
}
