/** Explore: any KPIs by any dimensions, as a picture and as a table, down to the orders. */
import { useState } from 'preact/hooks';
import { type Catalogue, useCatalogue } from '../app/catalogue';
import type { PageModule, PageProps } from '../app/pages';
import { useRange } from '../app/range';
import { setQuery, useRoute } from '../app/router';
import { apiUrl } from '../data/api';
import type { Answer } from '../data/types';
import { useAsked } from '../data/use';
import type { Grain } from '../format/date';
import { either, t } from '../i18n';
import { Chip, Section, Segmented } from '../parts/controls';
import { ExportMenu } from '../parts/export';
import { dimensionName, FilterBar, useDimensions } from '../parts/filter-bar';
import { Icon } from '../parts/icon';
import { Popover, usePopover } from '../parts/menu';
import { Answered, Empty, Skeleton } from '../parts/states';
import { Picture } from './explore/picture';
import { Pivot } from './explore/pivot';
import {
    BY_MAX,
    type Explored,
    exploredOf,
    KPIS_MAX,
    LOOKS,
    overTime,
    usableDimensions,
} from './explore/state';
import { ResultTable } from './explore/table';

const GRAINS: readonly Grain[] = ['hour', 'day', 'week', 'month', 'quarter', 'year'];
const SHOWN_MAX = 40;

const urlOf = (explored: Explored) => apiUrl('kpi', explored.query);

export function ExplorePage(_: PageProps) {
    const range = useRange();
    const catalogue = useCatalogue();
    const { query } = useRoute();
    if (!range || !catalogue) return <Skeleton height={520} />;
    const explored = exploredOf(query, range, catalogue);
    return <Exploring explored={explored} catalogue={catalogue} />;
}

function Exploring({ explored, catalogue }: { explored: Explored; catalogue: Catalogue }) {
    const asked = useAsked<Answer>(urlOf(explored));
    const usable = usableDimensions(explored.kpis, catalogue);
    const isCrossed = explored.by.length === BY_MAX;
    return (
        <div class="explore">
            <h1>{t('page.explore')}</h1>
            <div class="explore-bar">
                <Chosen explored={explored} catalogue={catalogue} usable={usable} />
                <div class="toolbar">
                    <Segmented
                        label={t('kpi.look')}
                        value={explored.look}
                        onPick={(look) => setQuery({ look: look === 'line' ? null : look })}
                        choices={LOOKS.map((look) => ({ value: look, label: t(`look.${look}`) }))}
                    />
                    {overTime(explored.look, explored.by) && (
                        <Segmented
                            label={t('kpi.grain')}
                            value={explored.grain}
                            onPick={(grain) => setQuery({ grain })}
                            choices={GRAINS.map((g) => ({
                                value: g,
                                label: t(`grain.${g}`),
                                disabled: !explored.grains.includes(g),
                            }))}
                        />
                    )}
                    <FilterBar usable={usable} />
                    <span class="top-space" />
                    <ExportMenu path="kpi" query={{ ...explored.query, top: null }} />
                </div>
            </div>
            <Answered asked={asked} skeleton={<Skeleton height={560} section />}>
                {(answer) => {
                    const missing = answer.kpis.filter((k) => k.needs);
                    if (missing.length === answer.kpis.length)
                        return <Empty title={t('kpi.needs')}>{missing.map((k) => k.needs).join(' ')}</Empty>;
                    return (
                        <>
                            {missing.map((k) => (
                                <p key={k.id} class="queued">
                                    {k.name}: {k.needs}
                                </p>
                            ))}
                            {explored.look === 'pivot' && isCrossed ? (
                                <Section>
                                    <Pivot answer={answer} explored={explored} />
                                </Section>
                            ) : (
                                <>
                                    {explored.look === 'pivot' ? (
                                        <p class="hint">{t('explore.pivotNeeds')}</p>
                                    ) : (
                                        <Section>
                                            <Picture
                                                answer={answer}
                                                explored={explored}
                                                catalogue={catalogue}
                                            />
                                        </Section>
                                    )}
                                    <Section>
                                        <ResultTable
                                            answer={answer}
                                            explored={explored}
                                            catalogue={catalogue}
                                        />
                                    </Section>
                                </>
                            )}
                        </>
                    );
                }}
            </Answered>
        </div>
    );
}

