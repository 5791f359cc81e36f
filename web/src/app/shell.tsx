/** The frame of every page: pages at the left, what the page is about above, the page itself. */
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { change } from '../data/api';
import { language, t } from '../i18n';
import { KeyHelp } from '../parts/help';
import { Icon, Mark } from '../parts/icon';
import { Menu, MenuItem, MenuLink } from '../parts/menu';
import { RangeControl } from '../parts/range-control';
import { Search } from '../parts/search';
import { ShareButton, ViewsMenu } from '../parts/share';
import { StorePicker } from '../parts/store-picker';
import { useKeys } from './keyboard';
import { acts, PAGES, type Page } from './pages';
import { shiftRange, useRange } from './range';
import { href, useRoute } from './router';
import { useMay, useSettings } from './settings';

function NavLink({ page, now }: { page: Page; now: Page | null }) {
    return (
        <a
            class="nav-link"
            href={href(page.path)}
            aria-current={now === page ? 'page' : undefined}
            title={page.letter ? `g ${page.letter}` : undefined}
        >
            {page.icon && <Icon name={page.icon} />}
            <span>{t(page.name)}</span>
        </a>
    );
}

function PersonMenu() {
    const { session, lang, theme, density, setLang, setTheme, setDensity, reloadSession } = useSettings();
    const logOut = async () => {
        await change('DELETE', 'session');
        await reloadSession();
    };
    return (
        <Menu
            label={t('person.menu')}
            buttonClass="person-button"
            align="left"
            panelClass="person-menu"
            button={
                <>
                    <span class="person-dot" aria-hidden="true">
                        {(session.user?.name ?? '?').slice(0, 1).toUpperCase()}
                    </span>
                    <span class="person-name">{session.user?.name ?? t('person.guest')}</span>
                </>
            }
        >
            <p class="panel-title">{t('settings.language')}</p>
            <MenuItem checked={lang === 'zh'} onPick={() => setLang('zh')}>
                <span lang="zh-CN">中文</span>
            </MenuItem>
            <MenuItem checked={lang === 'en'} onPick={() => setLang('en')}>
                <span lang="en">English</span>
            </MenuItem>
            <p class="panel-title">{t('settings.theme')}</p>
            {(['auto', 'light', 'dark'] as const).map((one) => (
                <MenuItem key={one} checked={theme === one} onPick={() => setTheme(one)}>
                    {t(`theme.${one}`)}
                </MenuItem>
            ))}
            <p class="panel-title">{t('settings.density')}</p>
            {(['calm', 'dense'] as const).map((one) => (
                <MenuItem key={one} checked={density === one} onPick={() => setDensity(one)}>
                    {t(`density.${one}`)}
                </MenuItem>
            ))}
            <hr />
            <MenuLink href="/settings/me">{t('settings.me')}</MenuLink>
            {session.user && <MenuItem onPick={() => void logOut()}>{t('person.logOut')}</MenuItem>}
        </Menu>
    );
}

export function Shell({
    page,
    rest,
    children,
}: {
    page: Page | null;
    rest: readonly string[];
    children: ComponentChildren;
}) {
    const ranged = acts(page?.ranged, rest);
    const { session } = useSettings();
    const range = useRange();
    const now = useRoute();
    const [searching, setSearching] = useState(false);
    const [helping, setHelping] = useState(false);
    const [navOpen, setNavOpen] = useState(false);
    const analyst = useMay('analyst');
    const shift = useCallback(
        (by: -1 | 1) => {
            if (range && ranged) shiftRange(range, by);
        },
        [range?.from, range?.to, ranged],
    );
    const openSearch = useCallback(() => setSearching(true), []);
    const openHelp = useCallback(() => setHelping(true), []);
    useKeys({ search: openSearch, help: openHelp, shift });
    useEffect(() => setNavOpen(false), [now.path]);
    useEffect(() => {
        document.title = [page ? t(page.name) : null, session.shop.name ?? 'Shopvane']
            .filter(Boolean)
            .join(' · ');
    }, [page, language(), session.shop.name]);
    return (
        <div class={`shell${navOpen ? ' nav-open' : ''}`}>
            <a class="skip" href="#page">
                {t('nav.skip')}
            </a>
            <aside class="nav no-print" aria-label={t('app.name')}>
                <a class="brand" href={href('/')}>
                    <Mark />
                    <span class="brand-name">{session.shop.name ?? t('app.name')}</span>
                </a>
                <nav aria-label={t('nav.pages')}>
                    {PAGES.filter((p) => p.icon && (p.role !== 'analyst' || analyst)).map((p) => (
                        <NavLink key={p.path} page={p} now={page} />
                    ))}
                </nav>
                <div class="nav-foot">
                    <PersonMenu />
                    <button
                        type="button"
                        class="icon-button"
                        aria-label={t('keys.title')}
                        title={`${t('keys.title')}  ?`}
                        onClick={openHelp}
                    >
                        <Icon name="help" />
                    </button>
                </div>
            </aside>
            <div class="nav-veil no-print" onClick={() => setNavOpen(false)} aria-hidden="true" />
            <div class="main">
                <header class="top no-print">
                    <button
                        type="button"
                        class="icon-button nav-toggle"
                        aria-label={t('nav.open')}
                        aria-expanded={navOpen}
                        onClick={() => setNavOpen(!navOpen)}
                    >
                        <Icon name="menu" />
                    </button>
                    {acts(page?.stored, rest) && <StorePicker />}
                    {ranged && range && <RangeControl range={range} />}
                    <span class="top-space" />
                    <button type="button" class="search-button" onClick={openSearch}>
                        <Icon name="search" size={16} />
                        <span>{t('search.title')}</span>
                        <kbd>/</kbd>
                    </button>
                    <ViewsMenu />
                    {analyst && <ShareButton />}
                </header>
                <main id="page" class="page" tabIndex={-1}>
                    {children}
                </main>
            </div>
            {searching && <Search onClose={() => setSearching(false)} />}
            {helping && <KeyHelp onClose={() => setHelping(false)} />}
        </div>
    );
}
