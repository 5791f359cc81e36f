// Both platforms' APIs on 127.0.0.1, as their documentation describes them, with faults on demand. No packages.
//
//   node shop_server.mjs PORT_FILE        writes its port there, and serves until it is killed
//
//   /wp-json/wc/v3/...                    WooCommerce REST API v3: basic or query keys ck_test:cs_test
//   /admin/api/2025-01/...                Shopify Admin REST: X-Shopify-Access-Token: shpat_test
//   /__/...                               the test's own hand: fill, edit, refund, trash, remove, fault, totals, log
//
// What the shop comes to (/__/totals) is counted in whole cents from what the server keeps, by rules that are written
// here once more, apart from the program's.
import { createServer } from 'node:http';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const KEY = 'ck_test';
const SECRET = 'cs_test';
const TOKEN = 'shpat_test';
const VERSION = '2025-01';

// ---- What the shop has ---------------------------------------------------------------------------------------------

const state = { kind: 'woo', orders: [], products: [], customers: [], included: false, sees_all: true, removed: [], copies: [] };
const faults = []; // { kind, path, times }
const log = []; // requests as they came: path and query
let bucket = { level: 0, at: Date.now(), size: 40, leak: 2, on: false };
let clock = Date.UTC(2025, 2, 1, 8, 0, 0); // the shop's own time, moved by what happens in it

const tick = (seconds) => (clock += seconds * 1000);
const cents = (n) => (n < 0 ? '-' : '') + Math.floor(Math.abs(n) / 100) + '.' + String(Math.abs(n) % 100).padStart(2, '0');
const gmt = (ms) => new Date(ms).toISOString().slice(0, 19);
const iso = (ms) => `${new Date(ms - 5 * 3600e3).toISOString().slice(0, 19)}-05:00`; // Shopify writes the shop's offset
let seed = 7;
const random = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
};

