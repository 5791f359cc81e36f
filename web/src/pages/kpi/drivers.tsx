/** Who else moved: the KPIs of the same driver tree, the greatest change first. */
import { useCatalogue } from '../../app/catalogue';
import { href } from '../../app/router';
import { useNumbers } from '../../app/settings';
import { apiUrl } from '../../data/api';
import type { Answer } from '../../data/types';
import { useAsked } from '../../data/use';
import { exactValue, shortValue } from '../../format/number';
import { named, t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Delta } from '../../parts/delta';
import { Answered, Skeleton } from '../../parts/states';
import type { Asking } from '../kpi';

const SHOWN = 8;
const ASKED = 16;

export function Drivers({ asking }: { asking: Asking }) {
    const catalogue = useCatalogue();
    const style = useNumbers();
    const ids = (asking.entry?.drivers ?? [])
        .filter((id) => catalogue?.of(id)?.available !== false)
        .slice(0, ASKED);
    const asked = useAsked<Answer>(
        ids.length > 0 ? apiUrl('kpi', { ...asking.query, id: ids.join(','), where: null }) : null,
    );
    if (ids.length === 0) return null;
    return (
        <Section title={t('drivers.title')}>
            <Answered asked={asked} skeleton={<Skeleton height={SHOWN * 36} />}>
                {({ kpis }) => {
                    const told = kpis.filter((k) => k.total.value !== null);
                    if (told.length === 0) return <p class="muted">{t('chart.noValue')}</p>;
                    return (
                        <ul class="drivers">
                            {told
                                .sort(
                                    (a, b) =>
                                        Math.abs(Number(b.total.compare?.relative ?? 0)) -
                                        Math.abs(Number(a.total.compare?.relative ?? 0)),
                                )
                                .slice(0, SHOWN)
                                .map((k) => (
                                    <li key={k.id}>
                                        <a href={href(`/kpi/${k.id}`)}>{named(k.name)}</a>
                                        <span
                                            class="drivers-value"
                                            title={exactValue(k.total.value, k.unit, style)}
                                        >
                                            {shortValue(k.total.value, k.unit, style)}
                                        </span>
                                        <Delta
                                            unit={k.unit}
                                            change={k.total.compare?.change}
                                            relative={k.total.compare?.relative}
                                            direction={catalogue?.of(k.id)?.direction}
                                        />
                                    </li>
                                ))}
                        </ul>
                    );
                }}
            </Answered>
        </Section>
    );
}
