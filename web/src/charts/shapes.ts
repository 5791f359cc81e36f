/** Pictures that are not over time: bars, scatter, funnel, tree map. All get named figures and give an
 *  option; text of the data is only ever drawn, never parsed. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Unit } from '../format/number';
import { exactValue, type NumberStyle, shareText, shortValue } from '../format/number';
import { t } from '../i18n';
import { axisText, type ChartTheme, NARROW, textRoom } from './theme';
import { axisNumber } from './time';
import { tip } from './tooltip';

export const TIP = {
    className: 'tip-box',
    borderWidth: 0,
    padding: 0,
    backgroundColor: 'transparent',
    confine: true,
    transitionDuration: 0,
} as const;

export interface NamedSeries {
    name: string;
    values: readonly (string | null)[];
}

const num = (text: string | null) => (text === null ? null : Number(text));

/** Horizontal bars from zero, the greatest on top; several series side by side. */
export function barsOption(
    names: readonly string[],
    series: readonly NamedSeries[],
    unit: Unit,
    style: NumberStyle,
    theme: ChartTheme,
): EChartsCoreOption {
    const one = series.length === 1;
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: { left: 4, right: 72, top: 4, bottom: 4, containLabel: true },
        xAxis: {
            type: 'value',
            splitNumber: 4,
            splitLine: { lineStyle: { color: theme.line } },
            axisLabel: {
                ...axisText(theme),
                hideOverlap: true,
                formatter: (v: number) => axisNumber(v, unit, style),
            },
        },
        yAxis: {
            type: 'category',
            inverse: true,
            data: [...names],
            axisTick: { show: false },
            axisLine: { lineStyle: { color: theme.line } },
            axisLabel: { ...axisText(theme, 12), width: 170, overflow: 'truncate' },
        },
        tooltip: {
            ...TIP,
            trigger: 'axis',
            axisPointer: { type: 'none' },
            formatter: (p: unknown) => {
                const at = (p as { dataIndex: number }[])[0]?.dataIndex ?? 0;
                return tip(
                    names[at] ?? '',
                    series.map((s, i) => ({
                        colour: one ? theme.accent : theme.series[i],
                        name: s.name,
                        value: exactValue(s.values[at], unit, style),
                    })),
                );
            },
        },
        series: series.map((s, i) => ({
            type: 'bar',
            name: s.name,
            data: s.values.map(num),
            barMaxWidth: 18,
            itemStyle: {
                color: one ? theme.accent : theme.series[i % theme.series.length],
                borderRadius: [0, 3, 3, 0],
            },
            emphasis: { disabled: true },
            label: one
                ? {
                      show: true,
                      position: 'right',
                      color: theme.muted,
                      fontSize: 11,
                      fontFamily: theme.font,
                      formatter: ({ dataIndex }: { dataIndex: number }) =>
                          shortValue(s.values[dataIndex], unit, style),
                  }
                : undefined,
        })),
    };
}

export interface ScatterPoint {
    name: string;
    x: string;
    y: string;
    size?: string | null;
}

export interface ScatterAxes {
    x: { name: string; unit: Unit };
    y: { name: string; unit: Unit };
    size?: { name: string; unit: Unit };
}

