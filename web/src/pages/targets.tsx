/** Targets: how each stands, day by day; setting, splitting and locking them; every revision. */
import { useContext, useState } from 'preact/hooks';
import { useCatalogue } from '../app/catalogue';
import type { Opening, PageModule, PageProps } from '../app/pages';
import { PeriodsContext } from '../app/range';
import { here, setQuery, useRoute } from '../app/router';
import { useMay, useNumbers } from '../app/settings';
import { Chart } from '../charts/chart';
import { apiUrl, change } from '../data/api';
import type { Goal, List, PeriodPreset } from '../data/types';
import { useAction, useAsked } from '../data/use';
import { momentText, rangeText } from '../format/date';
import {
    exactValue,
    NO_VALUE,
    type NumberStyle,
    shareText,
    shortValue,
    tableValue,
    type Unit,
} from '../format/number';
import { language, named, t } from '../i18n';
import { GoalBar } from '../parts/card';
import { Section, Segmented, Tabs } from '../parts/controls';
import { Icon } from '../parts/icon';
import { Answered, Empty, FormError, Skeleton } from '../parts/states';
import { type Column, Table, unseen } from '../parts/table';
import { type GoalDay, goalDaysOption, sumOfDays } from './targets/days';
import { SetTarget, SplitTargets } from './targets/edit';

export interface Target {
    kpi: string;
    name: string;
    unit: Unit;
    store: string | null;
    category: string | null;
    period: string;
    from: string;
    to: string;
    level: 'base' | 'target' | 'stretch';
    target: string;
    first_target: string;
    currency: string | null;
    locked: boolean;
    split: boolean;
    owner: string | null;
    note: string | null;
    author: string | null;
    revision: number;
    revised_at: string | null;
    actual?: string | null;
    goal?: Goal | null;
    reason?: string;
    replaced_by?: number;
}

interface Targets {
    period: { word: string; from: string; to: string };
    items: Target[];
    days: GoalDay[];
    total: number;
    revision: number;
}

const PERIODS = ['this-month', 'this-quarter', 'this-year', 'last-month', 'last-year'] as const;

export function TargetsPage({ rest }: PageProps) {
    const { query } = useRoute();
    const view = rest[0] === 'history' ? 'history' : 'now';
    const tabs = [
        { id: 'now', label: t('targets.now'), href: '/targets' },
        { id: 'history', label: t('targets.history'), href: '/targets/history' },
    ];
    return (
        <>
            <h1>{t('page.targets')}</h1>
            <Tabs label={t('page.targets')} tabs={tabs} now={view} />
            {view === 'history' ? <History /> : <Now {...shownOf(query)} />}
        </>
    );
}

/** A period in the words of targets, by the shop's day: 2026, 2026-Q4, 2026-11. */
export function periodWord(of: string, today: string): string {
    const [year = 0, month = 1] = today.split('-').map(Number);
    const monthOf = (y: number, m: number) => `${y}-${String(m).padStart(2, '0')}`;
    if (of === 'this-month') return monthOf(year, month);
    if (of === 'last-month') return month === 1 ? monthOf(year - 1, 12) : monthOf(year, month - 1);
    if (of === 'this-quarter') return `${year}-Q${Math.floor((month - 1) / 3) + 1}`;
    if (of === 'last-year') return String(year - 1);
    return of === 'this-year' ? String(year) : of;
}

interface Shown {
    of: string;
    kpi: string | null;
    level: Level | null;
}

const LEVELS = ['base', 'target', 'stretch'] as const;
type Level = (typeof LEVELS)[number];

const shownOf = (query: URLSearchParams): Shown => ({
    of: query.get('of') ?? 'this-year',
    kpi: query.get('kpi'),
    level: LEVELS.find((l) => l === query.get('level')) ?? null,
});

const todayOf = (presets: readonly PeriodPreset[]) => presets.find(({ id }) => id === 'today')?.to;

const urlOf = ({ of, kpi, level }: Shown, today: string) =>
    apiUrl('goals', { period: periodWord(of, today), kpi, level });

