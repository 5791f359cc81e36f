/** One KPI: its course, what it is made of, who else moved, what it means, and what it rests on. */
import { useContext, useMemo } from 'preact/hooks';
import { commonGrains, grainOf } from '../app/asking';
import { type Catalogue, useCatalogue } from '../app/catalogue';
import { drillOf } from '../app/drill';
import type { PageModule, PageProps } from '../app/pages';
import { PeriodsContext, type Range, rangeChange, useRange } from '../app/range';
import { here, href, setQuery, useRoute } from '../app/router';
import { useNumbers } from '../app/settings';
import { Chart } from '../charts/chart';
import { leavesZero, pointsOf, type TimeChart, type TimeLook, timeOption } from '../charts/time';
import { apiUrl, getAhead, type Query } from '../data/api';
import type { Answer, CalendarAnswer, Dimension, KpiEntry, KpiFigures, List } from '../data/types';
import { useAsked, useReference } from '../data/use';
import { compareWords } from '../format/compare';
import { type Grain, rangeText } from '../format/date';
import { exactValue, shortValue } from '../format/number';
import { either, language, named, t } from '../i18n';
import { GoalBar, Until } from '../parts/card';
import { Section, Segmented, Tabs } from '../parts/controls';
import { Delta } from '../parts/delta';
import { Drill } from '../parts/drill';
import { EvidencePanel } from '../parts/evidence';
import { ExportMenu } from '../parts/export';
import { FilterBar } from '../parts/filter-bar';
import { Notes } from '../parts/notes';
import { Answered, Below, Empty, isThere, Skeleton } from '../parts/states';
import { TrustMark } from '../parts/trust';
import { Breakdown } from './kpi/breakdown';
import { Distribution } from './kpi/distribution';
import { Drivers } from './kpi/drivers';
import { Heat } from './kpi/heat';
import { Multiples } from './kpi/multiples';
import { PeriodTable } from './kpi/periods';

const CHART_HEIGHT = 340;
const GRAINS: readonly Grain[] = ['hour', 'day', 'week', 'month', 'quarter', 'year'];
const VIEWS = ['breakdown', 'multiples', 'heat', 'distribution', 'periods', 'evidence'] as const;
type View = (typeof VIEWS)[number];

/** What every part of the page asks about. */
export interface Asking {
    id: string;
    entry: KpiEntry | undefined;
    range: Range;
    grain: Grain;
    /** By which it can be asked. */
    grains: readonly Grain[];
    query: Query;
    by: string;
}

export function KpiPage({ rest }: PageProps) {
    const range = useRange();
    const catalogue = useCatalogue();
    const { query } = useRoute();
    const id = rest[0];
    if (!id)
        return (
            <Empty
                title={t('kpi.none')}
                action={
                    <a class="button" href={href('/definitions')}>
                        {t('page.definitions')}
                    </a>
                }
            />
        );
    if (!range || !catalogue) return <Skeleton height={480} />;
    return <KpiBody key={id} asking={askingOf(id, query, range, catalogue)} />;
}

function askingOf(id: string, query: URLSearchParams, range: Range, catalogue: Catalogue): Asking {
    const entry = catalogue.of(id);
    const grains = commonGrains([entry?.grains], range.query.basis);
    const grain = grainOf(grains, query.get('grain'), range.from, range.to);
    const dimensions = entry?.dimensions ?? [];
    const by = query.get('by') ?? (dimensions.includes('channel') ? 'channel' : (dimensions[0] ?? ''));
    return { id, entry, range, grain, grains, by, query: { id, ...range.query, where: query.get('where') } };
}

const urlOf = ({ query, grain }: Asking) => apiUrl('kpi', { ...query, grain, target: 'base' });

