/** Figures over time: a true time axis, the comparison thin and grey behind, gaps where there is no
 *  value, the running period dashed, festivals as pale bands. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Band, Row } from '../data/types';
import { DAY_MS, dayTime, type Grain, periodName, periodShort, shortDay, timeDay } from '../format/date';
import { changeText, exactValue, type NumberStyle, shortValue, type Unit } from '../format/number';
import { either, type Lang, t } from '../i18n';
import { axisText, type ChartTheme } from './theme';
import { type TipLine, tip } from './tooltip';

export interface TimePoint {
    time: string;
    hour?: number;
    value: string | null;
    complete: boolean;
    reason?: string;
    compare?: { time: string; value: string | null; change: string | null; relative: string | null };
}

export interface TimeSeries {
    name: string;
    points: readonly TimePoint[];
    colour?: string;
    /** All the rest, such as "others": grey. */
    rest?: boolean;
}

export type TimeLook = 'line' | 'bar' | 'area' | 'stacked';

export interface TimeChart {
    series: readonly TimeSeries[];
    unit: Unit;
    grain: Grain;
    look: TimeLook;
    bands?: readonly Band[];
    changes?: readonly string[];
    style: NumberStyle;
    /** Small multiples: no axis names, fewer ticks. */
    small?: boolean;
    /** Both ends and the step of a shared scale, when several charts are read side by side. */
    scale?: readonly [number, number, number];
    from: string;
    to: string;
}

function colourOf(chart: TimeChart, theme: ChartTheme, one: TimeSeries, i: number): string {
    if (one.rest) return theme.compare;
    return (
        one.colour ??
        (chart.series.length === 1 ? theme.accent : (theme.series[i % theme.series.length] ?? theme.accent))
    );
}

export function pointsOf(rows: readonly Row[]): TimePoint[] {
    return rows
        .filter((row) => row.time !== null)
        .map((row) => ({
            time: row.time as string,
            hour: row.hour,
            value: row.value,
            complete: row.complete,
            reason: row.reason,
            compare: row.compare
                ? {
                      time: row.compare.from,
                      value: row.compare.value,
                      change: row.compare.change,
                      relative: row.compare.relative,
                  }
                : undefined,
        }));
}

const at = (p: TimePoint) => dayTime(p.time) + (p.hour ?? 0) * 3_600_000;
const num = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));

/** Index of the first point of the running end: behind it everything is "so far". */
function runningFrom(points: readonly TimePoint[]): number {
    let first = points.length;
    while (first > 0) {
        const p = points[first - 1];
        if (!p || (p.complete && p.value !== null)) break;
        first--;
    }
    return first;
}

function extent(chart: TimeChart): { min: number; max: number } {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const { points } of chart.series)
        for (const p of points)
            for (const v of [num(p.value), num(p.compare?.value)])
                if (v !== null && Number.isFinite(v)) {
                    min = Math.min(min, v);
                    max = Math.max(max, v);
                }
    return { min, max };
}

const SCALE_STEPS = 5;

/** Both ends moved outwards to a round step, and that step: at most five of them. */
export function niceScale(low: number, high: number): [number, number, number] {
    if (low === high) return [low, high + 1, 1];
    const fits = (step: number) => Math.ceil(high / step) - Math.floor(low / step) <= SCALE_STEPS;
    const power = 10 ** (Math.floor(Math.log10(high - low)) - 1);
    const step = [1, 2, 2.5, 5, 10, 20].map((s) => s * power).find(fits) ?? 50 * power;
    return [Math.floor(low / step) * step, Math.ceil(high / step) * step, step];
}

/** Lines may leave zero out when it would press them flat. */
export function leavesZero(chart: TimeChart): boolean {
    if (chart.look !== 'line' || chart.scale) return false;
    const { min, max } = extent(chart);
    return Number.isFinite(min) && min > 0 && min > 0.6 * max;
}

/** One band where several sources name the same days, and no plain holiday below a feast. */
export function tidyBands(bands: readonly Band[]): Band[] {
    const kept: Band[] = [];
    const order = [...bands].sort((a, b) => rank(a) - rank(b));
    for (const band of order) {
        const same = kept.find(
            (k) =>
                k.from <= band.to &&
                band.from <= k.to &&
                (k.name_zh === band.name_zh || band.kind === 'holiday'),
        );
        if (!same) kept.push({ ...band });
        else if (same.name_zh === band.name_zh) {
            same.from = same.from < band.from ? same.from : band.from;
            same.to = same.to > band.to ? same.to : band.to;
        }
    }
    return kept;
}

