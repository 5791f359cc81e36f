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

const E4 = 4;

function e4Of(text: string): bigint {
    const negative = text.startsWith('-');
    const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
    const e4 = BigInt(whole + fraction.padEnd(E4, '0').slice(0, E4));
    return negative ? -e4 : e4;
}

function textOf(e4: bigint): string {
    const digits = (e4 < 0n ? -e4 : e4).toString().padStart(E4 + 1, '0');
    return `${e4 < 0n ? '-' : ''}${digits.slice(0, -E4)}.${digits.slice(-E4)}`;
}

/** Exact sums; null where not every day has a target, or no day has come. */
export function sumOfDays(days: readonly GoalDay[]): { target: string | null; actual: string | null } {
    const sum = (texts: readonly string[]) => textOf(texts.reduce((all, text) => all + e4Of(text), 0n));
    const targets = days.flatMap((d) => (d.target === null ? [] : [d.target]));
    const actuals = days.flatMap((d) => (d.actual === null ? [] : [d.actual]));
    return {
        target: days.length > 0 && targets.length === days.length ? sum(targets) : null,
        actual: actuals.length > 0 ? sum(actuals) : null,
    };
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
