/** Hours by weekdays: when it happens. A mean hour of what adds up, sum by sum of a quotient. */
import { useMemo } from 'preact/hooks';
import { useNumbers, useSettings } from '../../app/settings';
import { Chart } from '../../charts/chart';
import { heatOption } from '../../charts/heat';
import { apiUrl } from '../../data/api';
import type { Answer } from '../../data/types';
import { useAsked } from '../../data/use';
import { daysBetween, rangeText, weekdayNames } from '../../format/date';
import { exactValue } from '../../format/number';
import { named, t } from '../../i18n';
import { Answered, Empty, Skeleton } from '../../parts/states';
import type { Asking } from '../kpi';
import { byWeekdayAndHour } from './weekdays';

const DAYS_MAX = 186;

export function Heat({ asking }: { asking: Asking }) {
    const style = useNumbers();
    const { session } = useSettings();
    const usable = asking.grains.includes('hour');
    const short = daysBetween(asking.range.from, asking.range.to) <= DAYS_MAX;
    const asked = useAsked<Answer>(
        usable && short ? apiUrl('kpi', { ...asking.query, compare: null, grain: 'hour' }) : null,
    );
    const first = session.shop.week_start % 7;
    const kpi = asked.data?.kpis[0];
    const cells = useMemo(() => (kpi ? byWeekdayAndHour(kpi.rows, first) : null), [kpi, first]);
    if (!usable) return <Empty title={t('heat.noHours')} />;
    if (!short) return <Empty title={t('heat.tooLong', { days: DAYS_MAX })} />;
    return (
        <Answered asked={asked} skeleton={<Skeleton height={320} />}>
            {() =>
                kpi && cells ? (
                    <>
                        <Chart
                            of={cells}
                            height={320}
                            label={t('heat.label', {
                                name: named(kpi.name),
                                range: rangeText(asking.range.from, asking.range.to, style.lang),
                            })}
                            build={(theme) =>
                                heatOption(
                                    {
                                        cells,
                                        weekdays: weekdayNames(style.lang, first),
                                        format: (v) =>
                                            exactValue(
                                                kpi.unit === 'money'
                                                    ? v.toFixed(2)
                                                    : kpi.unit === 'count'
                                                      ? v.toFixed(1)
                                                      : String(v),
                                                kpi.unit,
                                                style,
                                            ),
                                    },
                                    theme,
                                )
                            }
                        />
                        <p class="hint">{t('heat.hint')}</p>
                    </>
                ) : null
            }
        </Answered>
    );
}