function Now({ of, kpi, level }: Shown) {
    const editor = useMay('editor');
    const style = useNumbers();
    const [editing, setEditing] = useState<'set' | 'split' | null>(null);
    const presets = useContext(PeriodsContext);
    const today = todayOf(presets);
    const asked = useAsked<Targets>(today ? urlOf({ of, kpi, level }, today) : null);
    const shown = level ?? usualLevel(asked.data?.items ?? []);
    const done = () => {
        setEditing(null);
        asked.again();
    };
    return (
        <>
            <div class="toolbar no-print">
                <Segmented
                    label={t('targets.period')}
                    value={of}
                    onPick={(p) => setQuery({ of: p === 'this-year' ? null : p })}
                    choices={PERIODS.map((p) => ({ value: p as string, label: t(`targetsOf.${p}`) }))}
                />
                <Segmented
                    label={t('targets.level')}
                    value={shown}
                    onPick={(l) => setQuery({ level: l })}
                    choices={LEVELS.map((l) => ({ value: l, label: t(`level.${l}`) }))}
                />
                <span class="top-space" />
                {editor && (
                    <>
                        <button type="button" class="button" onClick={() => setEditing('split')}>
                            {t('targets.split')}
                        </button>
                        <button type="button" class="button button-main" onClick={() => setEditing('set')}>
                            <Icon name="plus" size={15} /> {t('targets.set')}
                        </button>
                    </>
                )}
            </div>
            <Answered asked={asked} skeleton={<Skeleton height={420} />}>
                {(data) => (
                    <>
                        <p class="muted">
                            {rangeText(data.period.from, data.period.to, style.lang)} ·{' '}
                            {t('targets.revision', { revision: data.revision })}
                        </p>
                        <TargetsOf data={data} kpi={kpi} level={shown} onChanged={asked.again} />
                    </>
                )}
            </Answered>
            {editing === 'set' && <SetTarget onClose={done} />}
            {editing === 'split' && <SplitTargets onClose={done} />}
        </>
    );
}

/** The level that a shop steers by, as long as none is chosen: its target, where it has set one. */
function usualLevel(items: readonly Target[]): Level {
    const has = (level: Level) => items.some((g) => g.level === level);
    return (['target', 'base', 'stretch'] as const).find(has) ?? 'target';
}

function TargetsOf({
    data,
    kpi,
    level,
    onChanged,
}: {
    data: Targets;
    kpi: string | null;
    level: Level;
    onChanged: () => void;
}) {
    const editor = useMay('editor');
    const items = data.items.filter((g) => g.level === level);
    const ofDays = kpi ?? items[0]?.kpi;
    return (
        <>
            {ofDays && (
                <DaysOf
                    key={`${data.revision} ${ofDays} ${level}`}
                    items={items}
                    kpi={ofDays}
                    period={data.period.word}
                    level={level}
                />
            )}
            {items.length === 0 ? (
                <Empty title={t('targets.none')}>
                    {t(editor ? 'targets.noneEditor' : 'targets.noneViewer')}
                </Empty>
            ) : (
                <Section>
                    <TargetTable items={items} onChanged={onChanged} />
                </Section>
            )}
        </>
    );
}

/** The days of the chosen KPI, or of the first one that has a target. */
function DaysOf({
    items,
    kpi,
    period,
    level,
}: {
    items: readonly Target[];
    kpi: string;
    period: string;
    level: Level;
}) {
    const asked = useAsked<Targets>(apiUrl('goals', { period, kpi, level }));
    const item = items.find((i) => i.kpi === kpi);
    return (
        <Answered asked={asked} skeleton={<Days days={null} item={item} kpi={kpi} />}>
            {({ days }) => days.length > 0 && <Days days={days} item={item} kpi={kpi} />}
        </Answered>
    );
}

/** Without days, which are on their way, the same frame: what stands below it does not jump. */
function Days({
    days,
    item,
    kpi,
}: {
    days: readonly GoalDay[] | null;
    item: Target | undefined;
    kpi: string;
}) {
    const style = useNumbers();
    const chosen = useRoute().query.get('kpi') !== null;
    const catalogue = useCatalogue();
    const unit = item?.unit ?? catalogue?.of(kpi)?.unit ?? 'money';
    const name = item ? named(item.name) : (catalogue?.name(kpi) ?? kpi);
    return (
        <Section title={name} aside={chosen && <a href={here({ kpi: null })}>{t('targets.allKpis')}</a>}>
            <DaysSum days={days} unit={unit} />
            {days ? (
                <Chart
                    of={days}
                    height={260}
                    label={t('targets.daysLabel', { name })}
                    build={(theme) => goalDaysOption(days, unit, style, theme)}
                />
            ) : (
                <Skeleton height={260} />
            )}
        </Section>
    );
}

