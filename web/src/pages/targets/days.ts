/** A target day by day: what was asked as steps, what came as bars. */
import type { EChartsCoreOption } from 'echarts/core';
import { TIP } from '../../charts/shapes';
import { axisText, type ChartTheme } from '../../charts/theme';
import { axisNumber } from '../../charts/time';
import { tip } from '../../charts/tooltip';
import { dayTime, periodName, shortDay, timeDay } from '../../format/date';
import { exactValue, type NumberStyle, type Unit } from '../../format/number';
import { t } from '../../i18n';

export interface GoalDay {
    day: string;
    target: string | null;
    actual: string | null;
    complete: boolean;
    locked: boolean;
}

export function goalDaysOption(
    days: readonly GoalDay[],
    unit: Unit,
    style: NumberStyle,
    theme: ChartTheme,
): EChartsCoreOption {
    const num = (text: string | null) => (text === null ? null : Number(text));
    return {
        animation: false,
        useUTC: true,
        textStyle: { fontFamily: theme.font },
        grid: { left: 8, right: 14, top: 10, bottom: 4, containLabel: true },
        xAxis: {
            type: 'time',
            axisTick: { show: false },
            axisLine: { lineStyle: { color: theme.line } },
            splitLine: { show: false },
            axisLabel: {
                ...axisText(theme),
                hideOverlap: true,
                formatter: (ms: number) => shortDay(timeDay(ms), style.lang),
            },
        },
        yAxis: {
            type: 'value',
            splitNumber: 4,
            splitLine: { lineStyle: { color: theme.line } },
            axisLabel: { ...axisText(theme), formatter: (v: number) => axisNumber(v, unit, style) },
        },
        tooltip: {
            ...TIP,
            trigger: 'axis',
            axisPointer: { type: 'line', lineStyle: { color: theme.faint, type: 'solid' } },
            formatter: (p: unknown) => {
                const day = days[(p as { dataIndex: number }[])[0]?.dataIndex ?? 0];
                if (!day) return '';
                const notes = [
                    day.locked ? t('targets.locked') : '',
                    day.complete || day.actual === null ? '' : t('chart.soFar'),
                ].filter(Boolean);
                return tip(
                    periodName(day.day, 'day', style.lang),
                    [
                        {
                            colour: theme.accent,
                            name: t('targets.actual'),
                            value: exactValue(day.actual, unit, style),
                        },
                        {
                            colour: theme.series[1],
                            name: t('targets.target'),
                            value: exactValue(day.target, unit, style),
                        },
                    ],
                    notes,
                );
            },
        },
        series: [
            {
                type: 'bar',
                data: days.map((d) => [dayTime(d.day), num(d.actual)]),
                itemStyle: { color: theme.accent, opacity: 0.75 },
                barMaxWidth: 14,
                emphasis: { disabled: true },
            },
            {
                type: 'line',
                step: 'middle',
                data: days.map((d) => [dayTime(d.day), num(d.target)]),
                symbol: 'none',
                lineStyle: { color: theme.series[1], width: 1.5 },
                itemStyle: { color: theme.series[1] },
                emphasis: { disabled: true },
            },
        ],
    };
}
