/** How the values of single periods are spread, with their median and quartiles. */
import { useMemo } from 'preact/hooks';
import { useNumbers } from '../../app/settings';
import { Chart } from '../../charts/chart';
import { bins, histogramOption } from '../../charts/histogram';
import { axisNumber } from '../../charts/time';
import type { KpiFigures } from '../../data/types';
import { shortValue } from '../../format/number';
import { named, t } from '../../i18n';
import { Empty } from '../../parts/states';
import type { Asking } from '../kpi';

const LEAST = 5;

export function quantile(sorted: readonly number[], q: number): number {
    const at = (sorted.length - 1) * q;
    const low = sorted[Math.floor(at)] ?? Number.NaN;
    const high = sorted[Math.ceil(at)] ?? Number.NaN;
    return low + (high - low) * (at - Math.floor(at));
}

export function Distribution({ asking, kpi }: { asking: Asking; kpi: KpiFigures }) {
    const style = useNumbers();
    const values = useMemo(
        () =>
            kpi.rows
                .filter((row) => row.complete && row.value !== null)
                .map((row) => Number(row.value))
                .sort((a, b) => a - b),
        [kpi],
    );
    const data = useMemo(() => bins(values), [values]);
    if (values.length < LEAST) return <Empty title={t('distribution.few', { least: LEAST })} />;
    const show = (q: number) => shortValue(String(quantile(values, q)), kpi.unit, style);
    return (
        <>
            <dl class="facts">
                <div>
                    <dt>{t('distribution.periods')}</dt>
                    <dd>{values.length}</dd>
                </div>
                <div>
                    <dt>{t('distribution.low')}</dt>
                    <dd>{show(0)}</dd>
                </div>
                <div>
                    <dt>{t('distribution.middle')}</dt>
                    <dd>
                        {show(0.25)} – {show(0.75)}
                    </dd>
                </div>
                <div>
                    <dt>{t('distribution.median')}</dt>
                    <dd>{show(0.5)}</dd>
                </div>
                <div>
                    <dt>{t('distribution.high')}</dt>
                    <dd>{show(1)}</dd>
                </div>
            </dl>
            <Chart
                of={data}
                height={280}
                label={t('distribution.label', { name: named(kpi.name) })}
                build={(theme) =>
                    histogramOption(
                        data,
                        (v) => axisNumber(v, kpi.unit, style),
                        t(`grainMany.${asking.grain}`),
                        theme,
                    )
                }
            />
        </>
    );
}
