/** Views that were kept, and read-only links for others. */
import { useState } from 'preact/hooks';
import { go, href, route, useRoute } from '../app/router';
import { useSettings } from '../app/settings';
import { apiUrl, change } from '../data/api';
import type { List } from '../data/types';
import { useAction, useAsked } from '../data/use';
import { momentText } from '../format/date';
import { language, t } from '../i18n';
import { Field, Select } from './controls';
import { Dialog } from './dialog';
import { Icon } from './icon';
import { Menu, MenuItem } from './menu';
import { FormError } from './states';

export interface SavedView {
    id: number;
    name: string;
    path: string;
    shared: boolean;
    user: string;
    mine: boolean;
}

const pathNow = () => {
    const { path, query } = route();
    const text = query.toString();
    return text === '' ? path : `${path}?${text}`;
};

export function ViewsMenu() {
    const { session } = useSettings();
    useRoute();
    const views = useAsked<List<SavedView>>(session.user ? apiUrl('views') : null);
    const [saving, setSaving] = useState(false);
    if (!session.user) return null;
    const items = views.data?.items ?? [];
    return (
        <>
            <Menu label={t('views.title')} button={<Icon name="star" />}>
                {items.length === 0 && <p class="panel-text">{t('views.none')}</p>}
                {items.map((v) => (
                    <MenuItem key={v.id} checked={v.path === pathNow()} onPick={() => go(v.path)}>
                        {v.name}
                    </MenuItem>
                ))}
                <hr />
                <MenuItem onPick={() => setSaving(true)}>{t('views.save')}</MenuItem>
                <MenuItem onPick={() => go(href('/wall'))}>{t('page.wall')}</MenuItem>
            </Menu>
            {saving && (
                <SaveView
                    onClose={(saved) => {
                        setSaving(false);
                        if (saved) views.again();
                    }}
                />
            )}
        </>
    );
}

function SaveView({ onClose }: { onClose: (saved: boolean) => void }) {
    const [name, setName] = useState('');
    const [shared, setShared] = useState(false);
    const { busy, error, run } = useAction();
    const save = async (event: Event) => {
        event.preventDefault();
        const saved = await run(() =>
            change<SavedView>('POST', 'views', { name: name.trim(), path: pathNow(), shared }),
        );
        if (saved) onClose(true);
    };
    return (
        <Dialog title={t('views.save')} onClose={() => onClose(false)}>
            <form onSubmit={save} class="form">
                <Field label={t('views.name')} value={name} onValue={setName} required autoFocus />
                <label class="checkbox">
                    <input type="checkbox" checked={shared} onChange={() => setShared(!shared)} />{' '}
                    {t('views.shared')}
                </label>
                <FormError error={error} />
                <button type="submit" class="button button-main" disabled={busy || name.trim() === ''}>
                    {t('action.save')}
                </button>
            </form>
        </Dialog>
    );
}

interface Share {
    id: number;
    url: string;
    expires_at: string;
}

export function ShareButton() {
    const [open, setOpen] = useState(false);
    return (
        <>
            <button
                type="button"
                class="icon-button"
                aria-label={t('share.title')}
                title={t('share.title')}
                onClick={() => setOpen(true)}
            >
                <Icon name="share" />
            </button>
            {open && <ShareDialog onClose={() => setOpen(false)} />}
        </>
    );
}

function ShareDialog({ onClose }: { onClose: () => void }) {
    const [days, setDays] = useState('7');
    const [made, setMade] = useState<Share | null>(null);
    const { busy, error, run } = useAction();
    const make = async (event: Event) => {
        event.preventDefault();
        setMade(
            (await run(() =>
                change<Share>('POST', 'shares', { path: pathNow(), expires_days: Number(days) }),
            )) ?? null,
        );
    };
    const link = made ? new URL(made.url, location.origin).href : '';
    return (
        <Dialog title={t('share.title')} onClose={onClose}>
            <form onSubmit={make} class="form">
                <p>{t('share.text')}</p>
                <Select
                    label={t('share.expires')}
                    value={days}
                    onPick={setDays}
                    options={['1', '7', '30', '90'].map((d) => ({
                        value: d,
                        label: t('share.days', { days: d }),
                    }))}
                />
                <FormError error={error} />
                {made ? (
                    <div class="share-link">
                        <input
                            type="text"
                            readOnly
                            value={link}
                            aria-label={t('share.link')}
                            onFocus={(e) => (e.target as HTMLInputElement).select()}
                        />
                        <button
                            type="button"
                            class="button"
                            onClick={() => void navigator.clipboard?.writeText(link)}
                        >
                            {t('action.copy')}
                        </button>
                        <p class="muted">
                            {t('share.until', { at: momentText(made.expires_at, language()) })}
                        </p>
                    </div>
                ) : (
                    <button type="submit" class="button button-main" disabled={busy}>
                        {t('share.make')}
                    </button>
                )}
            </form>
        </Dialog>
    );
}
