// The board as a person meets it: first start, log-in, every page in both languages and several looks,
// back and forward, exports against the API, rights.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ADMIN, full, launch, seriousFindings, settled, Shop, shot, watched } from './lib.mjs';

/** In order of value: the bounded form looks at the first ones, each in one look. */
const PAGES = [
    '/', '/kpi/net_sales', '/explore?kpi=net_sales,orders&by=channel', '/morning', '/profit', '/targets?kpi=net_sales', '/products', '/data', '/definitions', '/settings/shop',
    '/kpi/net_sales?view=multiples', '/kpi/orders?view=heat', '/kpi/aov?view=distribution', '/kpi/aov?view=periods', '/kpi/net_sales?view=evidence',
    '/explore?kpi=net_sales&by=channel,device&look=pivot', '/explore?kpi=net_sales&by=category&look=treemap', '/explore?look=funnel', '/explore?kpi=aov,orders&by=channel&look=scatter',
    '/morning?report=week', '/morning?report=month', '/targets', '/targets/history', '/products/SV-0001', '/customers', '/orders', '/rows/aov',
    '/data/imports', '/data/imports/1', '/data/upload', '/data/quarantine', '/data/reconcile', '/definitions/aov', '/settings/me', '/settings/users', '/settings/tokens', '/settings/links', '/settings/audit', '/wall',
];
const BOUNDED = 9;
const LOOKS = [
    { name: 'en', lang: 'en', theme: 'light', width: 1440, height: 900 },
    { name: 'zh-dark', lang: 'zh', theme: 'dark', width: 1440, height: 900 },
    { name: 'zh-phone', lang: 'zh', theme: 'light', width: 390, height: 844 },
    { name: 'en-phone-dark', lang: 'en', theme: 'dark', width: 390, height: 844 },
];

let shop;
let browser;
let signedIn;

before(async () => {
    shop = new Shop();
    await shop.serve();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await shop?.stop();
});

/** A context that is logged in, in one look. */
async function contextOf(look) {
    const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.theme, storageState: signedIn, acceptDownloads: true, locale: look.lang === 'zh' ? 'zh-CN' : 'en-GB' });
    await context.request.patch(`${shop.base}/api/v1/me`, { data: { lang: look.lang }, headers: { 'X-CSRF-Token': (await session(context)).csrf } });
    return context;
}

async function session(context) {
    return (await context.request.get(`${shop.base}/api/v1/session`)).json();
}

async function open(page, path) {
    await page.goto(shop.base + path);
    await settled(page);
}

test('the first start makes the first administrator, once', async () => {
    assert.ok(shop.firstLink, 'the server prints a one-time link');
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await watched(context, shop.base);
    await page.goto(shop.firstLink);
    await page.getByLabel('Name', { exact: true }).fill(ADMIN.name);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Make administrator' }).click();
    await settled(page);
    assert.equal(new URL(page.url()).pathname, '/');
    assert.match(await page.locator('.person-name').textContent(), /Lin/);
    signedIn = await context.storageState();
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('a wrong password is refused in words, the right one opens the page that was asked for', async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await watched(context, shop.base);
    await page.goto(`${shop.base}/kpi/aov`);
    await page.getByLabel('Name', { exact: true }).fill(ADMIN.name);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    page.wrongs.length = 0; // 401 was the point
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Average order value', level: 1 }).waitFor();
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('the first load of the overview is at most 350 KB, data and all', async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    const asked = [];
    page.on('requestfinished', (request) => asked.push(request.sizes()));
    await open(page, '/');
    const sizes = await Promise.all(asked);
    const sum = sizes.reduce((all, one) => all + one.responseBodySize + one.responseHeadersSize, 0);
    assert.ok(sizes.length > 8);
    assert.ok(sum <= 350 * 1024, `${Math.round(sum / 1024)} KB`);
    await context.close();
});

for (const look of LOOKS.slice(0, full ? LOOKS.length : 3)) {
    const pages = full ? PAGES : PAGES.slice(0, BOUNDED).filter((_, i) => i % 3 === LOOKS.indexOf(look));
    test(`pages in ${look.name}: no error, no request to elsewhere, no serious finding of axe`, async () => {
        const context = await contextOf(look);
        const page = await watched(context, shop.base);
        const found = [];
        for (const path of pages) {
            await open(page, path);
            const told = (text) => found.push(`${path}: ${text}`);
            page.wrongs.splice(0).forEach(told);
            (await seriousFindings(page)).forEach(told);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (wide > 0) told(`${wide} px wider than the screen`);
            const left = await page.evaluate(() => document.body.innerText.match(/\b[a-z]+\.[a-z]+[A-Z]\w*|\bundefined\b|\bNaN\b|\[object/g));
            if (left) told(`shows ${left}`);
            await shot(page, `${look.name}${path.replace(/[^a-z0-9]+/gi, '-')}`);
        }
        assert.deepEqual(found, []);
        await context.close();
    });
}

test('the address is the state: back and forward, links that others open', async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    await open(page, '/');
    await page.getByRole('link', { name: 'Profit' }).click();
    await settled(page);
    await page.locator('.segmented').getByRole('button', { name: 'Category' }).click();
    await page.waitForURL(/by=category/);
    await settled(page);
    await page.goBack();
    await settled(page);
    assert.ok(!page.url().includes('by=category'));
    await page.goBack();
    await settled(page);
    assert.equal(new URL(page.url()).pathname, '/');
    await page.goForward();
    await page.goForward();
    await settled(page);
    assert.match(page.url(), /\/profit\?.*by=category/);
    assert.equal(await page.locator('.segmented').getByRole('button', { name: 'Category' }).getAttribute('aria-pressed'), 'true');
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('keys: search, pages, periods, help', async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    await open(page, '/');
    await page.keyboard.press('/');
    await page.getByRole('combobox').fill('average order');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/kpi\/aov/);
    await settled(page);
    await page.keyboard.press('[');
    await page.waitForURL(/from=\d{4}/);
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.waitForURL(/\/profit/);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('an exported file holds the figures of the API', async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    await open(page, '/explore?kpi=net_sales&by=channel&look=bar');
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    const url = new URL(download.url());
    url.searchParams.set('format', 'json');
    url.searchParams.delete('format');
    const answer = await (await context.request.get(url.href)).json();
    const rows = answer.kpis[0].rows;
    assert.ok(rows.length > 3);
    for (const row of rows) {
        const line = csv.split(/\r?\n/).find((text) => text.includes(row.by.channel));
        assert.ok(line?.includes(row.value) || line?.includes(String(Number(row.value))), `${row.by.channel} ${row.value} in ${line}`);
    }
    await context.close();
});

test('what is copied out of a table is the exact value', async () => {
    const context = await contextOf(LOOKS[0]);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: shop.base });
    const page = await watched(context, shop.base);
    await open(page, '/kpi/session_cr');
    const cell = page.locator('.kpi-main td[data-exact]').nth(2);
    const exact = await cell.getAttribute('data-exact');
    await cell.evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const selection = getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
    });
    await page.keyboard.press('Control+c');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), exact);
    await context.close();
});