const rank = (band: Band) => ['promotion', 'festival', 'change', 'holiday'].indexOf(band.kind);

const BAND_ROWS = 2;
const LONG_BAND = 0.6;
const CHAR_PX = 8.5;

/** Names of bands in at most two rows; a name without room is left to the hover. */
function bandAreas(chart: TimeChart, theme: ChartTheme, width: number): unknown[] {
    const start = dayTime(chart.from);
    const end = dayTime(chart.to) + DAY_MS;
    const px = (ms: number) => ((ms - start) / (end - start)) * width;
    const free: number[] = Array.from({ length: BAND_ROWS }, () => -1);
    const shown = tidyBands(chart.bands ?? []).filter(
        (b) => dayTime(b.to) >= start && dayTime(b.from) < end && b.kind !== 'change',
    );
    // what lasts for most of the range tells nothing of a day: it is left to the hover
    return shown
        .filter(
            (b) =>
                Math.min(dayTime(b.to) + DAY_MS, end) - Math.max(dayTime(b.from), start) <
                LONG_BAND * (end - start),
        )
        .sort((a, b) => dayTime(a.from) - dayTime(b.from))
        .map((band) => {
            const from = Math.max(dayTime(band.from) - DAY_MS / 2, start - DAY_MS / 2);
            const to = Math.min(dayTime(band.to) + DAY_MS / 2, end - DAY_MS / 2);
            const name = either(band.name_en, band.name_zh);
            const wide = name.length * (/[\u4e00-\u9fff]/.test(name) ? 12 : CHAR_PX - 2) + 8;
            const middle = (px(from) + px(to)) / 2;
            const row = free.findIndex((taken) => middle - wide / 2 > taken);
            const fits =
                row >= 0 && !chart.small && middle - wide / 2 > -30 && middle + wide / 2 < width + 40;
            if (fits) free[row] = middle + wide / 2;
            return [
                {
                    xAxis: from,
                    name: fits ? name : '',
                    itemStyle: { color: band.kind === 'promotion' ? theme.bandPromo : theme.band },
                    label: {
                        show: fits,
                        position: 'top',
                        distance: 3 + row * 13,
                        color: theme.bandInk,
                        fontSize: 10.5,
                        fontFamily: theme.font,
                    },
                },
                { xAxis: to },
            ];
        });
}

function tipOf(chart: TimeChart, theme: ChartTheme, index: number, ms: number): HTMLElement {
    const lines: TipLine[] = [];
    const notes: string[] = [];
    let title = '';
    chart.series.forEach((one, i) => {
        const p = one.points.find((point) => at(point) === ms) ?? (i === 0 ? one.points[index] : undefined);
        if (!p || at(p) !== ms) return;
        title ||= periodName(p.time, chart.grain, chart.style.lang, p.hour);
        lines.push({
            colour: colourOf(chart, theme, one, i),
            name: one.name,
            value: exactValue(p.value, chart.unit, chart.style),
            extra:
                p.compare && chart.series.length > 1
                    ? changeText(chart.unit, p.compare.change, p.compare.relative, chart.style)
                    : undefined,
        });
        if (p.compare && chart.series.length === 1)
            lines.push({
                colour: theme.compare,
                dashed: true,
                name:
                    periodShort(p.compare.time, chart.grain, chart.style.lang) +
                    (p.compare.time.slice(0, 4) !== p.time.slice(0, 4)
                        ? ` ${p.compare.time.slice(0, 4)}`
                        : ''),
                value: exactValue(p.compare.value, chart.unit, chart.style),
                extra: changeText(chart.unit, p.compare.change, p.compare.relative, chart.style),
            });
        if (p.value === null && p.reason) notes.push(p.reason);
        else if (!p.complete) notes.push(t('chart.soFar'));
    });
    const day = timeDay(ms);
    for (const band of tidyBands(chart.bands ?? []))
        if (band.from <= day && day <= band.to) notes.push(either(band.name_en, band.name_zh));
    if (chart.changes?.includes(day)) notes.push(t('chart.definitionChanged'));
    return tip(title, lines, [...new Set(notes)]);
}

