/** A report as the server writes it: headings, sentences, tables, charts. */
import type { EChartsCoreOption } from 'echarts/core';
import { href } from '../app/router';
import { useSettings } from '../app/settings';
import { Chart } from '../charts/chart';
import { TIP } from '../charts/shapes';
import { axisText, type ChartTheme } from '../charts/theme';
import { tip } from '../charts/tooltip';
import { named, t } from '../i18n';
import { Table } from './table';

export interface ReportCell {
    text: string;
    kind: 'text' | 'money' | 'count' | 'number' | 'percent';
    value?: number | null;
    tone: string;
}

export interface ReportPart {
    kind: 'heading' | 'sentence' | 'table' | 'chart';
    text?: string;
    heads?: string[];
    rows?: ReportCell[][];
    title?: string;
    labels?: string[];
    series?: { name: string; comparison: boolean; values: (number | null)[] }[];
    bands?: { name: string; from: number; to: number }[];
    running?: boolean;
}

export interface ReportDocument {
    title: string;
    parts: ReportPart[];
}

const CHART_HEIGHT = 260;

function chartOption(part: ReportPart, theme: ChartTheme): EChartsCoreOption {
    const series = part.series ?? [];
    const labels = part.labels ?? [];
    return {
        animation: false,
        textStyle: { fontFamily: theme.font },
        grid: {
            left: 8,
            right: 12,
            top: (part.bands?.length ?? 0) > 0 ? 28 : 10,
            bottom: 4,
            containLabel: true,
        },
        xAxis: {
            type: 'category',
            data: labels,
            boundaryGap: false,
            axisTick: { show: false },
            axisLine: { lineStyle: { color: theme.line } },
            axisLabel: { ...axisText(theme), hideOverlap: true },
        },
        yAxis: {
            type: 'value',
            splitNumber: 4,
            splitLine: { lineStyle: { color: theme.line } },
            axisLabel: axisText(theme),
        },
        tooltip: {
            ...TIP,
            trigger: 'axis',
            formatter: (p: unknown) => {
                const at = (p as { dataIndex: number }[])[0]?.dataIndex ?? 0;
                return tip(
                    labels[at] ?? '',
                    series.map((s, i) => ({
                        colour: s.comparison ? theme.compare : theme.series[i],
                        dashed: s.comparison,
                        name: s.name,
                        value:
                            s.values[at] === null || s.values[at] === undefined
                                ? '–'
                                : (s.values[at] as number).toLocaleString('en'),
                    })),
                );
            },
        },
        series: series.map((s, i) => ({
            type: 'line',
            name: s.name,
            data: s.values,
            symbol: 'none',
            lineStyle: {
                width: s.comparison ? 1 : 2,
                color: s.comparison ? theme.compare : theme.series[i % theme.series.length],
            },
            itemStyle: { color: s.comparison ? theme.compare : theme.series[i % theme.series.length] },
            z: s.comparison ? 2 : 4,
            markArea:
                i === 0 && (part.bands?.length ?? 0) > 0
                    ? {
                          silent: true,
                          label: { color: theme.bandInk, fontSize: 10.5 },
                          data: (part.bands ?? []).map((b) => [
                              { name: b.name, xAxis: b.from, itemStyle: { color: theme.band } },
                              { xAxis: b.to },
                          ]),
                      }
                    : undefined,
        })),
    };
}

/** What names a part: the heading or sentence above it. Two below one get a number: each is a place to go to. */
function namesOf(parts: readonly ReportPart[], title: string): string[] {
    const seen = new Map<string, number>();
    let above = title;
    return parts.map((part) => {
        if (part.kind === 'heading' || part.kind === 'sentence') above = part.text ?? above;
        if (part.kind !== 'table') return above;
        const nth = (seen.get(above) ?? 0) + 1;
        seen.set(above, nth);
        return nth > 1 ? `${above} (${nth})` : above;
    });
}

function ReportTable({ part, name }: { part: ReportPart; name: string }) {
    const heads = part.heads ?? [];
    const rows = part.rows ?? [];
    const isNumber = (column: number) => rows.some((row) => (row[column]?.kind ?? 'text') !== 'text');
    return (
        <Table
            label={named(name)}
            rows={rows}
            rowKey={(_, i) => String(i)}
            columns={heads.map((head, column) => ({
                id: String(column),
                head,
                number: isNumber(column),
                className: column === 0 ? 'wrap' : undefined,
                cell: (row: ReportCell[]) => (
                    <span class={`tone-${row[column]?.tone ?? 'plain'}`}>
                        {withMinus(named(row[column]?.text ?? ''))}
                    </span>
                ),
                exact: (row: ReportCell[]) => {
                    const cell = row[column];
                    return cell?.value === null || cell?.value === undefined
                        ? (cell?.text ?? '')
                        : String(cell.value);
                },
            }))}
        />
    );
}

/** Reports write the hyphen of files; the board writes a minus. */
const withMinus = (text: string): string => text.replace(/(^|[\s（(])-(?=[\d¥$€£])/g, '$1−');

/** What a report says to type in a terminal is a page here. */
const COMMAND = /[:：]\s*shopvane kpi (\w+) --by (\w+)$/;

function Sentence({ text }: { text: string }) {
    const command = COMMAND.exec(text);
    if (!command) return <>{withMinus(text)}</>;
    return (
        <>
            {text.slice(0, command.index)} ·{' '}
            <a href={href(`/kpi/${command[1]}`, { by: command[2] ?? null })}>{t('overview.openKpi')}</a>
        </>
    );
}

export function DocumentView({ document }: { document: ReportDocument }) {
    const { lang } = useSettings();
    const names = namesOf(document.parts, document.title);
    return (
        <article class="report" lang={lang === 'zh' ? 'zh-CN' : 'en'}>
            <h1>{named(document.title)}</h1>
            {document.parts.map((part, i) => {
                const key = `${part.kind}${i}`;
                if (part.kind === 'heading') return <h2 key={key}>{named(part.text ?? '')}</h2>;
                if (part.kind === 'sentence')
                    return (
                        <p key={key} class={i === 0 ? 'report-lead' : undefined}>
                            <Sentence text={named(part.text ?? '')} />
                        </p>
                    );
                if (part.kind === 'table') return <ReportTable key={key} part={part} name={names[i] ?? ''} />;
                return (
                    <figure key={key}>
                        {part.title && <figcaption>{named(part.title)}</figcaption>}
                        <Chart
                            of={part}
                            height={CHART_HEIGHT}
                            label={part.title ?? document.title}
                            build={(theme) => chartOption(part, theme)}
                        />
                    </figure>
                );
            })}
        </article>
    );
}
