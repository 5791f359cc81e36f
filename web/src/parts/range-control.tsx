/** Days and comparison in one control: presets that shops use, two dates, what to compare with. */
import { useContext, useState } from 'preact/hooks';
import { PeriodsContext, type Range, rangeChange, shiftRange } from '../app/range';
import { setQuery } from '../app/router';
import type { Band } from '../data/types';
import { COMPARISONS, compareName, compareWords } from '../format/compare';
import { daysBetween, isDay, rangeText } from '../format/date';
import { capital, language, named, t } from '../i18n';
import { Icon } from './icon';
import { Popover, usePopover } from './menu';

function Panel({ range }: { range: Range }) {
    const presets = useContext(PeriodsContext);
    const close = usePopover();
    const [from, setFrom] = useState(range.from);
    const [to, setTo] = useState(range.to);
    const valid = isDay(from) && isDay(to) && from <= to;
    const apply = (event: Event) => {
        event.preventDefault();
        if (!valid) return;
        close();
        setQuery(rangeChange(from, to));
    };
    const known = COMPARISONS.some(({ id }) => id === (range.compare ?? 'none'));
    return (
        <div class="range-panel">
            <div class="range-presets" role="group" aria-label={t('range.presets')}>
                {presets.map((p) => (
                    <button
                        key={p.id}
                        type="button"
                        class="menu-item"
                        aria-pressed={range.period?.id === p.id}
                        onClick={() => {
                            close();
                            setQuery({ period: p.id, from: null, to: null });
                        }}
                    >
                        {capital(named(p.name))}
                    </button>
                ))}
            </div>
            <div class="range-side">
                <form onSubmit={apply}>
                    <p class="panel-title">{t('range.own')}</p>
                    <div class="range-dates">
                        <label>
                            {t('range.from')}
                            <input
                                type="date"
                                value={from}
                                onInput={(e) => setFrom((e.target as HTMLInputElement).value)}
                            />
                        </label>
                        <label>
                            {t('range.to')}
                            <input
                                type="date"
                                value={to}
                                onInput={(e) => setTo((e.target as HTMLInputElement).value)}
                            />
                        </label>
                    </div>
                    <button type="submit" class="button" disabled={!valid}>
                        {valid ? t('range.applyDays', { days: daysBetween(from, to) }) : t('range.invalid')}
                    </button>
                </form>
                <fieldset class="range-compare">
                    <legend class="panel-title">{t('compare.title')}</legend>
                    {COMPARISONS.map(({ id, label }) => (
                        <label key={id} class="radio">
                            <input
                                type="radio"
                                name="compare"
                                checked={(range.compare ?? 'none') === id}
                                onChange={() => setQuery({ compare: id })}
                            />
                            {t(label)}
                        </label>
                    ))}
                    {!known && (
                        <label class="radio">
                            <input type="radio" name="compare" checked readOnly />
                            {compareName(range.compare, presets)}
                        </label>
                    )}
                </fieldset>
            </div>
        </div>
    );
}

export function RangeControl({
    range,
    compares = true,
}: {
    range: Range;
    compares?: boolean;
    bands?: readonly Band[];
}) {
    const lang = language();
    const presets = useContext(PeriodsContext);
    return (
        <div class="range-control">
            <button
                type="button"
                class="icon-button"
                aria-label={t('range.before')}
                title={`${t('range.before')}  [`}
                onClick={() => shiftRange(range, -1)}
            >
                <Icon name="left" size={16} />
            </button>
            <Popover
                label={t('range.choose')}
                buttonClass="range-button"
                panelClass="range-popover"
                button={
                    <>
                        <Icon name="calendar" size={16} />
                        <span class="range-name">
                            {range.period
                                ? capital(named(range.period.name))
                                : rangeText(range.from, range.to, lang)}
                        </span>
                        <span class="range-days">
                            {range.period ? rangeText(range.from, range.to, lang) : ''}
                        </span>
                        {compares && (
                            <span class="range-compare-name">
                                {range.compare
                                    ? t('range.against', { name: compareWords(range.compare, presets) })
                                    : compareWords(null, presets)}
                            </span>
                        )}
                        <Icon name="down" size={14} />
                    </>
                }
            >
                <Panel range={range} />
            </Popover>
            <button
                type="button"
                class="icon-button"
                aria-label={t('range.after')}
                title={`${t('range.after')}  ]`}
                onClick={() => shiftRange(range, 1)}
            >
                <Icon name="right" size={16} />
            </button>
        </div>
    );
}
