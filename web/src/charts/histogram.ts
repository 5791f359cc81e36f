/** How values are spread: a histogram with round edges, bars from zero. */
import type { EChartsCoreOption } from 'echarts/core';
import { axisText, type ChartTheme } from './theme';
import { tip } from './tooltip';

export interface Bin {
    from: number;
    to: number;
    count: number;
}

/** Bins of a round width (1, 2, 2.5 or 5 times a power of ten), about the square root of n of them. */
export function bins(values: readonly number[]): Bin[] {
    if (values.length === 0) return [];
    const low = Math.min(...values);
    const high = Math.max(...values);
    if (low === high) return [{ from: low, to: high, count: values.length }];
    const raw = (high - low) / Math.min(24, Math.max(5, Math.ceil(Math.sqrt(values.length))));
    const power = 10 ** Math.floor(Math.log10(raw));
    const width = ([1, 2, 2.5, 5, 10].find((step) => step * power >= raw) ?? 10) * power;
    const start = Math.floor(low / width) * width;
    const count = Math.floor((high - start) / width + 1e-9) + 1;
    const made: Bin[] = Array.from({ length: count }, (_, i) => ({
        from: start + i * width,
        to: start + (i + 1) * width,
        count: 0,
    }));
    for (const value of values) {
        const bin = made[Math.min(count - 1, Math.floor((value - start) / width + 1e-9))];
        if (bin) bin.count++;
    }
    return made;
}

export function histogramOption(
    data: readonly Bin[],
    format: (value: number) => string,
    unit: string,
    theme: ChartTheme,
): EChartsCoreOption {
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: { left: 8, right: 14, top: 30, bottom: 4, containLabel: true },
        xAxis: {
            type: 'category',
            data: data.map((b) => `${format(b.from)} – ${format(b.to)}`),
            axisTick: { show: false },
            axisLine: { lineStyle: { color: theme.line } },
            axisLabel: { ...axisText(theme), hideOverlap: true },
        },
        yAxis: {
            type: 'value',
            minInterval: 1,
            name: unit,
            nameTextStyle: { ...axisText(theme), align: 'right', padding: [0, 6, 0, 0] },
            splitLine: { lineStyle: { color: theme.line } },
            axisLabel: axisText(theme),
        },
        tooltip: {
            trigger: 'axis',
            className: 'tip-box',
            borderWidth: 0,
            padding: 0,
            backgroundColor: 'transparent',
            confine: true,
            axisPointer: { type: 'none' },
            formatter: (p: unknown) => {
                const bin = data[(p as { dataIndex: number }[])[0]?.dataIndex ?? 0];
                return bin
                    ? tip(`${format(bin.from)} – ${format(bin.to)}`, [
                          { name: unit, value: String(bin.count) },
                      ])
                    : '';
            },
        },
        series: [
            {
                type: 'bar',
                data: data.map((b) => b.count),
                barCategoryGap: '8%',
                itemStyle: { color: theme.accent, borderRadius: [2, 2, 0, 0] },
                emphasis: { disabled: true },
            },
        ],
    };
}
