/** The chosen picture of an answer; one chart for each unit, so that no two scales share an axis. */
import { useMemo } from 'preact/hooks';
import { addsUpBy } from '../../app/asking';
import type { Catalogue } from '../../app/catalogue';
import { rangeChange } from '../../app/range';
import { setQuery } from '../../app/router';
import { useNumbers } from '../../app/settings';
import { Chart } from '../../charts/chart';
import { barsOption, funnelOption, scatterOption, type TreeItem, treeOption } from '../../charts/shapes';
import { pointsOf, type TimeLook, type TimeSeries, timeOption } from '../../charts/time';
import { apiUrl } from '../../data/api';
import type { Answer, CalendarAnswer, KpiFigures, Row } from '../../data/types';
import { useReference } from '../../data/use';
import type { Unit } from '../../format/number';
import { named, t } from '../../i18n';
import { valueName } from '../../parts/filter-bar';
import { Empty } from '../../parts/states';
import { type Explored, overTime } from './state';

const TIME_HEIGHT = 340;
const BAR_HEIGHT = 26;
/** Up to so many lines carry their own names. */
const DIRECT_MAX = 4;

export function rowName(row: Row, by: readonly string[]): string {
    return row.others ? t('table.others') : by.map((d) => valueName(row.by[d])).join(' · ');
}

interface PictureProps {
    answer: Answer;
    explored: Explored;
    catalogue: Catalogue;
}

export function Picture(props: PictureProps) {
    const { look, by } = props.explored;
    if (overTime(look, by)) return <OverTime {...props} />;
    if (look === 'bar') return <Bars {...props} />;
    if (look === 'scatter') return <Scatter {...props} />;
    if (look === 'funnel') return <Funnel {...props} />;
    return <Tree {...props} />;
}

/** KPIs that may share an axis. */
function byUnit(kpis: readonly KpiFigures[]): [Unit, KpiFigures[]][] {
    const groups = new Map<Unit, KpiFigures[]>();
    for (const k of kpis) if (!k.needs) groups.set(k.unit, [...(groups.get(k.unit) ?? []), k]);
    return [...groups];
}

function OverTime({ answer, explored }: PictureProps) {
    const style = useNumbers();
    const calendar = useReference<CalendarAnswer>(apiUrl('calendar', { from: answer.from, to: answer.to }));
    const bands = calendar.data?.bands;
    // new where a chart is to be drawn anew, and only there
    const charts = useMemo(() => {
        if (explored.by.length > 0) {
            return answer.kpis
                .filter((k) => !k.needs)
                .map((k) => ({ title: named(k.name), unit: k.unit, series: grouped(k.rows, explored.by) }));
        }
        return byUnit(answer.kpis).map(([unit, kpis]) => ({
            title: kpis.length === 1 && kpis[0] ? named(kpis[0].name) : '',
            unit,
            series: kpis.map((k): TimeSeries => ({ name: named(k.name), points: pointsOf(k.rows) })),
        }));
    }, [answer, explored.by.join(), bands, explored.look]);
    return (
        <>
            {charts.map((c) => (
                <figure key={`${c.title}${c.unit}`} class="explore-chart">
                    <figcaption>
                        <strong>{c.title}</strong>{' '}
                        {(c.series.length > DIRECT_MAX || explored.look !== 'line') && (
                            <Keys series={c.series} />
                        )}
                    </figcaption>
                    <Chart
                        of={c}
                        height={TIME_HEIGHT}
                        label={t('chart.of', {
                            name: c.title || c.series.map((s) => s.name).join(', '),
                            range: `${answer.from} – ${answer.to}`,
                        })}
                        onRange={(from, to) => setQuery(rangeChange(from, to))}
                        build={(theme, width) =>
                            timeOption(
                                {
                                    series: c.series,
                                    unit: c.unit,
                                    grain: answer.grain,
                                    look: explored.look as TimeLook,
                                    bands,
                                    style,
                                    from: answer.from,
                                    to: answer.to,
                                },
                                theme,
                                width,
                            )
                        }
                    />
                </figure>
            ))}
        </>
    );
}

/** Named colours, where the lines have no room for their own names. */
function Keys({ series }: { series: readonly TimeSeries[] }) {
    if (series.length < 2) return null;
    return (
        <span class="keys-row">
            {series.map((s, i) => (
                <span key={s.name} class="key">
                    <i class={`key-dot key-${s.rest ? 'rest' : (i % 8) + 1}`} /> {s.name}
                </span>
            ))}
        </span>
    );
}

