/** The small mark of a figure: partial and why, an estimate, or stale. A complete figure has none: the
 *  absence of a mark is the promise. */
import { t } from '../i18n';

export type Trust = 'complete' | 'partial' | 'estimate' | 'stale';

const SIGNS: Record<Trust, string> = { complete: '', partial: '◔', estimate: '≈', stale: '⏱' };

export function TrustMark({ trust, why }: { trust: Trust; why?: string | null }) {
    if (trust === 'complete') return null;
    const reason = why ?? (trust === 'partial' ? t('trust.partialWhy') : null);
    const text = reason ? `${t(`trust.${trust}`)}: ${reason}` : t(`trust.${trust}`);
    return (
        <span class={`trust trust-${trust}`} role="img" aria-label={text} title={text}>
            {SIGNS[trust]}
        </span>
    );
}
