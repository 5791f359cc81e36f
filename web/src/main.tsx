/** The board starts here: who looks, in which language, and then the page that the address names. */
import { render } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { askFirst, bringAhead, loadPage, viewOf } from './app/ahead';
import { pageOf } from './app/pages';
import { PeriodsContext } from './app/range';
import { go, startRouter, useRoute } from './app/router';
import {
    type Density,
    darkNow,
    remember,
    remembered,
    type Settings,
    SettingsContext,
    type Theme,
} from './app/settings';
import { Shell } from './app/shell';
import { loadEngine } from './charts/load';
import {
    ApiError,
    apiUrl,
    change,
    forgetAnswers,
    get,
    getAhead,
    useCsrf,
    whenUnauthorised,
} from './data/api';
import type { List, PeriodPreset, Session } from './data/types';
import { useAsked } from './data/use';
import { useZone } from './format/date';
import { type Lang, language, loadLanguage, preferredLanguage, t } from './i18n';
import { Gate, SHARE_ENDED } from './pages/gate';
import { Empty, Skeleton } from './parts/states';
import { copyExactValues } from './parts/table';
import './styles/main.css';

function firstLanguage(session: Session | null): Lang {
    const kept = remembered('lang');
    if (session?.user?.lang) return session.user.lang;
    if (kept === 'en' || kept === 'zh') return kept;
    return session?.user ? session.shop.lang : preferredLanguage();
}

function firstTheme(session: Session | null): Theme {
    return ((session?.user?.theme ?? remembered('theme')) as Theme | null) ?? 'auto';
}

function firstDensity(session: Session | null): Density {
    return ((session?.user?.density ?? remembered('density')) as Density | null) ?? 'calm';
}

/** Red means up in China and green elsewhere. What the shop has set otherwise counts for everybody; its
 *  default follows the reader's language. */
function upColourOf({ shop }: Session, lang: Lang): 'red' | 'green' {
    const usual = (of: Lang) => (of === 'zh' ? 'red' : 'green');
    return shop.up_colour && shop.up_colour !== usual(shop.lang) ? shop.up_colour : usual(lang);
}

function applyLook(theme: Theme, density: Density, up: 'red' | 'green'): void {
    const root = document.documentElement;
    root.dataset.theme = darkNow(theme) ? 'dark' : 'light';
    root.dataset.density = density;
    root.dataset.up = up;
}

function Content() {
    const { path, query } = useRoute();
    useMemo(() => askFirst(path, query), [path, query]);
    const found = pageOf(path);
    const [, redraw] = useState(0);
    const [broken, setBroken] = useState(false);
    const page = found?.page ?? null;
    useLayoutEffect(() => {
        let gone = false;
        setBroken(false);
        // while the server thinks of the answer, not before it is asked
        if (page?.charted) window.setTimeout(() => void loadEngine().catch(() => undefined), 0);
        if (page && !viewOf(page))
            loadPage(page).then(
                () => !gone && redraw((n) => n + 1),
                () => !gone && setBroken(true),
            );
        return () => {
            gone = true;
        };
    }, [page]);
    let body = <Skeleton height={480} />;
    if (!found)
        body = (
            <Empty
                title={t('error.noPage')}
                action={
                    <a class="button" href="/">
                        {t('page.overview')}
                    </a>
                }
            />
        );
    else if (broken)
        body = (
            <Empty
                title={t('error.newVersion')}
                action={
                    <button type="button" class="button" onClick={() => location.reload()}>
                        {t('action.reload')}
                    </button>
                }
            />
        );
    else {
        const View = viewOf(found.page);
        if (View) body = <View rest={found.rest} />;
    }
    if (page?.bare) return <main class="bare">{body}</main>;
    return (
        <Shell page={page} rest={found?.rest ?? []}>
            {body}
        </Shell>
    );
}

/** Asked once a session; every range of the board is one of these or two dates. */
function WithPeriods() {
    const { data } = useAsked<List<PeriodPreset>>(apiUrl('periods'), 3600);
    return (
        <PeriodsContext.Provider value={data?.items ?? []}>
            <Content />
        </PeriodsContext.Provider>
    );
}

