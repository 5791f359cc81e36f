/** Overview: is the shop well? A sentence, the chosen figures, their course, the stores, and every
 *  stage from traffic to service. */
import { useMemo } from 'preact/hooks';
import { grainFor } from '../app/asking';
import type { PageModule, PageProps } from '../app/pages';
import { type Range, rangeChange, useRange } from '../app/range';
import { here, href, setQuery, useRoute } from '../app/router';
import { useNumbers } from '../app/settings';
import { Chart } from '../charts/chart';
import { timeOption } from '../charts/time';
import { apiUrl } from '../data/api';
import type { Band, CalendarAnswer, Overview, OverviewCard, OverviewStore } from '../data/types';
import { useAsked, useReference } from '../data/use';
import { addDays, longDay, periodAfter, rangeText } from '../format/date';
import { exactValue, shortValue } from '../format/number';
import { language, type MessageKey, named, t } from '../i18n';
import { Card, GoalBar } from '../parts/card';
import { Section } from '../parts/controls';
import { Delta } from '../parts/delta';
import { Sparkline } from '../parts/sparkline';
import { Answered, Empty, Skeleton } from '../parts/states';
import { Table } from '../parts/table';
import { TrustMark } from '../parts/trust';

const STAGES = ['traffic', 'conversion', 'order', 'customer', 'product', 'service'] as const;
const CHART_HEIGHT = 300;
const REFRESH_S = 60;

const urlOf = (range: Range) => apiUrl('overview', { ...range.query });

export function OverviewPage(_: PageProps) {
    const range = useRange();
    const asked = useAsked<Overview>(range ? urlOf(range) : null, REFRESH_S);
    const calendar = useReference<CalendarAnswer>(
        range ? apiUrl('calendar', { from: range.from, to: range.to }) : null,
    );
    return (
        <div class="overview">
            <Answered asked={asked} skeleton={<OverviewSkeleton />}>
                {(data) => range && <OverviewBody data={data} range={range} bands={calendar.data?.bands} />}
            </Answered>
        </div>
    );
}

function OverviewSkeleton() {
    return (
        <>
            <Skeleton height={30} width="60%" />
            <div class="cards cards-big">
                {[0, 1, 2, 3].map((i) => (
                    <Skeleton key={i} height={152} />
                ))}
            </div>
            <Skeleton height={CHART_HEIGHT + 60} />
            <Skeleton height={420} />
        </>
    );
}

/** When no figure is complete, one line says so, and marks are left to what differs. */
function withoutCommonMark(data: Overview): { cards: OverviewCard[]; soFar: boolean } {
    const soFar = data.cards.length > 0 && data.cards.every((c) => !c.complete || c.value === null);
    return {
        soFar,
        cards: soFar
            ? data.cards.map((c) => ({ ...c, complete: c.reason || c.until ? c.complete : true }))
            : data.cards,
    };
}

interface BodyProps {
    data: Overview;
    range: Range;
    bands: readonly Band[] | undefined;
}

function OverviewBody({ data: given, range, bands }: BodyProps) {
    const lang = language();
    const { cards, soFar } = useMemo(() => withoutCommonMark(given), [given]);
    const data = { ...given, cards };
    const { query } = useRoute();
    const chosen = data.cards.filter((c) => c.chosen);
    const top = (chosen.length > 0 ? chosen : data.cards).slice(0, 8);
    const shown =
        data.cards.find((c) => c.id === query.get('show')) ??
        top.find(hasTrend) ??
        data.cards.find(hasTrend) ??
        top[0];
    const newest = reached(given);
    if (newest && data.cards.every((c) => c.value === null)) return <NothingHere newest={newest} />;
    return (
        <>
            <h1 class="sentence">{data.sentence ? named(data.sentence) : t('overview.noSentence')}</h1>
            <p class="sentence-sub">
                {rangeText(data.range.from, data.range.to, lang)}
                {data.range.compare_from && data.range.compare_to && (
                    <span class="muted">
                        {' '}
                        {t('overview.against', {
                            range: rangeText(data.range.compare_from, data.range.compare_to, lang),
                        })}
                    </span>
                )}
                {soFar && (
                    <span class="so-far">
                        <TrustMark trust="partial" />{' '}
                        {t('overview.soFar', { day: longDay(reached(given) ?? data.range.to, lang) })}
                    </span>
                )}
            </p>
            <div class="cards cards-big">
                {top.map((c) => (
                    <Card
                        key={c.id}
                        figure={c}
                        big
                        active={c === shown}
                        onPick={() => setQuery({ show: c.id }, true)}
                    />
                ))}
            </div>
            {shown && <MainTrend card={shown} data={data} range={range} bands={bands} />}
            {data.stores.length > 1 && !range.store && <Stores data={data} cards={top} />}
            <Stages cards={data.cards} />
            <Freshness data={data} />
        </>
    );
}

