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

export function useCatalogue(): Catalogue | null {
    const { data } = useReference<{ kpis: KpiEntry[] }>(apiUrl('kpis'));
    return useMemo(() => {
        if (!data) return null;
        const index = new Map(data.kpis.map((k) => [k.id, k]));
        const of = (id: string) => index.get(id);
        return {
            all: data.kpis,
            of,
            name: (id) => {
                const k = of(id);
                return k ? either(k.name_en, k.name_zh) : id;
            },
        };
    }, [data]);
}
