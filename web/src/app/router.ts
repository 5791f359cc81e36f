/** The address is the state: path and query of the History API. Pages read it with useRoute and
 *  change it with go and setQuery; nothing of a page's state lives anywhere else. */
import { useEffect, useState } from 'preact/hooks';

export interface Route {
    path: string;
    query: URLSearchParams;
}

function read(): Route {
    return {
        path: location.pathname.replace(/\/+$/, '') || '/',
        query: new URLSearchParams(location.search),
    };
}

let current = read();
const listeners = new Set<(route: Route) => void>();

function tell(): void {
    current = read();
    for (const listener of listeners) listener(current);
}

/** Called once, at the start: back and forward, and clicks on links of the board. */
export function startRouter(): void {
    window.addEventListener('popstate', tell);
    document.addEventListener('click', (event) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
            return;
        const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
        if (!link || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin)
            return;
        if (/^\/(api|s)\//.test(link.pathname)) return;
        event.preventDefault();
        go(link.pathname + link.search);
        window.scrollTo(0, 0);
    });
}

export function route(): Route {
    return current;
}

export function useRoute(): Route {
    const [now, setNow] = useState(current);
    useEffect(() => {
        listeners.add(setNow);
        setNow(current);
        return () => {
            listeners.delete(setNow);
        };
    }, []);
    return now;
}

export function go(href: string, replace = false): void {
    if (href === location.pathname + location.search) return;
    if (replace) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    tell();
}

export type QueryChange = Record<string, string | null>;

function withChange(query: URLSearchParams, change: QueryChange): string {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(change)) {
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
    }
    const text = readable(next);
    return text === '' ? '' : `?${text}`;
}

/** Commas, colons and slashes stay as they are: an address is read by people, too. */
function readable(query: URLSearchParams): string {
    return query.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%2F/g, '/');
}

export function setQuery(change: QueryChange, replace = false): void {
    go(current.path + withChange(current.query, change), replace);
}

/** What a person has set for the whole board goes along from page to page. */
const CARRIED = ['from', 'to', 'period', 'compare', 'store', 'basis', 'calendar'];

export function href(path: string, change: QueryChange = {}): string {
    const carried = new URLSearchParams();
    for (const name of CARRIED) {
        const value = current.query.get(name);
        if (value !== null) carried.set(name, value);
    }
    return path + withChange(carried, change);
}

/** The present page with a part of its query changed, as a link. */
export function here(change: QueryChange): string {
    return current.path + withChange(current.query, change);
}
