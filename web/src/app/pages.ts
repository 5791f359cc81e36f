/** The pages of the board: address, name, key, who may see it, and the module that draws it. */
import type { ComponentType } from 'preact';
import type { PeriodPreset, Role } from '../data/types';
import type { MessageKey } from '../i18n';
import type { IconName } from '../parts/icon';
import type { Catalogue } from './catalogue';
import type { Range } from './range';

export interface PageProps {
    /** What the address says behind the page's own path: "/kpi/aov" has ["aov"]. */
    rest: readonly string[];
}

/** An address that is about to be opened, with what its page reads it by. */
export interface Opening {
    rest: readonly string[];
    query: URLSearchParams;
    range: Range;
    periods: readonly PeriodPreset[];
    catalogue: Catalogue;
}

/** What a page's module gives. */
export interface PageModule {
    view: ComponentType<PageProps>;
    /** The question that the page begins with; null: none. */
    asks?: (to: Opening) => string | null;
}

/** "/products/SKU" is no list: an article's page shows its months, whatever days are chosen. */
type Where = 'everywhere' | 'list';

export interface Page {
    path: string;
    name: MessageKey;
    icon?: IconName;
    letter?: string;
    role?: Role;
    /** What stands above it, because it acts on what is shown: the whole page, or its list alone. */
    ranged?: Where;
    stored?: Where;
    /** Without the board's frame. */
    bare?: boolean;
    /** Begins with a chart: its engine is fetched beside the figures. */
    charted?: boolean;
    load: () => Promise<PageModule>;
}

export const PAGES: readonly Page[] = [
    {
        path: '/',
        name: 'page.overview',
        icon: 'overview',
        letter: 'o',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/overview')).page,
    },
    {
        path: '/morning',
        name: 'page.morning',
        icon: 'morning',
        letter: 'm',
        load: async () => (await import('../pages/morning')).page,
    },
    {
        path: '/explore',
        name: 'page.explore',
        icon: 'explore',
        letter: 'e',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/explore')).page,
    },
    {
        path: '/profit',
        name: 'page.profit',
        icon: 'profit',
        letter: 'p',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/profit')).page,
    },
    {
        path: '/targets',
        name: 'page.targets',
        icon: 'targets',
        letter: 't',
        load: async () => (await import('../pages/targets')).page,
    },
    {
        path: '/products',
        name: 'page.products',
        icon: 'products',
        letter: 'r',
        ranged: 'list',
        stored: 'list',
        load: async () => (await import('../pages/products')).page,
    },
    {
        path: '/customers',
        name: 'page.customers',
        icon: 'customers',
        letter: 'c',
        role: 'analyst',
        stored: 'list',
        load: async () => (await import('../pages/customers')).page,
    },
    {
        path: '/data',
        name: 'page.data',
        icon: 'data',
        letter: 'd',
        load: async () => (await import('../pages/data')).page,
    },
    {
        path: '/definitions',
        name: 'page.definitions',
        icon: 'definitions',
        letter: 'k',
        load: async () => (await import('../pages/definitions')).page,
    },
    {
        path: '/settings',
        name: 'page.settings',
        icon: 'settings',
        letter: 's',
        load: async () => (await import('../pages/settings')).page,
    },
    {
        path: '/wall',
        name: 'page.wall',
        bare: true,
        load: async () => (await import('../pages/wall')).page,
    },
    {
        path: '/kpi',
        name: 'page.kpi',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/kpi')).page,
    },
    {
        path: '/orders',
        name: 'page.orders',
        role: 'analyst',
        ranged: 'list',
        stored: 'list',
        load: async () => (await import('../pages/orders')).page,
    },
    {
        path: '/rows',
        name: 'page.rows',
        role: 'analyst',
        ranged: 'everywhere',
        stored: 'everywhere',
        load: async () => (await import('../pages/rows')).page,
    },
];

/** Whether a control acts on the page with this rest of the path. */
export function acts(where: Where | undefined, rest: readonly string[]): boolean {
    return where === 'everywhere' || (where === 'list' && rest.length === 0);
}

export function pageOf(path: string): { page: Page; rest: string[] } | null {
    const [head = '', ...rest] = path
        .split('/')
        .filter((part) => part !== '')
        .map(decodeURIComponent);
    const page = PAGES.find((p) => p.path === `/${head}`);
    return page ? { page, rest } : null;
}