// Shares of `total` by weight, largest remainder, as both platforms' totals ask for.
function share(total, weights) {
    const sum = weights.reduce((a, b) => a + b, 0);
    if (sum === 0) return weights.map((_, i) => (i === 0 ? total : 0));
    const raw = weights.map((w) => (total * w) / sum);
    const out = raw.map(Math.floor);
    let left = total - out.reduce((a, b) => a + b, 0);
    const order = raw.map((r, i) => [r - Math.floor(r), i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (const [, i] of order) if (left-- > 0) out[i]++;
    return out;
}

// One order in cents, for both platforms: lines { id, sku, title, quantity, price, discount, tax }, postage, fee, refunds.
function add_order(o) {
    state.orders.push({ refunds: [], fee: 0, tip: 0, shipping: 0, shipping_off: 0, shipping_tax: 0, status: 'paid', customer: 0, ...o });
}

function generate(n, { included = false } = {}) {
    state.included = included;
    const first = state.orders.reduce((n, o) => Math.max(n, o.id - 4999), 0); // numbers are never used again
    for (let i = first; i < first + n; i++) {
        tick(600 + random(4000));
        const lines = [];
        for (let k = 0; k <= random(3); k++) {
            const quantity = 1 + random(3);
            const price = 500 + random(9000);
            const discount = random(4) === 0 ? random(price * quantity) : 0;
            const base = price * quantity - discount;
            const tax = included ? Math.round((base * 19) / 119) : Math.round(base * 0.19);
            const at = 1 + random(20);
            lines.push({ id: 10 * (i + 1) + k, sku: `SKU-${at}`, product: at, title: `Thing ${at}`, quantity, price, discount, tax });
        }
        const shipping = random(2) * 490;
        const statuses = ['paid', 'paid', 'paid', 'paid', 'completed', 'completed', 'pending', 'cancelled', 'on-hold'];
        add_order({
            id: 5000 + i,
            lines,
            shipping,
            shipping_tax: included ? Math.round((shipping * 19) / 119) : Math.round(shipping * 0.19),
            fee: random(9) === 0 ? 150 : random(11) === 0 ? -200 : 0,
            status: statuses[random(statuses.length)],
            customer: random(3) === 0 ? 0 : 1 + random(30),
            created: clock,
            modified: clock,
            coupon: random(5) === 0 ? 'spring' : '',
        });
    }
    for (let id = 1; id <= 30 && first === 0; id++) state.customers.push({ id, created: Date.UTC(2024, 0, id), country: 'DE' });
    for (let at = 1; at <= 20 && first === 0; at++)
        state.products.push({ id: at, sku: `SKU-${at}`, title: `Thing ${at}`, price: 1000 + at * 10, cost: 400 + at, created: Date.UTC(2024, 0, at), modified: clock });
}

// The example exports as the shop that they were taken from.
function csv(path) {
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    const rows = text.split(/\r?\n/).filter(Boolean).map((line) => [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].slice(0, -1)
        .map((m) => m[1].replace(/^"|"$/g, '').replace(/""/g, '"')));
    const width = rows[0].length;
    return rows.slice(1).map((r) => Object.fromEntries(rows[0].slice(0, width).map((h, i) => [h, r[i] ?? ''])));
}

const to_cents = (text) => Math.round(Number(text || 0) * 100);
const when = (text) => Date.parse(text.replace(' ', 'T').replace(' +0000', 'Z'));

function load_shopify(path) {
    for (const r of csv(path)) {
        const last = state.orders.at(-1);
        const line = { id: 1e6 + state.orders.length * 50, sku: r['Lineitem sku'], title: r['Lineitem name'], quantity: Number(r['Lineitem quantity']), price: to_cents(r['Lineitem price']), discount: 0, tax: 0 };
        if (r['Financial Status'] === '') {
            line.id += last.lines.length;
            last.lines.push(line);
            continue;
        }
        add_order({
            id: Number(r.Id), name: r.Name, email: r.Email, financial: r['Financial Status'], lines: [line],
            shipping: to_cents(r.Shipping), tax_given: to_cents(r.Taxes), order_discount: to_cents(r['Discount Amount']),
            duty: to_cents(r.Duties), refunded_given: to_cents(r['Refunded Amount']), cancelled: r['Cancelled at'],
            created: when(r['Created at']), modified: when(r['Created at']) + 86400e3, paid: r['Paid at'], coupon: r['Discount Code'], country: r['Shipping Country'],
        });
    }
    for (const o of state.orders) {
        const weights = o.lines.map((l) => (/gift card/i.test(l.title) ? 0 : l.price * l.quantity)); // no discount on those
        share(o.order_discount, weights).forEach((d, i) => (o.lines[i].discount = d));
        share(o.tax_given, weights).forEach((t, i) => (o.lines[i].tax = t));
        if (o.refunded_given > 0) refund(o, { amount: o.refunded_given, at: o.created + 3 * 86400e3 });
    }
}

function load_woo(path) {
    for (const r of csv(path)) {
        const total = to_cents(r['Net Sales'] ?? r['N. Revenue']);
        const quantity = Number(r['Items sold']);
        const created = Date.parse(r.Date.replace(' ', 'T') + 'Z');
        add_order({ id: Number(r['Order #']), status: r.Status, created, modified: created, coupon: r['Coupon(s)'],
            lines: [{ id: Number(r['Order #']) * 10, sku: 'X', title: r['Product(s)'], quantity, price: 0, amount: total, discount: 0, tax: 0 }] });
    }
}

function refund(o, { lines = [], shipping = false, amount = null, pending = false, unpaid = false, at = tick(3600) }) {
    const r = { id: 900000 + o.id * 10 + o.refunds.length, at, lines: [], shipping: 0, shipping_tax: 0, reason: 'as asked', foreign: o.id % 2 === 1, pending, unpaid };
    for (const i of lines) {
        const l = o.lines[i];
        const [goods, tax] = paid_for(l);
        r.lines.push({ line: l, quantity: l.quantity, goods, tax });
    }
    if (shipping) [r.shipping, r.shipping_tax] = [o.shipping - o.shipping_off - (state.included ? o.shipping_tax : 0), o.shipping_tax];
    const told = r.lines.reduce((s, l) => s + l.goods + l.tax, 0) + r.shipping + r.shipping_tax;
    r.amount = amount ?? told;
    r.rest = r.amount - told;
    o.refunds.push(r);
    o.modified = Math.max(at, o.modified + 1000);
}

// The bank has spoken: a payment that was under way went through, and was of this amount.
function settle(o, amount) {
    const r = o.refunds.at(-1);
    r.pending = false;
    r.rest += (amount ?? r.amount) - r.amount;
    r.amount = amount ?? r.amount;
    o.modified = Math.max(tick(60), o.modified + 1000);
}

// An order that was never paid ends; its lines are taken off it, which the platform tells as a refund without payment.
function cancel(o, financial) {
    o.cancelled_unpaid = true;
    o.cancelled = new Date(tick(60)).toISOString();
    o.financial = financial;
    refund(o, { lines: o.lines.map((_, i) => i), unpaid: true });
}

// Of a line: what it came to without tax, after its discount; and the tax.
function paid_for(l) {
    const amount = (l.amount ?? l.price * l.quantity) - l.discount;
    return [amount - (state.included ? l.tax : 0), l.tax];
}

// ---- What it comes to ----------------------------------------------------------------------------------------------

function counts(o) {
    if (state.kind === 'shopify') return !o.cancelled_unpaid;
    if (o.status === 'trash' || o.status === 'pending' || o.status === 'failed') return false;
    return o.status !== 'cancelled' || o.refunds.length > 0;
}

function totals() {
    const t = { orders: 0, units: 0, gross: 0, discounts: 0, shipping: 0, taxes: 0, returns: 0, refunds: 0 };
    for (const o of state.orders.filter(counts)) {
        const has_sale = o.lines.some((l) => (l.amount ?? l.price * l.quantity) > 0);
        t.orders += has_sale;
        for (const l of o.lines) {
            const [goods, tax] = paid_for(l);
            t.units += goods + l.discount > 0 ? l.quantity : 0;
            t.gross += goods + l.discount;
            t.discounts += l.discount;
            t.taxes += tax;
        }
        t.discounts += state.kind === 'woo' && o.fee < 0 ? -o.fee : 0;
        t.shipping += o.shipping - o.shipping_off - (state.included ? o.shipping_tax : 0);
        t.taxes += o.shipping_tax;
        for (const r of o.refunds.filter((x) => !x.pending)) {
            for (const l of r.lines) {
                t.returns += l.goods;
                t.taxes -= l.tax;
            }
            t.returns += r.rest;
            t.shipping -= r.shipping;
            t.taxes -= r.shipping_tax;
            t.refunds += r.amount;
        }
    }
    const net = t.gross - t.discounts - t.returns;
    return { ...t, net };
}

// ---- WooCommerce ---------------------------------------------------------------------------------------------------

function woo_order(o) {
    const line = (l) => {
        const [goods] = paid_for(l);
        return { id: l.id, name: l.title, product_id: l.product ?? 1, variation_id: 0, quantity: l.quantity, sku: l.sku,
            subtotal: cents(goods + l.discount), subtotal_tax: cents(l.tax), total: cents(goods), total_tax: cents(l.tax), price: l.price / 100 };
    };
    const ship = o.shipping - (state.included ? o.shipping_tax : 0);
    const tax = o.lines.reduce((s, l) => s + l.tax, 0) + o.shipping_tax;
    const goods = o.lines.reduce((s, l) => s + paid_for(l)[0], 0);
    const status = { paid: 'processing' }[o.status] ?? o.status;
    const is_paid = ['processing', 'completed', 'refunded'].includes(status) || (o.refunds.length > 0) || o.was_paid;
    return {
        id: o.id, parent_id: 0, number: String(o.id), status, currency: 'EUR', prices_include_tax: state.included,
        date_created: gmt(o.created + 3600e3), date_created_gmt: gmt(o.created), date_modified: gmt(o.modified + 3600e3), date_modified_gmt: gmt(o.modified),
        date_paid_gmt: is_paid ? gmt(o.created + 60e3) : null, date_completed_gmt: status === 'completed' ? gmt(o.created + 86400e3) : null,
        discount_total: cents(o.lines.reduce((s, l) => s + l.discount, 0)), shipping_total: cents(ship), shipping_tax: cents(o.shipping_tax),
        total: cents(goods + ship + tax + o.fee), total_tax: cents(tax), customer_id: o.customer,
        billing: { first_name: 'No', last_name: 'Body', email: `Guest${o.id % 40}@Example.com`, country: 'DE', city: 'Berlin', state: 'BE' },
        shipping: { country: 'DE', city: 'Berlin', state: 'BE' }, payment_method: 'stripe', created_via: 'checkout',
        meta_data: [{ id: 1, key: '_wc_order_attribution_utm_source', value: o.id % 2 ? 'google' : 'newsletter' }, { id: 2, key: '_x', value: { deep: [1] } }],
        line_items: o.lines.map(line), tax_lines: [], shipping_lines: [{ id: 1, total: cents(ship), total_tax: cents(o.shipping_tax) }],
        fee_lines: o.fee === 0 ? [] : [{ id: 2, name: o.fee < 0 ? 'Goodwill' : 'Gift wrap', total: cents(o.fee), total_tax: '0.00' }],
        coupon_lines: o.coupon ? [{ id: 3, code: o.coupon }] : [],
        refunds: o.hidden ? [] : o.refunds.map((r) => ({ id: r.id, reason: r.reason, total: cents(-r.amount) })),
    };
}

function woo_refund(r) {
    return {
        id: r.id, date_created_gmt: gmt(r.at), amount: cents(r.amount), reason: r.reason, refunded_by: 1,
        line_items: r.lines.map((l, i) => ({ id: r.id * 10 + i, name: l.line.title, product_id: l.line.product ?? 1, variation_id: 0, quantity: -l.quantity, sku: l.line.sku, total: cents(-l.goods), total_tax: cents(-l.tax) })),
        shipping_lines: r.shipping ? [{ id: r.id * 10 + 9, total: cents(-r.shipping), total_tax: cents(-r.shipping_tax) }] : [],
        fee_lines: [],
    };
}

function woo_product(p) {
    return { id: p.id, name: p.title, sku: p.sku, type: 'simple', date_created_gmt: gmt(p.created), date_modified_gmt: gmt(p.modified), regular_price: cents(p.price),
        price: cents(p.price), categories: [{ id: 1, name: 'Things' }], variations: [], cost_of_goods_sold: { values: [{ defined_value: p.cost / 100 }], total_value: p.cost / 100 } };
}

// Paging, order and filters of a collection, with the headers that WordPress sends.
// Old copies of orders that a cache names once more, at the end of a list.
const copies_among = (items) => state.copies.filter((x) => items.some((o) => o.id === x.id));

function woo_list(res, items, q, as) {
    const after = q.get('modified_after');
    if (after && q.get('dates_are_gmt') !== 'true') return woo_error(res, 400, 'rest_invalid_param', 'dates_are_gmt');
    const size = Math.min(Number(q.get('per_page') ?? 10), 100);
    const page = Number(q.get('page') ?? 1);
    const since = q.get('after');
    let all = items.filter((x) => (!after || gmt(x.modified) > after) && (!since || gmt(x.created) > since));
    const by = { modified: (x) => x.modified, date: (x) => x.created }[q.get('orderby')] ?? ((x) => x.id);
    all.sort((a, b) => by(a) - by(b) || a.id - b.id);
    if (q.get('order') !== 'asc') all.reverse();
    if (q.get('orderby') === 'modified') all.push(...copies_among(items).filter((x) => !after || gmt(x.modified) > after));
    const pages = Math.ceil(all.length / size);
    send(res, 200, all.slice((page - 1) * size, page * size).map(as).map((x) => only(x, q.get('_fields'))), { 'X-WP-Total': all.length, 'X-WP-TotalPages': pages });
}

// The fields that were asked for.
const only = (x, fields) => (fields ? Object.fromEntries(fields.split(',').map((f) => [f, x[f]])) : x);

const woo_error = (res, status, code, message) => send(res, status, { code, message, data: { status } });

function woo(req, res, url) {
    const q = url.searchParams;
    const basic = Buffer.from((req.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const by_query = q.get('consumer_key') === KEY && q.get('consumer_secret') === SECRET;
    if (basic !== `${KEY}:${SECRET}` && !by_query)
        return woo_error(res, 401, 'woocommerce_rest_authentication_error', 'Consumer key is invalid.');
    const path = url.pathname.replace('/wp-json/wc/v3/', '');
    const of_order = /^orders\/(\d+)\/refunds$/.exec(path);
    if (of_order) {
        const o = state.orders.find((x) => x.id === Number(of_order[1]));
        return o ? send(res, 200, o.refunds.map(woo_refund)) : woo_error(res, 404, 'woocommerce_rest_order_invalid_id', 'Invalid order ID.');
    }
    const one = /^orders\/(\d+)$/.exec(path);
    if (one) {
        const o = state.orders.find((x) => x.id === Number(one[1]));
        return o ? send(res, 200, woo_order(o)) : woo_error(res, 404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
    }
    if (path === 'orders') {
        const trash = q.get('status') === 'trash';
        return woo_list(res, state.orders.filter((o) => (o.status === 'trash') === trash && !o.unlisted), q, woo_order);
    }
    if (path === 'products') return woo_list(res, state.products, q, woo_product);
    if (path === 'customers')
        return woo_list(res, state.customers, q, (c) => ({ id: c.id, date_created_gmt: gmt(c.created), role: 'customer', email: `c${c.id}@example.com`, billing: { country: c.country }, shipping: { country: '' } }));
    return woo_error(res, 404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

// ---- Shopify -------------------------------------------------------------------------------------------------------

const both = (n) => ({ shop_money: { amount: cents(n), currency_code: 'EUR' }, presentment_money: { amount: cents(n * 3), currency_code: 'PLN' } });

function shopify_order(o) {
    const line = (l) => ({ id: l.id, variant_id: l.id * 7, product_id: 1, sku: l.sku, title: l.title, quantity: l.quantity, current_quantity: l.quantity, price: cents(l.price), price_set: both(l.price),
        gift_card: /gift card/i.test(l.title), total_discount: '0.00', discount_allocations: l.discount ? [{ amount: cents(l.discount), amount_set: both(l.discount), discount_application_index: 0 }] : [],
        tax_lines: l.tax ? [{ title: 'VAT', price: cents(l.tax), rate: 0.19, price_set: both(l.tax) }] : [] });
    const tip = { id: o.id * 100, variant_id: null, product_id: null, sku: null, title: 'Tip', quantity: 1, price: cents(o.tip), price_set: both(o.tip), gift_card: false, discount_allocations: [], tax_lines: [], tip: null };
    const tax = o.lines.reduce((s, l) => s + l.tax, 0) + o.shipping_tax;
    const goods = o.lines.reduce((s, l) => s + (l.amount ?? l.price * l.quantity) - l.discount, 0);
    const total = goods + o.tip + o.shipping - o.shipping_off + (state.included ? 0 : tax) + (o.duty ?? 0);
    const refunded = o.refunds.filter((r) => !r.pending && !r.unpaid).reduce((s, r) => s + r.amount, 0);
    const financial = o.financial ?? (o.status === 'pending' || o.status === 'on-hold' ? 'pending' : refunded === 0 ? 'paid' : refunded >= total ? 'refunded' : 'partially_refunded');
    return {
        id: o.id, name: o.name ?? `#${o.id}`, order_number: o.id, email: o.email ?? `buyer${o.id % 40}@example.com`, created_at: iso(o.created), updated_at: iso(o.modified),
        processed_at: o.paid ? iso(when(o.paid)) : iso(o.created), cancelled_at: o.cancelled ? iso(when(o.cancelled)) : null, cancel_reason: o.cancelled ? 'customer' : null,
        test: false, currency: 'EUR', presentment_currency: 'PLN', taxes_included: state.included, financial_status: financial, fulfillment_status: null, source_name: 'web',
        landing_site: '/', discount_codes: o.coupon ? [{ code: o.coupon, amount: '0', type: 'fixed_amount' }] : [], payment_gateway_names: ['shopify_payments'],
        total_line_items_price: cents(goods), total_tax: cents(tax), total_tax_set: both(tax), total_price: cents(total), total_price_set: both(total), total_outstanding: '0.00', total_tip_received: cents(o.tip),
        total_shipping_price_set: both(o.shipping), original_total_duties_set: o.duty ? both(o.duty) : null, customer: { id: 77000 + (o.id % 40) }, shipping_address: { country_code: o.country ?? 'DE', province_code: null, city: 'Berlin' },
        shipping_lines: [{ id: 1, price: cents(o.shipping), price_set: both(o.shipping), discount_allocations: o.shipping_off ? [{ amount: cents(o.shipping_off), amount_set: both(o.shipping_off), discount_application_index: 0 }] : [], tax_lines: o.shipping_tax ? [{ price: cents(o.shipping_tax), price_set: both(o.shipping_tax) }] : [] }],
        fulfillments: [], line_items: [...o.lines.map(line), ...(o.tip ? [tip] : [])], refunds: o.refunds.map(shopify_refund),
    };
}

function shopify_refund(r) {
    // Buyers who paid in their own currency are paid back in it, and the amount has no set.
    const transaction = (nth, status) => ({ id: r.id * 10 + nth, kind: 'refund', status, amount: cents(r.foreign ? r.amount * 3 : r.amount), currency: r.foreign ? 'PLN' : 'EUR' });
    return {
        id: r.id, created_at: iso(r.at), processed_at: iso(r.at), note: r.reason,
        refund_line_items: r.lines.map((l, i) => ({ id: r.id * 10 + i, line_item_id: l.line.id, quantity: l.quantity, restock_type: r.unpaid ? 'cancel' : 'return', subtotal: (l.goods + (state.included ? l.tax : 0)) / 100,
            subtotal_set: both(l.goods + (state.included ? l.tax : 0)), total_tax: l.tax / 100, total_tax_set: both(l.tax), line_item: { id: l.line.id, sku: l.line.sku } })),
        order_adjustments: [
            ...(r.shipping ? [{ id: r.id * 10 + 8, kind: 'shipping_refund', amount: cents(-r.shipping), amount_set: both(-r.shipping), tax_amount: cents(-r.shipping_tax), tax_amount_set: both(-r.shipping_tax) }] : []),
            ...(r.rest ? [{ id: r.id * 10 + 9, kind: 'refund_discrepancy', amount: cents(-r.rest), amount_set: both(-r.rest), tax_amount: '0.00' }] : []),
        ],
        transactions: r.unpaid ? [] : [transaction(7, r.pending ? 'pending' : 'success'), transaction(6, 'failure')],
    };
}

const pages = new Map(); // page_info: the rest of a list, as it was asked for

function shopify_list(req, res, url, name, items, as) {
    const q = url.searchParams;
    const limit = Math.min(Number(q.get('limit') ?? 50), 250);
    let all;
    if (q.has('page_info')) {
        for (const k of q.keys()) if (!['page_info', 'limit', 'fields'].includes(k)) return send(res, 400, { errors: { page_info: `${k} cannot be passed` } });
        all = pages.get(q.get('page_info'));
        if (!all) return send(res, 400, { errors: { page_info: 'Invalid value.' } });
    } else {
        const min = q.get('updated_at_min');
        const since = Date.parse(q.get('created_at_min') ?? '1970-01-01T00:00:00Z');
        const ids = q.has('ids') ? new Set(q.get('ids').split(',').map(Number)) : null;
        all = items.filter((x) => (!min || x.modified >= Date.parse(min)) && x.created >= since && (!ids || ids.has(x.id))).sort((a, b) => a.modified - b.modified || a.id - b.id);
        if (min || !q.has('created_at_min')) all.push(...copies_among(items).filter((x) => !ids && (!min || x.modified >= Date.parse(min))));
    }
    const head = {};
    if (all.length > limit) {
        const info = `p${pages.size}x${Date.now()}`;
        pages.set(info, all.slice(limit));
        head.Link = `<http://${req.headers.host}${url.pathname}?limit=${limit}${q.has('fields') ? `&fields=${q.get('fields')}` : ''}&page_info=${info}>; rel="next"`;
    }
    send(res, 200, { [name]: all.slice(0, limit).map(as).map((x) => only(x, q.get('fields'))) }, head);
}

function shopify(req, res, url) {
    if (req.headers['x-shopify-access-token'] !== TOKEN)
        return send(res, 401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
    if (bucket.on) {
        const now = Date.now();
        bucket.level = Math.max(0, bucket.level - ((now - bucket.at) / 1000) * bucket.leak);
        bucket.at = now;
        if (bucket.level + 1 > bucket.size) return send(res, 429, { errors: 'Exceeded 2 calls per second for api client.' }, { 'Retry-After': '0.3' });
        bucket.level++;
        res.setHeader('X-Shopify-Shop-Api-Call-Limit', `${Math.floor(bucket.level)}/${bucket.size}`);
    }
    if (url.pathname === '/admin/oauth/access_scopes.json')
        return send(res, 200, { access_scopes: [{ handle: 'read_orders' }, ...(state.sees_all ? [{ handle: 'read_all_orders' }] : [])] });
    const path = url.pathname.replace(`/admin/api/${VERSION}/`, '');
    if (path === 'orders.json') return shopify_list(req, res, url, 'orders', state.orders.filter((o) => !o.unlisted), shopify_order);
    if (path === 'products.json')
        return shopify_list(req, res, url, 'products', state.products, (p) => ({ id: p.id, title: p.title, vendor: 'Acme', product_type: 'Things', handle: `thing-${p.id}`, published_at: iso(p.created), updated_at: iso(p.modified),
            variants: [{ id: p.id * 11, sku: p.sku, title: 'Default Title', price: cents(p.price), inventory_item_id: p.id * 13 }] }));
    if (path === 'inventory_items.json') {
        const ids = new Set((url.searchParams.get('ids') ?? '').split(',').map(Number));
        return send(res, 200, { inventory_items: state.products.filter((p) => ids.has(p.id * 13)).map((p) => ({ id: p.id * 13, cost: cents(p.cost) })) });
    }
    if (path === 'customers.json')
        return shopify_list(req, res, url, 'customers', state.customers.map((c) => ({ ...c, modified: c.created })), (c) => ({ id: c.id, email: `c${c.id}@example.com`, created_at: iso(c.created), updated_at: iso(c.created), default_address: { country_code: c.country } }));
    return send(res, 404, { errors: 'Not Found' });
}

// ---- Faults, and the test's own hand -------------------------------------------------------------------------------

function send(res, status, body, head = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text), ...head });
    res.end(text);
}

const FAULTS = {
    401: (res) => send(res, 401, { code: 'x', message: 'no such key' }),
    403: (res) => send(res, 403, { code: 'x', message: 'not allowed' }),
    404: (res) => send(res, 404, { code: 'rest_no_route', message: 'No route was found' }),
    429: (res) => send(res, 429, { errors: 'slow down' }, { 'Retry-After': '0.1' }),
    500: (res) => send(res, 500, 'oops', { 'Retry-After': '0.05' }),
    502: (res) => send(res, 502, 'oops', { 'Retry-After': '0.05' }),
    html: (res) => send(res, 200, '<!doctype html><title>Log in</title>', { 'Content-Type': 'text/html' }),
    json: (res) => send(res, 200, '[{"id":1,'),
    object: (res) => send(res, 200, '{"hello":"world"}'),
    truncated: (res) => {
        res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 100000 });
        res.write('[{"id":1');
        setTimeout(() => res.destroy(), 20);
    },
    huge: (res) => {
        res.writeHead(200, { 'Content-Type': 'application/json' });
        const block = '"' + 'x'.repeat(1 << 20) + '",';
        let n = 0;
        const more = () => (n++ < 100 && !res.destroyed ? res.write(block, more) : res.end());
        res.write('[');
        more();
    },
    elsewhere: (res) => send(res, 302, '', { Location: 'http://127.0.0.1:1/wp-json/wc/v3/orders' }),
    to_http: (res) => send(res, 301, '', { Location: 'http://shop.example/wp-json/wc/v3/orders' }),
    link_elsewhere: (res) => send(res, 200, { orders: [] }, { Link: '<https://evil.example/admin?page_info=1>; rel="next"' }),
    no_money: (res) => send(res, 200, [{ id: 1, number: '1', status: 'completed', date_created_gmt: '2025-03-01T00:00:00', total: 'many' }]),
    hang: () => {},
};

function hand(res, url) {
    const q = url.searchParams;
    const o = state.orders.find((x) => x.id === Number(q.get('order')));
    const touch = () => o && (o.modified = Math.max(tick(60), o.modified + 1000));
    const verbs = {
        generate: () => ((state.kind = q.get('kind') ?? 'woo'), generate(Number(q.get('n')), { included: q.get('included') === 'yes' })),
        load: () => ((state.kind = q.get('kind')), q.get('kind') === 'shopify' ? load_shopify(q.get('file')) : load_woo(q.get('file'))),
        // deleted for good: it is told no more, under no status
        remove: () => state.removed.push(...state.orders.splice(state.orders.indexOf(o), 1)),
        // ... and a database put back: it is told again, changed when it was
        restore: () => state.orders.push(...state.removed.splice(state.removed.findIndex((x) => x.id === Number(q.get('order'))), 1)),
        // named once more as it is now, whatever changes afterwards
        twice: () => state.copies.push(structuredClone(o)),
        once: () => (state.copies.length = 0),
        // under a status that lists leave out: told by its id only
        unlist: () => (o.unlisted = !o.unlisted),
        sees_all: () => (state.sees_all = q.get('is') === 'yes'),
        edit: () => (touch(), (o.lines[0].quantity += 1)),
        status: () => (touch(), (o.was_paid = o.was_paid || ['paid', 'completed'].includes(o.status)), (o.status = q.get('to')), (o.hidden = q.has('hidden'))),
        told: () => [o.refunds.at(-1).amount - o.refunds.at(-1).rest],
        tip: () => (touch(), (o.tip = Number(q.get('amount')))),
        postage: () => (touch(), Object.assign(o, { shipping: Number(q.get('amount')), shipping_off: Number(q.get('off')), shipping_tax: 0 })),
        cancel: () => cancel(o, q.get('financial')),
        settle: () => settle(o, q.has('amount') ? Number(q.get('amount')) : null),
        refund: () => refund(o, { pending: q.has('pending'), unpaid: q.has('unpaid'), lines: (q.get('lines') ?? '').split(',').filter(Boolean).map(Number), shipping: q.has('shipping'), amount: q.has('amount') ? Number(q.get('amount')) : null }),
        touch_all: () => state.orders.forEach((x) => (x.modified = clock)),
        price: () => state.products.filter((p) => p.sku === q.get('sku')).forEach((p) => ((p.price = Number(q.get('to'))), (p.modified = tick(60)))),
        fault: () => faults.push({ kind: q.get('kind'), path: q.get('path') ?? '', after: Number(q.get('after') ?? 0), times: Number(q.get('times') ?? 1) }),
        clear: () => (faults.length = 0),
        bucket: () => (bucket = { level: 0, at: Date.now(), size: Number(q.get('size')), leak: Number(q.get('leak')), on: true }),
        expire: () => pages.clear(),
        log: () => log.splice(0),
        totals,
    };
    const verb = verbs[url.pathname.replace('/__/', '')];
    if (!verb) return send(res, 404, 'no such verb');
    const answer = verb();
    const text = Array.isArray(answer) ? answer.join('\n') : answer?.orders === undefined ? 'ok' : Object.entries(answer).map(([k, v]) => `${k}=${k === 'orders' || k === 'units' ? v : cents(v)}`).join('\n');
    send(res, 200, text + '\n', { 'Content-Type': 'text/plain' });
}

const server = createServer((req, res) => {
    const url = new URL(req.url, `http://${req.headers.host}`);
    if (url.pathname.startsWith('/__/')) return hand(res, url);
    log.push(req.url);
    const fault = faults.find((f) => f.times > 0 && url.pathname.includes(f.path) && f.after-- <= 0);
    if (fault) {
        fault.times--;
        return FAULTS[fault.kind](res);
    }
    if (url.pathname.startsWith('/wp-json/')) return woo(req, res, url);
    if (url.pathname.startsWith(`/admin/api/${VERSION}/`) || url.pathname.startsWith('/admin/oauth/')) return shopify(req, res, url);
    return send(res, 404, { errors: 'Not Found' });
});

server.listen(0, '127.0.0.1', () => {
    writeFileSync(`${process.argv[2]}.new`, String(server.address().port));
    renameSync(`${process.argv[2]}.new`, process.argv[2]);
});