export function scatterOption(
    points: readonly ScatterPoint[],
    axes: ScatterAxes,
    style: NumberStyle,
    theme: ChartTheme,
): EChartsCoreOption {
    const most = Math.max(...points.map((p) => Math.abs(Number(p.size ?? 0))), 1e-12);
    const axis = (a: { name: string; unit: Unit }, middle: boolean) => ({
        type: 'value',
        scale: true,
        name: a.name,
        nameLocation: middle ? 'middle' : 'end',
        nameGap: middle ? 28 : 10,
        nameTextStyle: { color: theme.muted, fontSize: 12, align: middle ? 'center' : 'left' },
        splitLine: { lineStyle: { color: theme.line } },
        axisLine: { show: false },
        axisLabel: { ...axisText(theme), formatter: (v: number) => axisNumber(v, a.unit, style) },
    });
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: { left: 8, right: 24, top: 30, bottom: 26, containLabel: true },
        xAxis: axis(axes.x, true),
        yAxis: axis(axes.y, false),
        tooltip: {
            ...TIP,
            formatter: (p: unknown) => {
                const point = points[(p as { dataIndex: number }).dataIndex];
                if (!point) return '';
                const lines = [
                    { name: axes.x.name, value: exactValue(point.x, axes.x.unit, style) },
                    { name: axes.y.name, value: exactValue(point.y, axes.y.unit, style) },
                ];
                if (axes.size)
                    lines.push({
                        name: axes.size.name,
                        value: exactValue(point.size, axes.size.unit, style),
                    });
                return tip(point.name, lines);
            },
        },
        series: [
            {
                type: 'scatter',
                data: points.map((p) => [Number(p.x), Number(p.y)]),
                symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) =>
                    axes.size
                        ? 8 + 32 * Math.sqrt(Math.abs(Number(points[dataIndex]?.size ?? 0)) / most)
                        : 11,
                itemStyle: { color: theme.accent, opacity: 0.7, borderColor: theme.ground, borderWidth: 1 },
                label: {
                    show: points.length <= 30,
                    formatter: ({ dataIndex }: { dataIndex: number }) => points[dataIndex]?.name ?? '',
                    position: 'right',
                    color: theme.muted,
                    fontSize: 11,
                },
                labelLayout: { hideOverlap: true },
            },
        ],
    };
}

export interface FunnelStep {
    name: string;
    value: string | null;
    unit: Unit;
}

const FUNNEL_TEXT = 13;

/** Steps as bars from zero below one another, each with the share of the step before. */
export function funnelOption(
    steps: readonly FunnelStep[],
    style: NumberStyle,
    theme: ChartTheme,
    width: number,
): EChartsCoreOption {
    const narrow = width < NARROW;
    const ratio = (a: string | null | undefined, b: string | null | undefined) =>
        a === null || a === undefined || b === null || b === undefined || Number(b) === 0
            ? null
            : Number(a) / Number(b);
    const label = (at: number) => {
        const step = steps[at];
        if (!step) return '';
        const value = shortValue(step.value, step.unit, style);
        if (at === 0) return value;
        const share = shareText(ratio(step.value, steps[at - 1]?.value));
        return narrow ? `${value}  ${share}` : `${value}   ${t('funnel.share', { share })}`;
    };
    const beside = Math.max(...steps.map((_, at) => textRoom(label(at), FUNNEL_TEXT)));
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: { left: 4, right: beside + 10, top: 4, bottom: 4, containLabel: true },
        xAxis: {
            type: 'value',
            min: 0,
            max: Math.max(...steps.map((s) => num(s.value) ?? 0), 1e-12),
            show: false,
        },
        yAxis: {
            type: 'category',
            inverse: true,
            data: steps.map((s) => s.name),
            axisTick: { show: false },
            axisLine: { show: false },
            axisLabel: {
                ...axisText(theme, FUNNEL_TEXT),
                color: theme.ink,
                ...(narrow ? { width: Math.round(width * 0.28), overflow: 'break' } : {}),
            },
        },
        tooltip: {
            ...TIP,
            formatter: (p: unknown) => {
                const at = (p as { dataIndex: number }).dataIndex;
                const step = steps[at];
                if (!step) return '';
                return tip(step.name, [
                    { name: t('table.value'), value: exactValue(step.value, step.unit, style) },
                    { name: t('funnel.ofBefore'), value: shareText(ratio(step.value, steps[at - 1]?.value)) },
                    { name: t('funnel.ofFirst'), value: shareText(ratio(step.value, steps[0]?.value)) },
                ]);
            },
        },
        series: [
            {
                type: 'bar',
                data: steps.map((s) => num(s.value) ?? 0), // a step without a value has its dash
                barWidth: '62%',
                itemStyle: { color: theme.accent, borderRadius: [0, 4, 4, 0] },
                showBackground: true,
                backgroundStyle: { color: theme.heat[0], borderRadius: [0, 4, 4, 0] },
                emphasis: { disabled: true },
                label: {
                    show: true,
                    position: 'right',
                    color: theme.ink,
                    fontSize: FUNNEL_TEXT,
                    fontFamily: theme.font,
                    formatter: ({ dataIndex }: { dataIndex: number }) => label(dataIndex),
                },
            },
        ],
    };
}

