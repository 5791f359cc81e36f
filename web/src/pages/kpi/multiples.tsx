/** Small multiples: the course of each of the greatest values of a dimension, all on one scale. */
import { useMemo } from 'preact/hooks';
import { setQuery } from '../../app/router';
import { useNumbers } from '../../app/settings';
import { Chart } from '../../charts/chart';
import { niceScale, pointsOf, type TimeSeries, timeOption } from '../../charts/time';
import { apiUrl } from '../../data/api';
import type { Answer, Row } from '../../data/types';
import { useAsked } from '../../data/use';
import { daysBetween } from '../../format/date';
import { t } from '../../i18n';
import { Select } from '../../parts/controls';
import { dimensionName, useDimensions, valueName } from '../../parts/filter-bar';
import { Answered, Empty, Skeleton } from '../../parts/states';
import type { Asking } from '../kpi';

const SHOWN = 9;
const DAYS_MAX = 45;

export function groupsOf(rows: readonly Row[], by: string): TimeSeries[] {
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
        const name = row.others ? t('table.others') : valueName(row.by[by]);
        groups.set(name, [...(groups.get(name) ?? []), row]);
    }
    return [...groups].map(([name, list]) => ({ name, points: pointsOf(list) }));
}

export function Multiples({ asking }: { asking: Asking }) {
    const dimensions = useDimensions();
    const style = useNumbers();
    const days = daysBetween(asking.range.from, asking.range.to);
    const grain =
        asking.grain === 'hour' ? 'day' : asking.grain === 'day' && days > DAYS_MAX ? 'week' : asking.grain;
    const asked = useAsked<Answer>(
        asking.by ? apiUrl('kpi', { ...asking.query, grain, by: asking.by, top: SHOWN }) : null,
    );
    const kpi = asked.data?.kpis[0];
    const groups = useMemo(
        () => (kpi ? groupsOf(kpi.rows, asking.by).slice(0, SHOWN) : []),
        [kpi, asking.by],
    );
    const scale = useMemo<[number, number, number]>(() => {
        const all = groups
            .flatMap((g) => g.points.flatMap((p) => [p.value, p.compare?.value]))
            .filter((v): v is string => v !== null && v !== undefined)
            .map(Number);
        return niceScale(Math.min(0, ...all), Math.max(...all, 0));
    }, [groups]);
    if (!asking.by) return <Empty title={t('breakdown.none')} />;
    return (
        <>
            <div class="toolbar">
                <Select
                    label={t('breakdown.by')}
                    value={asking.by}
                    onPick={(by) => setQuery({ by })}
                    options={(asking.entry?.dimensions ?? []).map((id) => ({
                        value: id,
                        label: dimensionName(dimensions, id),
                    }))}
                />
                <span class="muted">{t('multiples.scale')}</span>
            </div>
            <Answered asked={asked} skeleton={<Skeleton height={420} />}>
                {(answer) => (
                    <div class="multiples">
                        {groups.map((g) => (
                            <figure key={g.name}>
                                <figcaption>{g.name}</figcaption>
                                <Chart
                                    bare
                                    of={g}
                                    height={130}
                                    label={g.name}
                                    build={(theme, width) =>
                                        timeOption(
                                            {
                                                series: [g],
                                                unit: kpi?.unit ?? 'count',
                                                grain,
                                                look: 'line',
                                                style,
                                                small: true,
                                                scale,
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
                    </div>
                )}
            </Answered>
        </>
    );
}
