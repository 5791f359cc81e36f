/** Hours by weekdays as a heat map on a sequential scale. */
import type { EChartsCoreOption } from 'echarts/core';
import { axisText, type ChartTheme } from './theme';
import { tip } from './tooltip';

export interface HeatMap {
    cells: readonly (readonly [number, number, number])[];
    weekdays: readonly string[];
    format: (value: number) => string;
}

export function heatOption({ cells, weekdays, format }: HeatMap, theme: ChartTheme): EChartsCoreOption {
    const values = cells.map((c) => c[2]);
    const low = Math.min(...values, 0);
    const high = Math.max(...values, low + 1e-9);
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: { left: 4, right: 4, top: 4, bottom: 44, containLabel: true },
        xAxis: {
            type: 'category',
            data: Array.from({ length: 24 }, (_, i) => `${i}`),
            axisLine: { show: false },
            axisTick: { show: false },
            axisLabel: axisText(theme),
        },
        yAxis: {
            type: 'category',
            data: [...weekdays],
            inverse: true,
            axisLine: { show: false },
            axisTick: { show: false },
            axisLabel: axisText(theme, 12),
        },
        visualMap: {
            min: low,
            max: high,
            orient: 'horizontal',
            left: 'center',
            bottom: 0,
            itemWidth: 10,
            itemHeight: 160,
            text: [format(high), format(low)],
            textStyle: axisText(theme),
            inRange: { color: [...theme.heat] },
        },
        tooltip: {
            className: 'tip-box',
            borderWidth: 0,
            padding: 0,
            backgroundColor: 'transparent',
            confine: true,
            formatter: (p: unknown) => {
                const [hour, day, value] = (p as { data: [number, number, number] }).data;
                return tip(`${weekdays[day]} ${hour}:00–${hour + 1}:00`, [
                    { name: '', value: format(value) },
                ]);
            },
        },
        series: [
            {
                type: 'heatmap',
                data: cells.map((c) => [...c]),
                itemStyle: { borderColor: theme.ground, borderWidth: 2, borderRadius: 3 },
                emphasis: { itemStyle: { borderColor: theme.ink, borderWidth: 1 } },
            },
        ],
    };
}
