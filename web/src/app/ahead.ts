/** What is about to be looked at is there when it is opened: the module of a page and the answer that it
 *  begins with. Brought when a link is pointed at or has the focus, and, once the first page stands and
 *  nobody waits for anything, for the pages of the frame. A page that is opened asks again all the
 *  same, which costs a 304; nothing is shown that the server would not say now. */
import type { ComponentType } from 'preact';
import { loadEngine } from '../charts/load';
import { apiUrl, getAhead, getShared, isOfThisState, lastAnswer } from '../data/api';
import type { KpiEntry, List, PeriodPreset } from '../data/types';
import { catalogueOf } from './catalogue';
import { type Opening, PAGES, type Page, type PageModule, type PageProps, pageOf } from './pages';
import { rangeOf } from './range';
import { href } from './router';

const modules = new Map<Page, PageModule>();

export async function loadPage(page: Page): Promise<void> {
    if (!modules.has(page)) modules.set(page, await page.load());
}

/** Of a page whose module is there: it is drawn at once. */
export function viewOf(page: Page): ComponentType<PageProps> | undefined {
    return modules.get(page)?.view;
}

/** What a page looks at when it is opened by this address; null: not all of it is known yet. */
function openingOf(path: string, query: URLSearchParams): { page: Page; to: Opening } | null {
    const found = pageOf(path);
    const periods = lastAnswer<List<PeriodPreset>>(apiUrl('periods'))?.items;
    const kpis = lastAnswer<{ kpis: KpiEntry[] }>(apiUrl('kpis'))?.kpis;
    const range = periods && rangeOf(query, periods);
    if (!found || !periods || !kpis || !range) return null;
    const { page, rest } = found;
    return { page, to: { rest, query, range, periods, catalogue: catalogueOf(kpis) } };
}

async function askAhead(path: string, query: URLSearchParams): Promise<void> {
    const opening = openingOf(path, query);
    if (!opening) return;
    await loadPage(opening.page);
    const url = modules.get(opening.page)?.asks?.(opening.to);
    if (url && !isOfThisState(url)) await getAhead(url);
}

const quietly = () => undefined; // who opens the page asks again and is told

let opened: string | null = null;

/** It is being opened: its question leaves before it is drawn, not after. */
export function askFirst(path: string, query: URLSearchParams): void {
    const opening = openingOf(path, query);
    const url = opening && modules.get(opening.page)?.asks?.(opening.to);
    if (url && url !== opened) void getAhead(url).catch(quietly);
    opened = url ?? null;
}

// ---- Somebody is about to go there. --------------------------------------------------------------

const POINTED_MS = 50; // a pointer on its way elsewhere is over a link for a moment

/** Gives the way to stop it. */
function bringPointedAt(): () => void {
    let timer: number | undefined;
    const point = (event: Event) => {
        window.clearTimeout(timer);
        const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
        if (!link || link.origin !== location.origin || link.hasAttribute('download')) return;
        if (link.pathname === location.pathname && link.search === location.search) return;
        timer = window.setTimeout(
            () => void askAhead(link.pathname, new URLSearchParams(link.search)).catch(quietly),
            event.type === 'pointerdown' ? 0 : POINTED_MS,
        );
    };
    const kinds = ['pointerover', 'pointerdown', 'focusin'];
    for (const kind of kinds) document.addEventListener(kind, point);
    return () => {
        window.clearTimeout(timer);
        for (const kind of kinds) document.removeEventListener(kind, point);
    };
}

// ---- Nobody waits for anything. -------------------------------------------------------------------

const QUIET_MS = 1500;
const PROMPT_MS = 1000; // a server that takes longer has others to answer

/** What nearly every page looks things up in. */
const references = () => [
    apiUrl('kpis'),
    apiUrl('dimensions'),
    apiUrl('dimensions/store/values', { limit: 100 }),
];

const isQuiet = () =>
    document.visibilityState === 'visible' && !document.querySelector('.skeleton, [aria-busy="true"]');

const pause = (ms: number) => new Promise((done) => window.setTimeout(done, ms));

async function untilQuiet(isOver: () => boolean): Promise<void> {
    while (!isOver() && !isQuiet()) await pause(QUIET_MS / 3);
}

/** The pages of the frame, one after the other, for as long as the server answers promptly. */
async function bringPages(isOver: () => boolean): Promise<void> {
    for (const page of PAGES.filter((p) => p.icon && p.role === undefined)) {
        await untilQuiet(isOver);
        if (isOver()) return;
        const began = performance.now();
        const to = new URL(href(page.path), location.origin);
        await askAhead(to.pathname, to.searchParams);
        if (performance.now() - began > PROMPT_MS) return;
    }
}

/** Once the first page stands: what the next ones need, so that a click finds it there. */
function makeReady(mayAsk: boolean): () => void {
    let over = false;
    const bring = async () => {
        await pause(QUIET_MS);
        await untilQuiet(() => over);
        if (over) return;
        await Promise.all([
            loadEngine(),
            ...PAGES.map(loadPage),
            ...references().map((url) => (isOfThisState(url) ? undefined : getShared(url))),
        ]);
        if (mayAsk) await bringPages(() => over);
    };
    void bring().catch(quietly);
    return () => {
        over = true;
    };
}

/** From now on until what it gives is called. Who may not ask has a link that opens one page. */
export function bringAhead(mayAsk: boolean): () => void {
    const stops = mayAsk ? [bringPointedAt(), makeReady(true)] : [makeReady(false)];
    return () => {
        for (const stop of stops) stop();
    };
}
