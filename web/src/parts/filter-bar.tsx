/** The page's filters as chips, and a panel to add one: a dimension, then its values with search. */
import { useState } from 'preact/hooks';
import { type Filter, parseWhere, withFilter, withoutFilter } from '../app/filters';
import { setQuery, useRoute } from '../app/router';
import { apiUrl } from '../data/api';
import type { Dimension, DimensionValue, List } from '../data/types';
import { useReference } from '../data/use';
import { capital, either, t } from '../i18n';
import { Chip } from './controls';
import { Icon } from './icon';
import { Popover, usePopover } from './menu';

export function useDimensions(): readonly Dimension[] {
    return useReference<List<Dimension>>(apiUrl('dimensions')).data?.items ?? [];
}

export function dimensionName(dimensions: readonly Dimension[], id: string): string {
    const d = dimensions.find((one) => one.id === id);
    if (!d) return id;
    return capital(either(d.label_en, d.label_zh));
}

export function valueName(value: string | null | undefined): string {
    return value === null || value === undefined || value === '' ? t('dimension.notSet') : value;
}

function Values({ dimension, onPick }: { dimension: string; onPick: (value: string | null) => void }) {
    const [q, setQ] = useState('');
    const { data } = useReference<List<DimensionValue>>(
        apiUrl(`dimensions/${dimension}/values`, { q, limit: 50 }),
    );
    return (
        <div class="filter-values">
            <input
                type="search"
                placeholder={t('filter.searchValue')}
                aria-label={t('filter.searchValue')}
                value={q}
                onInput={(e) => setQ((e.target as HTMLInputElement).value)}
            />
            {(data?.items ?? []).map((v) => (
                <button key={v.value ?? ''} type="button" class="menu-item" onClick={() => onPick(v.value)}>
                    {v.value === null ? t('dimension.notSet') : v.label}
                </button>
            ))}
            {data && data.items.length === 0 && <p class="panel-text">{t('filter.noValue')}</p>}
        </div>
    );
}

function AddPanel({ usable }: { usable?: readonly string[] }) {
    const close = usePopover();
    const { query } = useRoute();
    const dimensions = useDimensions();
    const [dimension, setDimension] = useState<string | null>(null);
    const [not, setNot] = useState(false);
    const shown = usable ? dimensions.filter((d) => usable.includes(d.id)) : dimensions;
    if (dimension === null)
        return (
            <div class="menu">
                {shown.map((d) => (
                    <button key={d.id} type="button" class="menu-item" onClick={() => setDimension(d.id)}>
                        {dimensionName(dimensions, d.id)}
                    </button>
                ))}
            </div>
        );
    const pick = (value: string | null) => {
        close();
        setQuery({ where: withFilter(query.get('where'), { dimension, values: [value], not }) });
    };
    return (
        <div class="menu">
            <div class="filter-head">
                <strong>{dimensionName(dimensions, dimension)}</strong>
                <label class="checkbox">
                    <input type="checkbox" checked={not} onChange={() => setNot(!not)} /> {t('filter.not')}
                </label>
            </div>
            <Values dimension={dimension} onPick={pick} />
        </div>
    );
}

export function FilterBar({ usable }: { usable?: readonly string[] }) {
    const { query } = useRoute();
    const dimensions = useDimensions();
    const where = query.get('where');
    const filters = where ? parseWhere(where) : [];
    const name = (f: Filter) =>
        `${dimensionName(dimensions, f.dimension)} ${f.not ? '≠' : '='} ${f.values.map(valueName).join(', ')}`;
    return (
        <div class="chips no-print">
            {filters === null ? (
                <Chip onRemove={() => setQuery({ where: null })}>
                    <code>{where}</code>
                </Chip>
            ) : (
                filters.map((f, i) => (
                    <Chip
                        key={name(f)}
                        removeLabel={t('filter.remove', { filter: name(f) })}
                        onRemove={() => setQuery({ where: withoutFilter(where ?? '', i) })}
                    >
                        {name(f)}
                    </Chip>
                ))
            )}
            <Popover
                label={t('filter.add')}
                align="left"
                buttonClass="chip chip-add"
                button={
                    <>
                        <Icon name="plus" size={13} />
                        {t('filter.add')}
                    </>
                }
            >
                <AddPanel usable={usable} />
            </Popover>
        </div>
    );
}