test('a viewer sees figures, but neither exports nor changes, on the page and by the API', async () => {
    const admin = await contextOf(LOOKS[0]);
    const { csrf } = await session(admin);
    const made = await admin.request.post(`${shop.base}/api/v1/users`, { data: { name: 'Wang', role: 'viewer', password: 'a long enough one' }, headers: { 'X-CSRF-Token': csrf } });
    assert.equal(made.ok(), true, await made.text());
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await watched(context, shop.base);
    await page.goto(`${shop.base}/kpi/net_sales`);
    await page.getByLabel('Name', { exact: true }).fill('Wang');
    await page.getByLabel('Password').fill('a long enough one');
    await page.getByRole('button', { name: 'Log in' }).click();
    await settled(page);
    assert.equal(await page.getByRole('button', { name: 'Export' }).count(), 0);
    await open(page, '/targets');
    assert.equal(await page.getByRole('button', { name: 'Set a target' }).count(), 0);
    const own = await session(context);
    const refused = await context.request.post(`${shop.base}/api/v1/goals`, { data: { kpi: 'net_sales', period: '2026', base: '1' }, headers: { 'X-CSRF-Token': own.csrf } });
    assert.equal(refused.status(), 403);
    assert.deepEqual(page.wrongs, []);
    await context.close();
    await admin.close();
});

test('a share link opens its page without log-in and nothing else', async () => {
    const admin = await contextOf(LOOKS[0]);
    const page = await watched(admin, shop.base);
    await open(page, '/kpi/net_sales?view=periods');
    await page.getByRole('button', { name: 'Share this page' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    const guest = await browser.newContext({ locale: 'en-GB' });
    const shared = await watched(guest, shop.base);
    await shared.goto(link);
    await shared.getByRole('heading', { name: 'Net sales', level: 1 }).waitFor();
    await settled(shared);
    assert.match(shared.url(), /view=periods/);
    assert.deepEqual(shared.wrongs, []);
    const refused = await guest.request.get(`${shop.base}/api/v1/users`);
    assert.ok([401, 403].includes(refused.status()));
    await guest.close();
    await admin.close();
});

test('a file with a bad row is dropped, imported, its row repaired and counted', async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    await open(page, '/data/upload');
    const csv = 'Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country\n' +
        '990001,2026-01-05 10:00:00,c1,SV-0001,2,19.50,France\n990002,2026-01-06 10:00:00,c2,SV-0002,x3,20.00,Spain\n';
    await page.setInputFiles('input[type=file]', { name: 'bad-row.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.waitForURL(/\/data\/upload\/./);
    await settled(page);
    assert.equal(await page.getByLabel('What the column Quantity is read as').inputValue(), 'quantity');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.locator('.job-done').waitFor({ timeout: 60000 });
    await page.getByRole('link', { name: /1 refused/ }).click();
    await settled(page);
    await page.getByRole('link', { name: /bad-row\.csv:3/ }).click();
    const wrong = page.locator('.is-wrong input');
    assert.equal(await wrong.inputValue(), 'x3');
    await wrong.fill('3');
    await page.getByRole('button', { name: 'Save and try again' }).click();
    await page.locator('.job-done').waitFor({ timeout: 60000 });
    await page.getByText('Nothing is in quarantine').waitFor();
    const answer = await (await context.request.get(`${shop.base}/api/v1/kpi?id=units&from=2026-01-05&to=2026-01-06&where=country%20in%20('France','Spain')`)).json();
    assert.equal(answer.kpis[0].total.value, '5');
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('a chart is saved as PNG and as SVG', { skip: !full }, async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    await open(page, '/kpi/net_sales');
    for (const [name, head] of [['Save as PNG', '\x89PNG'], ['Save as SVG', '<svg']]) {
        await page.locator('.chart').first().hover();
        await page.getByRole('button', { name: 'Save this chart' }).first().click();
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()]);
        assert.ok(readFileSync(await download.path(), 'latin1').startsWith(head), name);
    }
    assert.deepEqual(page.wrongs, []);
    await context.close();
});