function lineSeries(chart: TimeChart, theme: ChartTheme, one: TimeSeries, i: number): object[] {
    const colour = colourOf(chart, theme, one, i);
    const running = runningFrom(one.points);
    const solid = one.points.map((p, k) => [at(p), k < running ? num(p.value) : null]);
    const dashed = one.points.map((p, k) => [at(p), k >= running - 1 ? num(p.value) : null]);
    const stacked = chart.look === 'stacked';
    const fill = stacked
        ? 0.75
        : chart.look === 'area' || (chart.series.length === 1 && !chart.small)
          ? 0.07
          : 0;
    const direct = chart.series.length > 1 && chart.series.length <= 4 && !stacked && !chart.small;
    const few = one.points.length <= 2;
    const base = {
        type: 'line',
        name: one.name,
        lineStyle: { width: chart.small ? 1.5 : 2, color: colour },
        itemStyle: { color: colour },
        symbol: 'circle',
        symbolSize: few ? 6 : 5,
        showSymbol: few,
        connectNulls: false,
        emphasis: { disabled: true },
        stack: stacked ? 'all' : undefined,
        // what is below zero takes away from the pile: the top is the sum
        stackStrategy: 'all',
        z: 5,
    };
    const result: object[] = [
        {
            ...base,
            data: stacked ? one.points.map((p) => [at(p), num(p.value)]) : solid,
            areaStyle: fill > 0 ? { color: colour, opacity: fill } : undefined,
            endLabel: direct
                ? {
                      show: true,
                      formatter: one.name,
                      color: colour,
                      fontSize: 11,
                      fontFamily: theme.font,
                      distance: 6,
                      width: 96,
                      overflow: 'truncate',
                  }
                : undefined,
            labelLayout: direct ? { moveOverlap: 'shiftY' } : undefined,
        },
    ];
    if (!stacked && running < one.points.length && dashed.some(([, v]) => v !== null))
        result.push({
            ...base,
            data: dashed,
            lineStyle: { ...base.lineStyle, type: [4, 4] },
            showSymbol: true,
            symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) => (dataIndex >= running ? 5 : 0),
            label: chart.small
                ? undefined
                : {
                      show: true,
                      formatter: ({ dataIndex }: { dataIndex: number }) =>
                          dataIndex === one.points.length - 1 && i === 0 ? t('chart.soFar') : '',
                      position: 'top',
                      color: theme.muted,
                      fontSize: 10.5,
                      fontFamily: theme.font,
                  },
        });
    return result;
}

function barSeries(chart: TimeChart, theme: ChartTheme, one: TimeSeries, i: number): object {
    const colour = colourOf(chart, theme, one, i);
    return {
        type: 'bar',
        name: one.name,
        barMaxWidth: one.points.length <= 12 ? 44 : 22,
        barMinWidth: 1,
        barCategoryGap: '30%',
        itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] },
        emphasis: { disabled: true },
        data: one.points.map((p) => ({
            value: [at(p), num(p.value)],
            itemStyle: p.complete
                ? undefined
                : { color: colour, opacity: 0.35, borderColor: colour, borderType: 'dashed', borderWidth: 1 },
        })),
        z: 4,
    };
}

function axisLabel(grain: Grain, lang: Lang): (ms: number) => string {
    return (ms) => {
        const day = timeDay(ms);
        if (grain === 'month' || grain === 'quarter' || grain === 'year') {
            const jan = day.slice(5, 7) === '01';
            if (lang === 'zh') return jan ? `${day.slice(0, 4)}年` : `${Number(day.slice(5, 7))}月`;
            return jan ? day.slice(0, 4) : periodShort(day, 'month', lang).slice(0, 3);
        }
        if (grain === 'hour') {
            const hour = new Date(ms).getUTCHours();
            return hour === 0 ? shortDay(day, lang) : `${hour}:00`;
        }
        return day.slice(5) === '01-01' ? day.slice(0, 4) : shortDay(day, lang);
    };
}

const TICK_PX = 76;
const DAY_STEPS = [1, 2, 7, 14, 28, 56];

/** Where the time axis is labelled: steps that people count in, weeks from the range's end back. */
function ticksOf(chart: TimeChart, width: number): number[] {
    const times = [...new Set((chart.series[0]?.points ?? []).map(at))];
    const room = Math.max(2, Math.floor(width / (chart.small ? TICK_PX * 1.2 : TICK_PX)));
    if (times.length <= room) return times;
    let step = Math.ceil(times.length / room);
    if (chart.grain === 'day') step = DAY_STEPS.find((s) => s >= step) ?? step;
    if (chart.grain === 'hour')
        step = [1, 2, 3, 4, 6, 12, 24].find((s) => s >= step) ?? Math.ceil(step / 24) * 24;
    if (chart.grain === 'month') step = [1, 2, 3, 6, 12].find((s) => s >= step) ?? step;
    const first = chart.grain === 'hour' || chart.grain === 'month' ? 0 : (times.length - 1) % step;
    return times.filter((_, i) => i >= first && (i - first) % step === 0);
}