function Board({ first }: { first: Session }) {
    const [session, setSession] = useState(first);
    const [lang, setLangState] = useState(language());
    const [theme, setThemeState] = useState<Theme>(firstTheme(first));
    const [density, setDensityState] = useState<Density>(firstDensity(first));
    const upColour = upColourOf(session, lang);
    const wasShared = useRef(first.share !== null);

    const take = useCallback(async (next: Session) => {
        useCsrf(next.csrf);
        useZone(next.shop.timezone);
        remember('known', next.user ? '1' : '0');
        const wanted = firstLanguage(next);
        if (wanted !== language()) await loadLanguage(wanted);
        setLangState(language());
        setThemeState(firstTheme(next));
        setDensityState(firstDensity(next));
        const isOpen = next.user !== null || next.share !== null;
        if (wasShared.current && !isOpen) go(`/?notice=${SHARE_ENDED}`, true);
        wasShared.current = next.share !== null;
        setSession(next);
    }, []);
    const reloadSession = useCallback(async () => {
        forgetAnswers();
        await take(await get<Session>(apiUrl('session')));
    }, [take]);
    useEffect(() => whenUnauthorised(() => void reloadSession()), [reloadSession]);
    // before charts are drawn, which read the colours
    useMemo(() => applyLook(theme, density, upColour), [theme, density, upColour]);
    useEffect(() => {
        const media = matchMedia('(prefers-color-scheme: dark)');
        const follow = () => applyLook(theme, density, upColour);
        media.addEventListener('change', follow);
        return () => media.removeEventListener('change', follow);
    }, [theme, density, upColour]);

    const keepForMe = (change_: Record<string, string>) => {
        if (session.user && !session.share) void change('PATCH', 'me', change_).catch(() => undefined);
    };
    const settings = useMemo<Settings>(
        () => ({
            session,
            lang,
            theme,
            density,
            upColour,
            setLang: (next) => {
                remember('lang', next);
                keepForMe({ lang: next });
                void loadLanguage(next).then(() => {
                    setLangState(next);
                    setSession((s) => (s.user ? { ...s, user: { ...s.user, lang: next } } : s));
                });
            },
            setTheme: (next) => {
                remember('theme', next);
                keepForMe({ theme: next });
                applyLook(next, density, upColour);
                setThemeState(next);
            },
            setDensity: (next) => {
                remember('density', next);
                keepForMe({ density: next });
                setDensityState(next);
            },
            reloadSession,
        }),
        [session, lang, theme, density, upColour, reloadSession],
    );
    const open = session.user !== null || session.share !== null;
    const isPerson = session.user !== null && !session.share; // a guest's link opens one page
    useEffect(() => (open ? bringAhead(isPerson) : undefined), [open, isPerson]);
    return (
        <SettingsContext.Provider value={settings}>
            {open ? <WithPeriods key={lang} /> : <Gate />}
        </SettingsContext.Provider>
    );
}

/** What the page will need anyway is asked for beside the session: its module, and for
 *  somebody who was logged in here before, the periods without which no figure can be asked. */
function askAhead(): Promise<unknown> {
    const page = pageOf(location.pathname)?.page;
    const module = page ? loadPage(page).catch(() => undefined) : undefined;
    if (remembered('known') !== '1') return Promise.resolve(module);
    const periods = getAhead(apiUrl('periods', { lang: firstLanguage(null) })).catch(() => undefined);
    return Promise.all([module, periods]);
}

async function start(): Promise<void> {
    const root = document.getElementById('board');
    if (!root) return;
    applyLook(firstTheme(null), firstDensity(null), 'green');
    startRouter();
    copyExactValues();
    const asked = askAhead();
    try {
        const [session] = await Promise.all([
            get<Session>(apiUrl('session')),
            loadLanguage(firstLanguage(null)),
            asked, // so that the first drawing can ask for figures
        ]);
        useCsrf(session.csrf);
        useZone(session.shop.timezone);
        remember('known', session.user ? '1' : '0');
        if (firstLanguage(session) !== language()) await loadLanguage(firstLanguage(session));
        render(<Board first={session} />, root);
    } catch (reason) {
        await loadLanguage(firstLanguage(null));
        const text =
            reason instanceof ApiError && reason.message !== '' ? reason.message : t('error.unreachable');
        render(
            <Empty
                title={text}
                action={
                    <button type="button" class="button" onClick={() => location.reload()}>
                        {t('action.tryAgain')}
                    </button>
                }
            >
                {t('error.unreachableText')}
            </Empty>,
            root,
        );
    }
}

void start();
