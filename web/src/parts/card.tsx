/** A KPI as a card: name, figure, change, sparkline, target, and how far it can be trusted. */
import { href } from '../app/router';
import { useNumbers } from '../app/settings';
import type { Direction, Goal } from '../data/types';
import { longDay, shortDay } from '../format/date';
import { exactValue, NO_VALUE, shareText, shortValue, type Unit } from '../format/number';
import { language, named, t } from '../i18n';
import { Delta } from './delta';
import { Sparkline } from './sparkline';
import { TrustMark } from './trust';

export interface Figure {
    id: string;
    name: string;
    unit: Unit;
    direction: Direction;
    value: string | null;
    compare: string | null;
    change: string | null;
    relative: string | null;
    complete: boolean;
    /** Its own facts end on this day, before the range's other ones; it is compared with as many days. */
    until?: string;
    reason?: string | null;
    goal?: Goal | null;
    trend: readonly { time: string; value: string | null; compare?: string | null; complete?: boolean }[];
}

/** "to 25 Nov": the last day that a figure counts, where others count further. */
export function Until({ day }: { day: string }) {
    return (
        <span class="until" title={t('card.untilWhy', { day: longDay(day, language()) })}>
            {t('card.until', { day: shortDay(day, language()) })}
        </span>
    );
}

export function GoalBar({ goal, unit }: { goal: Goal; unit: Unit }) {
    const style = useNumbers();
    if (goal.target === null) return null;
    const done = Math.max(0, Math.min(1.2, Number(goal.completion ?? 0)));
    const pace = goal.progress === null ? null : Math.max(0, Math.min(1.2, Number(goal.progress)));
    const state = goal.on_course === true ? 'on' : goal.on_course === false ? 'off' : 'open';
    return (
        <div
            class={`goal goal-${state}`}
            title={[
                `${t('goal.target')} ${exactValue(goal.target, unit, style)}`,
                goal.gap === null ? '' : `${t('goal.gap')} ${exactValue(goal.gap, unit, style)}`,
                goal.note ?? '',
            ]
                .filter(Boolean)
                .join('\n')}
        >
            <div class="goal-bar" aria-hidden="true">
                <div class="goal-done" style={{ width: `${(done / 1.2) * 100}%` }} />
                {pace !== null && <div class="goal-pace" style={{ left: `${(pace / 1.2) * 100}%` }} />}
            </div>
            <span class="goal-text">
                {goal.completion === null
                    ? NO_VALUE
                    : t('goal.completion', { share: shareText(Number(goal.completion)) })}
            </span>
        </div>
    );
}

export function Card({
    figure,
    big,
    active,
    onPick,
}: {
    figure: Figure;
    big?: boolean;
    active?: boolean;
    onPick?: () => void;
}) {
    const style = useNumbers();
    const name = named(figure.name);
    const before =
        figure.compare === null
            ? undefined
            : `${t('chart.compared')}: ${exactValue(figure.compare, figure.unit, style)}`;
    return (
        <article class={`card${big ? ' card-big' : ''}${active ? ' is-active' : ''}`}>
            <div class="card-head">
                <h2>
                    <a class="card-link" href={href(`/kpi/${figure.id}`)}>
                        {name}
                    </a>
                </h2>
                {figure.until && <Until day={figure.until} />}
                <TrustMark trust={figure.complete ? 'complete' : 'partial'} why={figure.reason} />
            </div>
            <div class="card-figure">
                <span class="card-value" title={exactValue(figure.value, figure.unit, style)}>
                    {shortValue(figure.value, figure.unit, style)}
                </span>
                {figure.value !== null && (
                    <Delta
                        unit={figure.unit}
                        change={figure.change}
                        relative={figure.relative}
                        direction={figure.direction}
                        before={before}
                    />
                )}
            </div>
            {figure.value === null && figure.reason ? <p class="card-reason">{figure.reason}</p> : null}
            <div class="card-spark">
                <Sparkline points={figure.trend} width={big ? 240 : 132} height={big ? 44 : 30} area={big} />
            </div>
            {figure.goal?.target ? <GoalBar goal={figure.goal} unit={figure.unit} /> : null}
            {onPick && (
                <button
                    type="button"
                    class="card-pick"
                    aria-pressed={active}
                    aria-label={t('overview.showTrend', { name })}
                    onClick={onPick}
                />
            )}
        </article>
    );
}
