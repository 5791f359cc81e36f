/** From a first amount down to a last one: what is taken away and added on the way, in order. */
import type { EChartsCoreOption } from 'echarts/core';
import { exactValue, type NumberStyle, shareText, shortValue } from '../format/number';
import { t } from '../i18n';
import { blend, TIP } from './shapes';
import { axisText, type ChartTheme, NARROW, textRoom } from './theme';
import { axisNumber } from './time';
import { tip } from './tooltip';

export interface WaterfallStep {
    name: string;
    role: 'start' | 'minus' | 'plus' | 'subtotal' | 'end';
    value: string | null;
    share: string | null;
}

const LABEL_TEXT = 12;
/** Of the longest bar: words beside a shorter one have room in the picture. */
const FAR = 0.6;

/** Where each bar begins and ends. Steps of minus and plus start where the one before ended. */
export function waterfallBars(steps: readonly WaterfallStep[]): { from: number; to: number }[] {
    let level = 0;
    return steps.map(({ role, value }) => {
        const amount = Number(value ?? 0);
        const from = role === 'minus' || role === 'plus' ? level : 0;
        const to = role === 'minus' ? level - amount : role === 'plus' ? level + amount : amount;
        level = to;
        return { from, to };
    });
}

export function waterfallOption(
    steps: readonly WaterfallStep[],
    style: NumberStyle,
    theme: ChartTheme,
    width: number,
): EChartsCoreOption {
    const narrow = width < NARROW;
    const bars = waterfallBars(steps);
    const label = (at: number) => {
        const step = steps[at];
        if (!step) return '';
        const value = `${step.role === 'minus' ? '−' : ''}${shortValue(step.value, 'money', style)}`;
        return narrow || step.share === null ? value : `${value}  ${shareText(Number(step.share))}`;
    };
    // words stand beside the bars: those that reach far need their room at the right
    const most = Math.max(...bars.map(({ from, to }) => Math.max(from, to)), 0);
    const far = bars.map(({ from, to }, at) =>
        Math.max(from, to) >= most * FAR ? textRoom(label(at), LABEL_TEXT) : 0,
    );
    const colour = (role: WaterfallStep['role']) =>
        role === 'minus'
            ? theme.series[1]
            : role === 'plus'
              ? theme.series[2]
              : role === 'subtotal'
                ? blend(theme.accent, theme.ground, 0.55)
                : theme.accent;
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: { left: 4, right: Math.max(40, ...far) + 10, top: 4, bottom: 4, containLabel: true },
        xAxis: {
            type: 'value',
            max: 'dataMax',
            splitNumber: narrow ? 2 : 4,
            splitLine: { showMaxLine: false, lineStyle: { color: theme.line } },
            axisLabel: {
                ...axisText(theme),
                hideOverlap: true,
                showMaxLabel: false, // the axis ends where the longest bar does, at no round number
                formatter: (v: number) => axisNumber(v, 'money', style),
            },
        },
        yAxis: {
            type: 'category',
            inverse: true,
            data: steps.map((s) => s.name),
            axisTick: { show: false },
            axisLine: { show: false },
            axisLabel: { ...axisText(theme, 12.5), color: theme.ink },
        },
        tooltip: {
            ...TIP,
            trigger: 'axis',
            axisPointer: { type: 'none' },
            formatter: (p: unknown) => {
                const step = steps[(p as { dataIndex: number }[])[0]?.dataIndex ?? 0];
                if (!step) return '';
                return tip(step.name, [
                    {
                        colour: colour(step.role),
                        name: t('table.value'),
                        value: `${step.role === 'minus' ? '−' : ''}${exactValue(step.value, 'money', style)}`,
                    },
                    {
                        name: t('profit.ofFirst'),
                        value: step.share === null ? '–' : shareText(Number(step.share)),
                    },
                ]);
            },
        },
        series: [
            // the part below a floating bar is drawn in no colour
            {
                type: 'bar',
                stack: 'a',
                silent: true,
                itemStyle: { color: 'transparent' },
                data: bars.map(({ from, to }) =>
                    from * to > 0 ? Math.sign(from) * Math.min(Math.abs(from), Math.abs(to)) : 0,
                ),
                barWidth: '66%',
            },
            // a bar across zero is two: the part above zero here, the rest below
            {
                type: 'bar',
                stack: 'a',
                silent: true,
                data: bars.map(({ from, to }, i) => ({
                    value: from * to < 0 ? Math.max(from, to) : 0,
                    itemStyle: { color: colour(steps[i]?.role ?? 'start') },
                })),
            },
            {
                type: 'bar',
                stack: 'a',
                data: bars.map(({ from, to }, i) => ({
                    value:
                        from * to > 0
                            ? Math.sign(from) * Math.abs(to - from)
                            : from * to < 0
                              ? Math.min(from, to)
                              : to || from,
                    itemStyle: {
                        color: colour(steps[i]?.role ?? 'start'),
                        borderRadius: 2,
                    },
                })),
                emphasis: { disabled: true },
                label: {
                    show: true,
                    position: 'right',
                    color: theme.ink,
                    fontSize: LABEL_TEXT,
                    formatter: ({ dataIndex }: { dataIndex: number }) => label(dataIndex),
                },
            },
        ],
    };
}