/** What the days of the period add up to: the part of a longer target that falls into them. */
function DaysSum({ days, unit }: { days: readonly GoalDay[] | null; unit: Unit }) {
    const style = useNumbers();
    const { target, actual } = sumOfDays(days ?? []);
    if (days && target === null) return null;
    return (
        <dl class="facts">
            <div>
                <dt>{t('targets.target')}</dt>
                <dd title={exactValue(target, unit, style)}>{shortValue(target, unit, style)}</dd>
            </div>
            <div>
                <dt>{t('targets.actual')}</dt>
                <dd title={exactValue(actual, unit, style)}>{shortValue(actual, unit, style)}</dd>
            </div>
            <div>
                <dt>{t('targets.completion')}</dt>
                <dd>
                    {shareText(actual === null || target === null ? null : Number(actual) / Number(target))}
                </dd>
            </div>
        </dl>
    );
}

function placeOf(g: Target): string {
    return [g.store ?? t('store.all'), g.category].filter(Boolean).join(' · ');
}

/** The target is in another currency than what came in. */
function isForeign(g: Target, style: NumberStyle): boolean {
    return g.unit === 'money' && g.currency !== null && g.currency !== style.currency;
}

/** Where two currencies stand side by side each amount says its own. */
function amountBeside(
    text: string | null | undefined,
    g: Target,
    currency: string | null,
    style: NumberStyle,
): string {
    if (!isForeign(g, style) || currency === null) return tableValue(text, g.unit, style);
    const body = tableValue(text, g.unit, { ...style, currency });
    return body === NO_VALUE ? body : `${body} ${currency}`;
}

