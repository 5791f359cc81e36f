/** What is compared with, in words. */
import type { PeriodPreset } from '../data/types';
import { type MessageKey, named, t } from '../i18n';

export const COMPARISONS: readonly { id: string; label: MessageKey }[] = [
    { id: 'prev', label: 'compare.prev' },
    { id: 'weekday', label: 'compare.weekday' },
    { id: 'yoy', label: 'compare.yoy' },
    { id: 'festival:spring-festival', label: 'compare.springFestival' },
    { id: 'none', label: 'compare.none' },
];

/** As an entry of a list. A festival goes by the name that its period has. */
export function compareName(compare: string | null, periods: readonly PeriodPreset[]): string {
    if (compare === null) return t('compare.none');
    const known = COMPARISONS.find(({ id }) => id === compare);
    if (known) return t(known.label);
    const event = /^(?:festival|promo):(.+)$/.exec(compare);
    const period = periods.find((p) => p.compare_default === compare);
    if (event) return t('compare.same', { name: period ? named(period.name) : (event[1] ?? '') });
    return compare.replace('..', ' – ');
}

/** Within a sentence: names of festivals keep their capitals. */
export function compareWords(compare: string | null, periods: readonly PeriodPreset[]): string {
    const name = compareName(compare, periods);
    return name.slice(0, 1).toLowerCase() + name.slice(1);
}
