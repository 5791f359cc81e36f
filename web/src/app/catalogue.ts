/** The KPI catalogue, asked once and shared: names, units and directions for every page. */
import { useMemo } from 'preact/hooks';
import { apiUrl } from '../data/api';
import type { KpiEntry } from '../data/types';
import { useReference } from '../data/use';
import { either } from '../i18n';

export interface Catalogue {
    all: readonly KpiEntry[];
    of: (id: string) => KpiEntry | undefined;
    name: (id: string) => string;
}

export function catalogueOf(all: readonly KpiEntry[]): Catalogue {
    const index = new Map(all.map((k) => [k.id, k]));
    const of = (id: string) => index.get(id);
    return {
        all,
        of,
        name: (id) => {
            const k = of(id);
            return k ? either(k.name_en, k.name_zh) : id;
        },
    };
}

export function useCatalogue(): Catalogue | null {
    const { data } = useReference<{ kpis: KpiEntry[] }>(apiUrl('kpis'));
    return useMemo(() => (data ? catalogueOf(data.kpis) : null), [data]);
}