function TargetTable({ items, onChanged }: { items: readonly Target[]; onChanged: () => void }) {
    const style = useNumbers();
    const editor = useMay('editor');
    const { busy, error, run } = useAction();
    const lock = async (g: Target) => {
        const done = await run(() =>
            change('POST', g.locked ? 'goals/unlock' : 'goals/lock', {
                kpi: g.kpi,
                period: g.period,
                store: g.store,
                category: g.category,
                level: g.level,
            }),
        );
        if (done !== undefined) onChanged();
    };
    const columns: Column<Target>[] = [
        {
            id: 'kpi',
            head: t('page.kpi'),
            cell: (g) => <a href={here({ kpi: g.kpi })}>{named(g.name)}</a>,
            sort: (g) => g.name,
        },
        { id: 'place', head: t('targets.place'), cell: placeOf, sort: placeOf },
        { id: 'period', head: t('table.period'), cell: (g) => g.period, sort: (g) => g.from },
        {
            id: 'target',
            head: t('targets.target'),
            number: true,
            cell: (g) => amountBeside(g.target, g, g.currency, style),
            exact: (g) => g.target,
            title: (g) =>
                g.first_target !== g.target
                    ? t('targets.firstWas', {
                          value: exactValue(g.first_target, g.unit, {
                              ...style,
                              currency: g.currency ?? style.currency,
                          }),
                      })
                    : undefined,
            sort: (g) => Number(g.target),
        },
        {
            id: 'actual',
            head: t('targets.actual'),
            number: true,
            cell: (g) => amountBeside(g.actual, g, style.currency, style),
            exact: (g) => g.actual ?? '',
            title: (g) => g.reason,
            sort: (g) => (g.actual == null ? null : Number(g.actual)),
        },
        {
            id: 'bar',
            head: t('targets.completion'),
            cell: (g) =>
                g.goal?.completion != null ? (
                    <GoalBar goal={g.goal} unit={g.unit} />
                ) : isForeign(g, style) && g.goal?.reason ? (
                    <span class="muted">{g.goal.reason}</span>
                ) : g.goal?.target ? (
                    <GoalBar goal={g.goal} unit={g.unit} />
                ) : (
                    NO_VALUE
                ),
            sort: (g) => (g.goal?.completion == null ? null : Number(g.goal.completion)),
        },
        {
            id: 'progress',
            head: t('targets.progress'),
            number: true,
            cell: (g) => (g.goal?.progress == null ? NO_VALUE : shareText(Number(g.goal.progress))),
            sort: (g) => (g.goal?.progress == null ? null : Number(g.goal.progress)),
        },
        {
            id: 'gap',
            head: t('targets.gap'),
            number: true,
            cell: (g) => tableValue(g.goal?.gap, g.unit, style),
            exact: (g) => g.goal?.gap ?? '',
            sort: (g) => (g.goal?.gap == null ? null : Number(g.goal.gap)),
        },
        {
            id: 'needed',
            head: t('targets.needed'),
            number: true,
            cell: (g) => shortValue(g.goal?.needed_per_day, g.unit, style),
            exact: (g) => g.goal?.needed_per_day ?? '',
        },
        {
            id: 'lock',
            head: unseen(t('targets.locking')),
            cell: (g) =>
                editor ? (
                    <button
                        type="button"
                        class={`icon-button${g.locked ? ' is-on' : ''}`}
                        disabled={busy}
                        aria-pressed={g.locked}
                        aria-label={t(g.locked ? 'targets.unlock' : 'targets.lock', { name: named(g.name) })}
                        title={t(g.locked ? 'targets.unlock' : 'targets.lock', { name: named(g.name) })}
                        onClick={() => void lock(g)}
                    >
                        <Icon name="lock" size={15} />
                    </button>
                ) : g.locked ? (
                    <Icon name="lock" size={15} />
                ) : null,
        },
    ];
    return (
        <>
            <FormError error={error} />
            <Table
                label={t('page.targets')}
                columns={columns}
                rows={items}
                rowKey={(g) => `${g.kpi} ${g.store} ${g.category} ${g.period} ${g.level}`}
            />
        </>
    );
}

function History() {
    const style = useNumbers();
    const asked = useAsked<List<Target>>(apiUrl('goals/history', { limit: 200 }));
    return (
        <Answered asked={asked} skeleton={<Skeleton height={420} />}>
            {(list) => (
                <Section>
                    <Table
                        label={t('targets.history')}
                        rows={list.items}
                        rowKey={(g, i) => `${g.revision} ${i}`}
                        empty={t('targets.none')}
                        columns={[
                            {
                                id: 'revision',
                                head: t('close.revision'),
                                number: true,
                                cell: (g) => g.revision,
                                sort: (g) => g.revision,
                            },
                            {
                                id: 'at',
                                head: t('common.at'),
                                cell: (g) => (g.revised_at ? momentText(g.revised_at, language()) : NO_VALUE),
                                sort: (g) => g.revised_at,
                            },
                            { id: 'author', head: t('common.who'), cell: (g) => g.author ?? NO_VALUE },
                            {
                                id: 'kpi',
                                head: t('page.kpi'),
                                cell: (g) => named(g.name),
                                sort: (g) => g.name,
                            },
                            { id: 'place', head: t('targets.place'), cell: placeOf },
                            {
                                id: 'period',
                                head: t('table.period'),
                                cell: (g) => g.period,
                                sort: (g) => g.from,
                            },
                            { id: 'level', head: t('targets.level'), cell: (g) => t(`level.${g.level}`) },
                            {
                                id: 'target',
                                head: t('targets.target'),
                                number: true,
                                cell: (g) => tableValue(g.target, g.unit, style),
                                exact: (g) => g.target,
                            },
                            {
                                id: 'note',
                                head: t('common.note'),
                                cell: (g) => g.note ?? '',
                                className: 'wrap',
                            },
                        ]}
                    />
                </Section>
            )}
        </Answered>
    );
}

function firstAsked({ rest, query, periods }: Opening): string | null {
    const today = todayOf(periods);
    return today && rest.length === 0 ? urlOf(shownOf(query), today) : null;
}

export const page: PageModule = { view: TargetsPage, asks: firstAsked };