function grouped(rows: readonly Row[], by: readonly string[]): TimeSeries[] {
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
        const name = rowName(row, by);
        groups.set(name, [...(groups.get(name) ?? []), row]);
    }
    return [...groups].map(([name, list]) => ({ name, points: pointsOf(list), rest: list[0]?.others }));
}

function Bars({ answer, explored }: PictureProps) {
    const style = useNumbers();
    const groups = useMemo(() => byUnit(answer.kpis), [answer, explored.by.join()]);
    return (
        <>
            {groups.map(([unit, kpis]) => {
                const rows = kpis[0]?.rows ?? [];
                const names = rows.map((row) => rowName(row, explored.by));
                return (
                    <figure key={unit} class="explore-chart">
                        <figcaption>
                            <strong>{kpis.length === 1 && kpis[0] ? named(kpis[0].name) : ''}</strong>{' '}
                            <Keys series={kpis.map((k) => ({ name: named(k.name), points: [] }))} />
                        </figcaption>
                        <Chart
                            of={kpis}
                            height={rows.length * BAR_HEIGHT * Math.max(1, kpis.length * 0.7) + 40}
                            label={kpis.map((k) => k.name).join(', ')}
                            build={(theme) =>
                                barsOption(
                                    names,
                                    kpis.map((k) => ({
                                        name: named(k.name),
                                        values: k.rows.map((row) => row.value),
                                    })),
                                    unit,
                                    style,
                                    theme,
                                )
                            }
                        />
                    </figure>
                );
            })}
        </>
    );
}

function Scatter({ answer, explored }: PictureProps) {
    const style = useNumbers();
    const [x, y, size] = answer.kpis;
    if (!x || !y || explored.by.length === 0) return <Empty title={t('explore.scatterNeeds')} />;
    const points = x.rows.flatMap((row, i) => {
        const other = y.rows[i];
        if (row.others || row.value === null || !other || other.value === null) return [];
        return [
            { name: rowName(row, explored.by), x: row.value, y: other.value, size: size?.rows[i]?.value },
        ];
    });
    const axes = {
        x: { name: named(x.name), unit: x.unit },
        y: { name: named(y.name), unit: y.unit },
        size: size ? { name: named(size.name), unit: size.unit } : undefined,
    };
    return (
        <Chart
            of={answer}
            height={420}
            label={`${x.name} × ${y.name}`}
            build={(theme) => scatterOption(points, axes, style, theme)}
        />
    );
}

function Funnel({ answer }: PictureProps) {
    const style = useNumbers();
    const steps = answer.kpis
        .filter((k) => !k.needs)
        .map((k) => ({ name: named(k.name), value: k.total.value, unit: k.unit }));
    const units = new Set(steps.map((s) => s.unit));
    if (steps.length < 2 || units.size > 1) return <Empty title={t('explore.funnelNeeds')} />;
    return (
        <Chart
            of={answer}
            height={Math.max(220, steps.length * 64)}
            label={steps.map((s) => s.name).join(' → ')}
            build={(theme, width) => funnelOption(steps, style, theme, width)}
        />
    );
}

function Tree({ answer, explored, catalogue }: PictureProps) {
    const style = useNumbers();
    const kpi = answer.kpis[0];
    if (!kpi || explored.by.length === 0) return <Empty title={t('explore.treeNeeds')} />;
    const entry = catalogue.of(kpi.id);
    if (entry?.adds_up === false) return <Empty title={t('explore.treeAdds')} />;
    if (entry && !addsUpBy(entry, explored.by)) return <Empty title={t('explore.treeParts')} />;
    return (
        <Chart
            of={answer}
            height={440}
            label={kpi.name}
            build={(theme, width) => treeOption(treeOf(kpi.rows, explored.by), kpi.unit, style, theme, width)}
        />
    );
}

/** Rows as areas; by two dimensions the first is the parent. Only what is greater than zero has an area. */
export function treeOf(rows: readonly Row[], by: readonly string[]): TreeItem[] {
    const item = (row: Row, name: string): TreeItem => ({
        name,
        value: row.value ?? '0',
        change: row.compare?.relative ? Number(row.compare.relative) : null,
    });
    const shown = rows.filter((row) => Number(row.value ?? 0) > 0);
    const [first = '', second] = by;
    if (!second) return shown.map((row) => item(row, rowName(row, by)));
    const parents = new Map<string, TreeItem>();
    for (const row of shown) {
        const name = row.others ? t('table.others') : valueName(row.by[first]);
        const parent = parents.get(name) ?? { name, value: '0', change: null, children: [] };
        parent.children?.push(item(row, row.others ? t('table.others') : valueName(row.by[second])));
        parent.value = String(Number(parent.value) + Number(row.value));
        parents.set(name, parent);
    }
    return [...parents.values()];
}
