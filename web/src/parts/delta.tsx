/** How a figure moved: arrow, sign and colour. The colour tells good from bad by the KPI's direction;
 *  which colour is good follows the setting (red in China, green elsewhere). */
import { useNumbers } from '../app/settings';
import type { Direction } from '../data/types';
import { changeExact, changeText, NO_VALUE, relativeChange, signOf, type Unit } from '../format/number';
import { t } from '../i18n';

export interface DeltaProps {
    unit: Unit;
    change: string | null | undefined;
    relative: string | null | undefined;
    direction?: Direction;
    before?: string;
}

export function Delta({ unit, change, relative, direction = 'neutral', before }: DeltaProps) {
    const style = useNumbers();
    const text = changeText(unit, change, relative, style);
    if (text === NO_VALUE) return <span class="delta delta-none">{NO_VALUE}</span>;
    // what is shown as nothing is nothing: no arrow beside 0.0%
    const moved = /[1-9]/.test(text) ? signOf(unit === 'percent' ? change : (relative ?? change)) : 0;
    const judged = direction === 'neutral' ? 0 : direction === 'up' ? moved : -moved;
    const kind = judged === 0 ? 'flat' : judged > 0 ? 'good' : 'bad';
    const both = [changeExact(unit, change, style), relativeChange(relative)]
        .filter((s, i, all) => s !== NO_VALUE && all.indexOf(s) === i)
        .join(' · ');
    const judgement = kind === 'flat' ? '' : t(kind === 'good' ? 'delta.good' : 'delta.bad');
    return (
        <span class={`delta delta-${kind}`} title={[both, before, judgement].filter(Boolean).join('\n')}>
            <span class="delta-arrow" aria-hidden="true">
                {moved > 0 ? '▲' : moved < 0 ? '▼' : '•'}
            </span>
            {text}
            {judgement !== '' && <span class="sr-only"> ({judgement})</span>}
        </span>
    );
}