function hasTrend(card: OverviewCard): boolean {
    return card.trend.some((p) => p.value !== null);
}

/** The shop has data, but none in these days: the way to the last days that have. */
function NothingHere({ newest }: { newest: string }) {
    const lang = language();
    return (
        <Empty
            title={t('overview.nothing')}
            action={
                <a
                    class="button button-main"
                    href={here({ from: addDays(newest, -27), to: newest, period: null })}
                >
                    {t('overview.goNewest', { range: rangeText(addDays(newest, -27), newest, lang) })}
                </a>
            }
        >
            {t('overview.nothingText', { day: longDay(newest, lang) })}
        </Empty>
    );
}

function MainTrend({ card, data, range, bands }: BodyProps & { card: OverviewCard }) {
    const style = useNumbers();
    const grain = data.range.grain ?? grainFor(range.from, range.to);
    const of = useMemo(() => ({ card, bands, grain }), [card, bands, grain]);
    const name = named(card.name);
    return (
        <Section
            title={name}
            aside={
                <>
                    <span class="key">
                        <i class="key-line" /> {t('chart.shown')}
                    </span>
                    {data.range.compare_from && data.range.compare_to && (
                        <span class="key">
                            <i class="key-line key-compare" />{' '}
                            {rangeText(data.range.compare_from, data.range.compare_to, style.lang)}
                        </span>
                    )}
                    <a href={href(`/kpi/${card.id}`)}>{t('overview.openKpi')}</a>
                </>
            }
        >
            {!hasTrend(card) ? (
                <Empty title={t('chart.noValue')}>{card.reason ?? ''}</Empty>
            ) : (
                <Chart
                    of={of}
                    height={CHART_HEIGHT}
                    label={t('chart.of', { name, range: rangeText(range.from, range.to, style.lang) })}
                    onRange={(from, to) => setQuery(rangeChange(from, to))}
                    build={(theme, width) =>
                        timeOption(
                            {
                                series: [
                                    {
                                        name,
                                        points: card.trend.map((p, i) => ({
                                            time: p.time,
                                            value: p.value,
                                            complete: p.complete ?? p.value !== null,
                                            compare:
                                                p.compare === undefined || !data.range.compare_from
                                                    ? undefined
                                                    : {
                                                          time: periodAfter(
                                                              data.range.compare_from,
                                                              grain,
                                                              i,
                                                          ),
                                                          value: p.compare,
                                                          change: null,
                                                          relative: null,
                                                      },
                                        })),
                                    },
                                ],
                                unit: card.unit,
                                grain,
                                look: 'line',
                                bands,
                                style,
                                from: range.from,
                                to: range.to,
                            },
                            theme,
                            width,
                        )
                    }
                />
            )}
        </Section>
    );
}

