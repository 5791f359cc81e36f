// Answers that a server does not give yet. Used by dev/server.mjs only, never shipped.
const SHOP = { name: 'Demo shop', currency: 'CNY', timezone: 'Asia/Shanghai', week_start: 1, lang: 'en' };
const PERSON = { id: 1, name: 'Dev', role: 'admin', stores: [], teams: [], lang: null };

/** A body in place of an answer that is 404, or of a session where nobody can log in yet. */
export async function missing(req, upstream) {
    const { pathname } = new URL(req.url, upstream);
    const path = pathname.replace('/api/v1/', '');
    if (req.method !== 'GET') return undefined;
    if (path === 'session')
        return { user: PERSON, csrf: 'dev', needs_admin: false, share: null, shop: SHOP, version: 'dev' };
    if (path === 'views') return { items: [], total: 0, next: null };
    return undefined;
}