function KpiBody({ asking }: { asking: Asking }) {
    const { query } = useRoute();
    const dimensions = useReference<List<Dimension>>(apiUrl('dimensions'));
    const { id, entry } = asking;
    const url = urlOf(asking);
    // the chart's question leaves before those of the parts below it, which are drawn first
    useMemo(() => void getAhead(url).catch(() => undefined), [url]);
    const asked = useAsked<Answer>(url);
    const calendar = useReference<CalendarAnswer>(
        apiUrl('calendar', { from: asking.range.from, to: asking.range.to }),
    );
    const view = (VIEWS as readonly string[]).includes(query.get('view') ?? '')
        ? (query.get('view') as View)
        : 'breakdown';
    return (
        <div class="kpi">
            <Answered
                asked={asked}
                skeleton={
                    <>
                        <Skeleton height={92} />
                        <Skeleton height={CHART_HEIGHT + 80} />
                    </>
                }
            >
                {(answer) => {
                    const kpi = answer.kpis[0];
                    return kpi ? (
                        <>
                            <Head asking={asking} answer={answer} kpi={kpi} />
                            {kpi.needs ? (
                                <Empty title={t('kpi.needs')}>{kpi.needs}</Empty>
                            ) : hasNoValue(kpi) ? (
                                <Empty
                                    title={t('chart.noValue')}
                                    action={
                                        <a class="button" href={here({ from: null, to: null, period: null })}>
                                            {t('chart.usualDays')}
                                        </a>
                                    }
                                >
                                    {kpi.total.reason ?? ''}
                                </Empty>
                            ) : (
                                <Trend asking={asking} answer={answer} kpi={kpi} calendar={calendar.data} />
                            )}
                        </>
                    ) : null;
                }}
            </Answered>
            {asked.error?.status !== 404 && (
                <Below ready={isThere(asked) && isThere(dimensions)}>
                    <div class="kpi-parts">
                        <div class="kpi-main">
                            <Tabs
                                label={t('kpi.views')}
                                now={view}
                                tabs={VIEWS.map((v) => ({
                                    id: v,
                                    label: t(`view.${v}`),
                                    href: here({ view: v === 'breakdown' ? null : v }),
                                }))}
                            />
                            <ViewOf view={view} asking={asking} answer={asked.data} />
                        </div>
                        <aside class="kpi-side" aria-label={t('kpi.beside')}>
                            <Drivers asking={asking} />
                            {entry && <Meaning entry={entry} id={id} />}
                        </aside>
                    </div>
                </Below>
            )}
        </div>
    );
}

/** Neither the range nor a period of it: a chart of nothing would say less than the reason does. */
function hasNoValue(kpi: KpiFigures): boolean {
    return kpi.total.value === null && kpi.rows.every((row) => row.value === null && !row.compare?.value);
}

function ViewOf({ view, asking, answer }: { view: View; asking: Asking; answer: Answer | undefined }) {
    if (view === 'breakdown') return <Breakdown asking={asking} />;
    if (view === 'multiples') return <Multiples asking={asking} />;
    if (view === 'heat') return <Heat asking={asking} />;
    if (view === 'evidence') return <Evidence asking={asking} />;
    const kpi = answer?.kpis[0];
    if (!answer || !kpi) return <Skeleton height={300} />;
    return view === 'periods' ? (
        <PeriodTable answer={answer} kpi={kpi} />
    ) : (
        <Distribution asking={asking} kpi={kpi} />
    );
}

function Evidence({ asking }: { asking: Asking }) {
    const asked = useAsked<Answer>(apiUrl('kpi', { ...asking.query, evidence: 1 }));
    return (
        <Answered asked={asked} skeleton={<Skeleton height={300} />}>
            {(answer) => <EvidencePanel answer={answer} />}
        </Answered>
    );
}

function Head({ asking, answer, kpi }: { asking: Asking; answer: Answer; kpi: KpiFigures }) {
    const style = useNumbers();
    const periods = useContext(PeriodsContext);
    const { entry, range } = asking;
    const total = kpi.total;
    const cut = { by: [], where: useRoute().query.get('where') };
    return (
        <header class="kpi-head">
            <div class="kpi-title">
                <h1>{named(kpi.name)}</h1>
                {entry && <p class="kpi-about">{either(entry.about_en, entry.about_zh)}</p>}
            </div>
            <div class="kpi-figure">
                <span class="kpi-value" title={exactValue(total.value, kpi.unit, style)}>
                    <Drill kpi={kpi.id} into={total.value === null ? null : drillOf(answer, total, cut)}>
                        {shortValue(total.value, kpi.unit, style)}
                    </Drill>
                </span>
                {kpi.until && <Until day={kpi.until} />}
                <TrustMark trust={total.complete ? 'complete' : 'partial'} why={total.reason} />
                {total.compare && !hasNoValue(kpi) && (
                    <span class="kpi-against">
                        <Delta
                            unit={kpi.unit}
                            change={total.compare.change}
                            relative={total.compare.relative}
                            direction={entry?.direction}
                        />
                        <span class="muted" title={exactValue(total.compare.value, kpi.unit, style)}>
                            {t('kpi.against', {
                                value: shortValue(total.compare.value, kpi.unit, style),
                                name: compareWords(range.compare, periods),
                            })}
                        </span>
                    </span>
                )}
                {total.goal?.target && <GoalBar goal={total.goal} unit={kpi.unit} />}
                {total.value === null && total.reason && !hasNoValue(kpi) && (
                    <span class="muted">{total.reason}</span>
                )}
            </div>
            <Notes notes={answer.notes} />
        </header>
    );
}

