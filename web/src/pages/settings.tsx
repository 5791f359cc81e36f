/** Settings: one's own, and with rights the shop's, its people, tokens, links and the log. */
import type { PageModule, PageProps } from '../app/pages';
import { useMay } from '../app/settings';
import { t } from '../i18n';
import { Tabs } from '../parts/controls';
import { Audit } from './settings/audit';
import { Links } from './settings/links';
import { Me } from './settings/me';
import { ShopSettings } from './settings/shop';
import { Tokens } from './settings/tokens';
import { Users } from './settings/users';

const VIEWS = ['me', 'shop', 'users', 'tokens', 'links', 'audit'] as const;
type View = (typeof VIEWS)[number];

export function SettingsPage({ rest }: PageProps) {
    const analyst = useMay('analyst');
    const editor = useMay('editor');
    const admin = useMay('admin');
    const may: Record<View, boolean> = {
        me: true,
        shop: editor,
        users: admin,
        tokens: analyst,
        links: analyst,
        audit: admin,
    };
    const shown = VIEWS.filter((v) => may[v]);
    const view = shown.find((v) => v === rest[0]) ?? 'me';
    return (
        <>
            <h1>{t('page.settings')}</h1>
            <Tabs
                label={t('page.settings')}
                now={view}
                tabs={shown.map((v) => ({ id: v, label: t(`settingsOf.${v}`), href: `/settings/${v}` }))}
            />
            {view === 'me' && <Me />}
            {view === 'shop' && <ShopSettings />}
            {view === 'users' && <Users />}
            {view === 'tokens' && <Tokens />}
            {view === 'links' && <Links />}
            {view === 'audit' && <Audit />}
        </>
    );
}

export const page: PageModule = { view: SettingsPage };