export interface TreeItem {
    name: string;
    value: string;
    change: number | null;
    children?: TreeItem[];
}

/** One colour laid over another: `part` of the first. Both as #rrggbb. */
export function blend(over: string, under: string, part: number): string {
    const channel = (text: string, at: number) => Number.parseInt(text.slice(1 + 2 * at, 3 + 2 * at), 16);
    const mixed = [0, 1, 2].map((at) =>
        Math.round(channel(over, at) * part + channel(under, at) * (1 - part)),
    );
    return `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

/** Areas by value; the colour says how much it moved, grey where nothing is compared. */
export function treeOption(
    items: readonly TreeItem[],
    unit: Unit,
    style: NumberStyle,
    theme: ChartTheme,
    width: number,
): EChartsCoreOption {
    const colour = (change: number | null) => {
        if (change === null || Math.abs(change) < 0.005) return blend(theme.muted, theme.ground, 0.22);
        return blend(
            change > 0 ? theme.good : theme.bad,
            theme.ground,
            0.16 + Math.min(0.34, Math.abs(change)),
        );
    };
    const node = (item: TreeItem): object => ({
        name: item.name,
        value: Number(item.value),
        shown: [
            shortValue(item.value, unit, style),
            item.change === null ? '' : `${item.change > 0 ? '+' : ''}${shareText(item.change)}`,
        ]
            .filter(Boolean)
            .join(width < NARROW ? '\n' : '  '),
        exact: item.value,
        change: item.change,
        itemStyle: item.children ? undefined : { color: colour(item.change) },
        children: item.children?.map(node),
    });
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        tooltip: {
            ...TIP,
            formatter: (p: unknown) => {
                const { name, data } = p as {
                    name: string;
                    data: { exact?: string; change?: number | null };
                };
                if (data.exact === undefined) return '';
                return tip(name, [
                    { name: t('table.value'), value: exactValue(data.exact, unit, style) },
                    ...(data.change === null || data.change === undefined
                        ? []
                        : [
                              {
                                  name: t('table.change'),
                                  value: `${data.change > 0 ? '+' : ''}${shareText(data.change)}`,
                              },
                          ]),
                ]);
            },
        },
        series: [
            {
                type: 'treemap',
                animation: false, // its own default, unlike that of other series, is true
                data: items.map(node),
                left: 0,
                right: 0,
                top: 0,
                bottom: 0,
                roam: false,
                nodeClick: false,
                breadcrumb: { show: false },
                itemStyle: { borderColor: theme.ground, borderWidth: 2, gapWidth: 2, borderRadius: 3 },
                label: {
                    color: theme.ink,
                    fontSize: 12,
                    lineHeight: 18,
                    overflow: 'truncate',
                    formatter: (p: unknown) => {
                        const { name, data } = p as { name: string; data: { shown?: string } };
                        return data.shown ? `${name}\n${data.shown}` : name;
                    },
                },
                upperLabel: {
                    show: true,
                    height: 22,
                    color: theme.ink,
                    backgroundColor: 'transparent',
                    fontSize: 12,
                },
                levels: [
                    { itemStyle: { gapWidth: 4 }, upperLabel: { show: false } },
                    { upperLabel: { show: items.some((i) => i.children) } },
                    {},
                ],
            },
        ],
    };
}