function Chosen({
    explored,
    catalogue,
    usable,
}: {
    explored: Explored;
    catalogue: Catalogue;
    usable: readonly string[];
}) {
    const dimensions = useDimensions();
    const setKpis = (kpis: readonly string[]) => setQuery({ kpi: kpis.join(',') || null });
    const setBy = (by: readonly string[]) => setQuery({ by: by.join(',') || null });
    return (
        <div class="explore-chosen">
            <span class="explore-label">{t('explore.show')}</span>
            <div class="chips">
                {explored.kpis.map((id) => (
                    <Chip
                        key={id}
                        onRemove={
                            explored.kpis.length > 1
                                ? () => setKpis(explored.kpis.filter((k) => k !== id))
                                : undefined
                        }
                        removeLabel={t('explore.remove', { name: catalogue.name(id) })}
                    >
                        <a href={`/kpi/${id}`}>{catalogue.name(id)}</a>
                    </Chip>
                ))}
                {explored.kpis.length < KPIS_MAX && (
                    <Popover
                        label={t('explore.addKpi')}
                        align="left"
                        buttonClass="chip chip-add"
                        button={
                            <>
                                <Icon name="plus" size={13} />
                                {t('page.kpi')}
                            </>
                        }
                    >
                        <KpiPicker
                            catalogue={catalogue}
                            taken={explored.kpis}
                            onPick={(id) => setKpis([...explored.kpis, id])}
                        />
                    </Popover>
                )}
            </div>
            <span class="explore-label">{t('explore.by')}</span>
            <div class="chips">
                {explored.by.map((id) => (
                    <Chip
                        key={id}
                        onRemove={() => setBy(explored.by.filter((d) => d !== id))}
                        removeLabel={t('explore.remove', { name: dimensionName(dimensions, id) })}
                    >
                        {dimensionName(dimensions, id)}
                    </Chip>
                ))}
                {explored.by.length < BY_MAX && (
                    <Popover
                        label={t('explore.addBy')}
                        align="left"
                        buttonClass="chip chip-add"
                        button={
                            <>
                                <Icon name="plus" size={13} />
                                {t('explore.dimension')}
                            </>
                        }
                    >
                        <DimensionPicker
                            ids={usable.filter((id) => !explored.by.includes(id))}
                            name={(id) => dimensionName(dimensions, id)}
                            onPick={(id) => setBy([...explored.by, id])}
                        />
                    </Popover>
                )}
            </div>
        </div>
    );
}

function DimensionPicker({
    ids,
    name,
    onPick,
}: {
    ids: readonly string[];
    name: (id: string) => string;
    onPick: (id: string) => void;
}) {
    const close = usePopover();
    return (
        <div class="menu">
            {ids.map((id) => (
                <button
                    key={id}
                    type="button"
                    class="menu-item"
                    onClick={() => {
                        close();
                        onPick(id);
                    }}
                >
                    {name(id)}
                </button>
            ))}
        </div>
    );
}

function KpiPicker({
    catalogue,
    taken,
    onPick,
}: {
    catalogue: Catalogue;
    taken: readonly string[];
    onPick: (id: string) => void;
}) {
    const close = usePopover();
    const [q, setQ] = useState('');
    const words = q.toLowerCase();
    const shown = catalogue.all
        .filter(
            (k) =>
                k.available !== false &&
                !taken.includes(k.id) &&
                `${k.id} ${k.name_en} ${k.name_zh} ${(k.aliases ?? []).join(' ')}`
                    .toLowerCase()
                    .includes(words),
        )
        .slice(0, SHOWN_MAX);
    return (
        <div class="menu filter-values">
            <input
                type="search"
                placeholder={t('explore.searchKpi')}
                aria-label={t('explore.searchKpi')}
                value={q}
                onInput={(e) => setQ((e.target as HTMLInputElement).value)}
            />
            {shown.map((k) => (
                <button
                    key={k.id}
                    type="button"
                    class="menu-item"
                    onClick={() => {
                        close();
                        onPick(k.id);
                    }}
                >
                    {either(k.name_en, k.name_zh)}
                </button>
            ))}
        </div>
    );
}

export const page: PageModule = {
    view: ExplorePage,
    asks: ({ query, range, catalogue }) => urlOf(exploredOf(query, range, catalogue)),
};
