/** The pages of the board: address, name, key, who may see it, and the module that draws it. */
import type { ComponentType } from 'preact';
import type { Role } from '../data/types';
import type { MessageKey } from '../i18n';
import type { IconName } from '../parts/icon';

export interface PageProps {
    /** What the address says behind the page's own path: "/kpi/aov" has ["aov"]. */
    rest: readonly string[];
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
    load: () => Promise<ComponentType<PageProps>>;
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
        load: async () => (await import('../pages/overview')).OverviewPage,
    },
    {
        path: '/morning',
        name: 'page.morning',
        icon: 'morning',
        letter: 'm',
        load: async () => (await import('../pages/morning')).MorningPage,
    },
    {
        path: '/explore',
        name: 'page.explore',
        icon: 'explore',
        letter: 'e',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/explore')).ExplorePage,
    },
    {
        path: '/profit',
        name: 'page.profit',
        icon: 'profit',
        letter: 'p',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/profit')).ProfitPage,
    },
    {
        path: '/targets',
        name: 'page.targets',
        icon: 'targets',
        letter: 't',
        load: async () => (await import('../pages/targets')).TargetsPage,
    },
    {
        path: '/products',
        name: 'page.products',
        icon: 'products',
        letter: 'r',
        ranged: 'list',
        stored: 'list',
        load: async () => (await import('../pages/products')).ProductsPage,
    },
    {
        path: '/customers',
        name: 'page.customers',
        icon: 'customers',
        letter: 'c',
        role: 'analyst',
        stored: 'list',
        load: async () => (await import('../pages/customers')).CustomersPage,
    },
    {
        path: '/data',
        name: 'page.data',
        icon: 'data',
        letter: 'd',
        load: async () => (await import('../pages/data')).DataPage,
    },
    {
        path: '/definitions',
        name: 'page.definitions',
        icon: 'definitions',
        letter: 'k',
        load: async () => (await import('../pages/definitions')).DefinitionsPage,
    },
    {
        path: '/settings',
        name: 'page.settings',
        icon: 'settings',
        letter: 's',
        load: async () => (await import('../pages/settings')).SettingsPage,
    },
    {
        path: '/wall',
        name: 'page.wall',
        bare: true,
        load: async () => (await import('../pages/wall')).WallPage,
    },
    {
        path: '/kpi',
        name: 'page.kpi',
        ranged: 'everywhere',
        stored: 'everywhere',
        charted: true,
        load: async () => (await import('../pages/kpi')).KpiPage,
    },
    {
        path: '/orders',
        name: 'page.orders',
        role: 'analyst',
        ranged: 'list',
        stored: 'list',
        load: async () => (await import('../pages/orders')).OrdersPage,
    },
    {
        path: '/rows',
        name: 'page.rows',
        role: 'analyst',
        ranged: 'everywhere',
        stored: 'everywhere',
        load: async () => (await import('../pages/rows')).RowsPage,
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