export function timeOption(chart: TimeChart, theme: ChartTheme, width: number): EChartsCoreOption {
    const zeroOut = leavesZero(chart);
    const many = chart.series.length > 1;
    const direct = many && chart.series.length <= 4 && chart.look === 'line' && !chart.small;
    const inner = width - 56 - (direct ? 108 : 14);
    const series: object[] = [];
    const first = chart.series[0];
    if (!many && first?.points.some((p) => p.compare && p.compare.value !== null))
        series.push({
            type: 'line',
            name: t('chart.compared'),
            data: first.points.map((p) => [at(p), num(p.compare?.value)]),
            lineStyle: { width: 1, color: theme.compare },
            itemStyle: { color: theme.compare },
            symbol: 'none',
            emphasis: { disabled: true },
            silent: true,
            z: 2,
        });
    chart.series.forEach((one, i) => {
        if (chart.look === 'bar') series.push(barSeries(chart, theme, one, i));
        else series.push(...lineSeries(chart, theme, one, i));
    });
    const marks = bandAreas(chart, theme, inner);
    series.push({
        type: 'line',
        data: [],
        silent: true,
        markArea: marks.length > 0 ? { silent: true, data: marks } : undefined,
        markLine: chart.changes?.length
            ? {
                  silent: true,
                  symbol: 'none',
                  lineStyle: { color: theme.muted, type: 'dotted' },
                  label: { formatter: t('chart.definitionChanged'), color: theme.muted, fontSize: 10 },
                  data: chart.changes.map((day) => ({ xAxis: dayTime(day) })),
              }
            : undefined,
        z: 1,
    });
    const half = chart.look === 'bar' ? DAY_MS / 2 : 0;
    return {
        animation: false,
        useUTC: true,
        textStyle: { fontFamily: theme.font },
        grid: {
            left: 8,
            right: direct ? 112 : 14,
            top: marks.length > 0 && !chart.small ? 34 : 12,
            bottom: 4,
            outerBoundsMode: 'same',
            outerBoundsContain: 'axisLabel',
            containLabel: true,
        },
        xAxis: {
            type: 'time',
            min:
                (first && first.points.length > 0 ? at(first.points[0] as TimePoint) : dayTime(chart.from)) -
                half,
            max:
                (first && first.points.length > 0
                    ? at(first.points[first.points.length - 1] as TimePoint)
                    : dayTime(chart.to)) + half,
            minInterval: chart.grain === 'hour' ? 3_600_000 : DAY_MS,
            axisLine: { lineStyle: { color: theme.line } },
            axisTick: { show: false },
            splitLine: { show: false },
            axisLabel: {
                ...axisText(theme),
                formatter: axisLabel(chart.grain, chart.style.lang),
                customValues: ticksOf(chart, inner),
                hideOverlap: true,
            },
        },
        yAxis: {
            type: 'value',
            scale: zeroOut,
            min: chart.scale?.[0],
            max: chart.scale?.[1],
            interval: chart.scale?.[2],
            splitNumber: chart.small ? 2 : 4,
            minInterval: chart.unit === 'count' ? 1 : undefined,
            axisLabel: {
                ...axisText(theme),
                formatter: (value: number) => axisNumber(value, chart.unit, chart.style),
            },
            splitLine: { lineStyle: { color: theme.line, width: 1 } },
            axisLine: { show: false },
        },
        tooltip: {
            trigger: 'axis',
            className: 'tip-box',
            borderWidth: 0,
            padding: 0,
            backgroundColor: 'transparent',
            confine: true,
            transitionDuration: 0,
            axisPointer: { type: 'line', lineStyle: { color: theme.compare, type: 'solid', width: 1 }, z: 1 },
            formatter: (params: unknown) => {
                const list = params as { dataIndex: number; axisValue: number }[];
                const hit = list[0];
                return hit ? tipOf(chart, theme, hit.dataIndex, hit.axisValue) : '';
            },
        },
        series,
    };
}

/** Ticks of a value axis: round numbers, so no more digits than they need. */
export function axisNumber(value: number, unit: Unit, style: NumberStyle): string {
    if (unit === 'percent') return `${Number((value * 100).toFixed(2))}%`;
    if (value === 0) return '0';
    const text = shortValue(String(value), unit, style);
    return unit === 'money' ? text.replace(/\.0+(?=\D|$)/, '') : text;
}
