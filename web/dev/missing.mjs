// Answers that a server does not give yet, made of those that it gives. Used by dev/server.mjs only.
const DAY = 86_400_000;
const day = (ms) => new Date(ms).toISOString().slice(0, 10);
const STAGES = {
    visitors: 'traffic',
    sessions: 'traffic',
    pageviews: 'traffic',
    bounce_rate: 'traffic',
    session_cr: 'conversion',
    atc_rate: 'conversion',
    cart_abandon: 'conversion',
    net_sales: 'order',
    gross_sales: 'order',
    orders: 'order',
    aov: 'order',
    units: 'order',
    disc_rate: 'order',
    buyers: 'customer',
    new_buyers: 'customer',
    ret_rate: 'customer',
    freq: 'customer',
    asp: 'product',
    gross_margin: 'product',
    returns_amt: 'product',
    return_rate_units: 'product',
    stock_units: 'product',
    refund_rate_amt: 'service',
    ship_time: 'service',
    rating: 'service',
    first_reply: 'service',
};
const LOWER = new Set([
    'bounce_rate',
    'cart_abandon',
    'disc_rate',
    'returns_amt',
    'return_rate_units',
    'refund_rate_amt',
    'ship_time',
    'first_reply',
]);
const NEUTRAL = new Set(['asp', 'stock_units']);
const CHOSEN = new Set(['visitors', 'session_cr', 'aov', 'return_rate_units']);

async function ask(upstream, path) {
    const response = await fetch(new URL(path, upstream));
    return response.json();
}

async function overview(query, upstream) {
    const base = `from=${query.get('from')}&to=${query.get('to')}&compare=${query.get('compare') ?? ''}&lang=${query.get('lang')}`;
    const ids = Object.keys(STAGES).join(',');
    const [total, trend] = await Promise.all([
        ask(upstream, `/api/v1/kpi?id=${ids}&${base}`),
        ask(upstream, `/api/v1/kpi?id=${ids}&${base}&grain=day`),
    ]);
    const direction = (id) => (NEUTRAL.has(id) ? 0 : LOWER.has(id) ? -1 : 1);
    return {
        range: {
            from: total.from,
            to: total.to,
            compare_from: total.compare?.from ?? null,
            compare_to: total.compare?.to ?? null,
            grain: 'day',
        },
        cards: total.kpis.map((k, i) => ({
            stage: STAGES[k.id],
            id: k.id,
            name: k.name,
            unit: k.unit,
            direction: direction(k.id),
            value: k.total.value,
            compare: k.total.compare?.value ?? null,
            relative: k.total.compare?.relative ?? null,
            change: k.total.compare?.change ?? null,
            complete: k.total.complete,
            reason: k.total.reason ?? null,
            chosen: CHOSEN.has(k.id),
            trend: trend.kpis[i].rows.map((r) => ({
                time: r.time,
                value: r.value,
                compare: r.compare?.value ?? null,
                complete: r.complete,
            })),
        })),
        stores: [],
        sentence: null,
        freshness: [],
    };
}

function periods(lang) {
    const end = Date.now() + 8 * 3_600_000 - DAY;
    const zh = lang === 'zh';
    const last = (n, en, cn) => ({
        id: `last-${n}`,
        name: zh ? cn : en,
        from: day(end - (n - 1) * DAY),
        to: day(end),
        compare_default: 'prev',
    });
    return {
        items: [
            {
                id: 'yesterday',
                name: zh ? '昨天' : 'Yesterday',
                from: day(end),
                to: day(end),
                compare_default: 'prev',
            },
            last(7, 'Last 7 days', '最近7天'),
            last(28, 'Last 28 days', '最近28天'),
            last(90, 'Last 90 days', '最近90天'),
            last(365, 'Last 365 days', '最近365天'),
        ],
    };
}

const BANDS = [
    {
        id: 'double-11',
        name_en: 'Double 11',
        name_zh: '双11',
        kind: 'promotion',
        from: '2026-11-08',
        to: '2026-11-11',
    },
    {
        id: 'national-day',
        name_en: 'National Day',
        name_zh: '国庆',
        kind: 'holiday',
        from: '2026-10-01',
        to: '2026-10-07',
    },
    {
        id: 'mid-autumn',
        name_en: 'Mid-Autumn',
        name_zh: '中秋',
        kind: 'festival',
        from: '2026-09-25',
        to: '2026-09-25',
    },
];
const SHOP = { name: 'Demo shop', currency: 'CNY', timezone: 'Asia/Shanghai', week_start: 1, lang: 'en' };
const PERSON = { id: '1', name: 'Dev', role: 'admin', stores: [], teams: [], lang: null };

export async function missing(req, upstream) {
    const { pathname, searchParams: query } = new URL(req.url, upstream);
    const path = pathname.replace('/api/v1/', '');
    if (req.method !== 'GET') return undefined;
    if (path === 'session')
        return { user: PERSON, csrf: 'dev', needs_admin: false, share: null, shop: SHOP, version: 'dev' };
    if (path === 'periods') return periods(query.get('lang'));
    if (path === 'calendar') return { bands: BANDS, definition_changes: [] };
    if (path === 'overview') return overview(query, upstream);
    if (path === 'views' || path.startsWith('dimensions/')) return { items: [], total: 0, next: null };
    return undefined;
}