function Trend({
    asking,
    answer,
    kpi,
    calendar,
}: {
    asking: Asking;
    answer: Answer;
    kpi: KpiFigures;
    calendar: CalendarAnswer | undefined;
}) {
    const style = useNumbers();
    const { query } = useRoute();
    const { entry } = asking;
    const look: TimeLook = query.get('look') === 'bar' ? 'bar' : 'line';
    const name = named(kpi.name);
    const of = useMemo(() => ({ kpi, look, calendar }), [kpi, look, calendar]);
    const chart: TimeChart = {
        series: [{ name, points: pointsOf(kpi.rows) }],
        unit: kpi.unit,
        grain: answer.grain,
        look,
        bands: calendar?.bands,
        changes: calendar?.definition_changes.filter((c) => c.kpi === kpi.id).map((c) => c.day),
        style,
        from: answer.from,
        to: answer.to,
    };
    return (
        <Section
            aside={
                <>
                    <span class="key">
                        <i class="key-line" /> {rangeText(answer.from, answer.to, style.lang)}
                    </span>
                    {answer.compare && (
                        <span class="key">
                            <i class="key-line key-compare" />{' '}
                            {rangeText(answer.compare.from, answer.compare.to, style.lang)}
                        </span>
                    )}
                    {leavesZero(chart) && <span class="muted">{t('chart.notFromZero')}</span>}
                </>
            }
        >
            <div class="toolbar no-print">
                <Segmented
                    label={t('kpi.grain')}
                    value={answer.grain}
                    onPick={(g) => setQuery({ grain: g })}
                    choices={GRAINS.map((g) => ({
                        value: g,
                        label: t(`grain.${g}`),
                        disabled: !asking.grains.includes(g),
                    }))}
                />
                <Segmented
                    label={t('kpi.look')}
                    value={look}
                    onPick={(l) => setQuery({ look: l === 'line' ? null : l }, true)}
                    choices={(['line', 'bar'] as const).map((l) => ({
                        value: l as TimeLook,
                        label: t(`look.${l}`),
                    }))}
                />
                <FilterBar usable={entry?.dimensions} />
                <span class="top-space" />
                <a
                    class="button button-small"
                    href={href('/explore', { kpi: kpi.id, by: asking.by || null, where: query.get('where') })}
                >
                    {t('kpi.explore')}
                </a>
                <ExportMenu path="kpi" query={{ ...asking.query, grain: answer.grain }} />
            </div>
            <Chart
                of={of}
                height={CHART_HEIGHT}
                label={t('chart.of', { name, range: rangeText(answer.from, answer.to, style.lang) })}
                onRange={(from, to) => setQuery(rangeChange(from, to))}
                build={(theme, width) => timeOption(chart, theme, width)}
            />
            <p class="hint no-print">{t('chart.brushHint')}</p>
        </Section>
    );
}

function Meaning({ entry, id }: { entry: KpiEntry; id: string }) {
    const catalogue = useCatalogue();
    const parts = entry.formula.split(/([a-z_][a-z0-9_]*)/g);
    return (
        <Section title={t('kpi.meaning')}>
            <p>{either(entry.about_en, entry.about_zh)}</p>
            <p class="formula">
                <code>
                    {parts.map((part, i) =>
                        catalogue?.of(part) && part !== id ? (
                            <a key={`${part}${i}`} href={href(`/kpi/${part}`)} title={part}>
                                {catalogue.name(part)}
                            </a>
                        ) : (
                            part
                        ),
                    )}
                </code>
            </p>
            {(entry.aliases?.length ?? 0) > 0 && (
                <p class="muted">
                    {t('kpi.aliases', {
                        names: entry.aliases?.join(language() === 'zh' ? '、' : ', ') ?? '',
                    })}
                </p>
            )}
            <p class="muted">
                <a href={`/definitions/${id}`}>{t('kpi.definition')}</a>{' '}
                <code class="hash">{entry.definition}</code>
            </p>
        </Section>
    );
}

export const page: PageModule = {
    view: KpiPage,
    asks: ({ rest: [id], query, range, catalogue }) =>
        id ? urlOf(askingOf(id, query, range, catalogue)) : null,
};
