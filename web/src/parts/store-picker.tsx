/** All stores or one: the narrowest and most used of all filters. */
import { setQuery, useRoute } from '../app/router';
import { apiUrl } from '../data/api';
import type { DimensionValue, List } from '../data/types';
import { useReference } from '../data/use';
import { named, t } from '../i18n';
import { Icon } from './icon';
import { Menu, MenuItem } from './menu';

/** The stores that one may see. */
export function useStores(): readonly DimensionValue[] {
    const { data } = useReference<List<DimensionValue>>(apiUrl('dimensions/store/values', { limit: 100 }));
    return data?.items ?? [];
}

export function StorePicker() {
    const { query } = useRoute();
    const stores = useStores();
    const now = query.get('store');
    if (stores.length < 2 && !now) return null;
    const label = now === null ? t('store.all') : named(stores.find((s) => s.value === now)?.label ?? now);
    return (
        <Menu
            label={t('store.choose')}
            align="left"
            buttonClass="range-button"
            button={
                <>
                    <Icon name="store" size={16} />
                    <span class="range-name">{label}</span>
                    <Icon name="down" size={14} />
                </>
            }
        >
            <MenuItem checked={now === null} onPick={() => setQuery({ store: null })}>
                {t('store.all')}
            </MenuItem>
            {stores.map((s) => (
                <MenuItem
                    key={s.value ?? ''}
                    checked={s.value === now}
                    onPick={() => setQuery({ store: s.value })}
                >
                    {named(s.label)}
                </MenuItem>
            ))}
        </Menu>
    );
}