function Stores({ data, cards }: { data: Overview; cards: readonly OverviewCard[] }) {
    const style = useNumbers();
    const ids = Object.keys(data.stores[0]?.values ?? {});
    const shown = ids
        .map((id) => data.cards.find((c) => c.id === id) ?? cards.find((c) => c.id === id))
        .filter((c): c is OverviewCard => c !== undefined);
    return (
        <Section title={t('overview.stores')}>
            <Table<OverviewStore>
                label={t('overview.stores')}
                rows={data.stores}
                rowKey={(s) => s.store}
                first={shown[0] ? { id: shown[0].id, down: true } : undefined}
                columns={[
                    {
                        id: 'store',
                        head: t('store.one'),
                        cell: (s) => (
                            <a href={href('/', { store: s.store })}>
                                {named(s.name || s.store)}{' '}
                                {s.platform !== s.name && <span class="muted">{s.platform}</span>}
                            </a>
                        ),
                        sort: (s) => s.name,
                    },
                    ...shown.map((c) => ({
                        id: c.id,
                        head: named(c.name),
                        number: true,
                        cell: (s: OverviewStore) => {
                            const v = s.values[c.id];
                            return (
                                <span class="cell-pair">
                                    <span>{shortValue(v?.value, c.unit, style)}</span>
                                    <Delta
                                        unit={c.unit}
                                        change={v?.change}
                                        relative={v?.relative}
                                        direction={c.direction}
                                    />
                                </span>
                            );
                        },
                        exact: (s: OverviewStore) => s.values[c.id]?.value ?? null,
                        title: (s: OverviewStore) => exactValue(s.values[c.id]?.value, c.unit, style),
                        sort: (s: OverviewStore) =>
                            s.values[c.id]?.value == null ? null : Number(s.values[c.id]?.value),
                    })),
                ]}
            />
        </Section>
    );
}

function Stages({ cards }: { cards: readonly OverviewCard[] }) {
    const stages = STAGES.filter((stage) => cards.some((c) => c.stage === stage));
    return (
        <div class="stages">
            {stages.map((stage) => (
                <Section key={stage} title={t(`stage.${stage}` as MessageKey)}>
                    <div class="figures">
                        {cards
                            .filter((c) => c.stage === stage)
                            .map((c) => (
                                <FigureRow key={c.id} card={c} />
                            ))}
                    </div>
                </Section>
            ))}
        </div>
    );
}

function FigureRow({ card }: { card: OverviewCard }) {
    const style = useNumbers();
    const before =
        card.compare === null
            ? undefined
            : `${t('chart.compared')}: ${exactValue(card.compare, card.unit, style)}`;
    return (
        <a
            class="figure"
            href={href(`/kpi/${card.id}`)}
            title={card.value === null && card.reason ? card.reason : undefined}
        >
            <span class="figure-name">
                {named(card.name)}{' '}
                <TrustMark trust={card.complete ? 'complete' : 'partial'} why={card.reason} />
                {card.goal?.target ? <GoalBar goal={card.goal} unit={card.unit} /> : null}
            </span>
            <span class="figure-spark">
                <Sparkline points={card.trend} width={96} height={24} />
            </span>
            <span class="figure-value" title={exactValue(card.value, card.unit, style)}>
                {shortValue(card.value, card.unit, style)}
            </span>
            <Delta
                unit={card.unit}
                change={card.change}
                relative={card.relative}
                direction={card.direction}
                before={before}
            />
        </a>
    );
}

function reached(data: Overview): string | null {
    const days = data.freshness
        .map((f) => f.complete_until ?? f.newest)
        .filter((d): d is string => d !== null);
    return days.length === 0 ? null : days.reduce((a, b) => (a > b ? a : b));
}

/** One line when all data reaches the same day; else what falls behind is named. */
function Freshness({ data }: { data: Overview }) {
    const lang = language();
    const newest = reached(data);
    if (newest === null) return null;
    const behind = data.freshness.filter((f) => (f.complete_until ?? f.newest ?? '') < newest);
    return (
        <p class="freshness">
            <a href="/data/freshness">{t('overview.freshness')}</a>
            <span>
                {t(behind.length === 0 ? 'overview.allUntil' : 'overview.mostUntil', {
                    day: longDay(newest, lang),
                })}
            </span>
            {behind.map((f) => (
                <span key={f.table}>
                    {named(f.name)}{' '}
                    {t('overview.completeUntil', { day: longDay(f.complete_until ?? f.newest ?? '', lang) })}
                </span>
            ))}
        </p>
    );
}

export const page: PageModule = { view: OverviewPage, asks: ({ range }) => urlOf(range) };
