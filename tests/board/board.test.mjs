// The board as a person meets it: first start, log-in, every page in both languages and several looks,
// back and forward, exports against the API, rights.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ADMIN, full, HOSTILE, launch, findings, settled, Shop, shot, watched } from './lib.mjs';

/** In order of value: the bounded form looks at the first ones, each in one look. */
const PAGES = [
    '/', '/kpi/net_sales', '/explore?kpi=net_sales,orders&by=channel', '/morning', '/profit', '/targets?kpi=net_sales', '/products', '/data', '/definitions', '/settings/shop',
    '/kpi/net_sales?view=multiples', '/kpi/orders?view=heat', '/kpi/aov?view=distribution', '/kpi/aov?view=periods', '/kpi/net_sales?view=evidence',
    '/explore?kpi=net_sales&by=channel,device&look=pivot', '/explore?kpi=net_sales&by=category&look=treemap', '/explore?look=funnel', '/explore?kpi=aov,orders&by=channel&look=scatter',
    '/morning?report=week', '/morning?report=month', '/morning?report=promo', '/targets', '/targets/history', '/products/SV-0001', '/customers', '/orders', '/rows/aov',
    '/data/imports', '/data/imports/1', '/data/upload', '/data/quarantine', '/data/reconcile', '/definitions/aov', '/settings/me', '/settings/users', '/settings/tokens', '/settings/links', '/settings/audit', '/wall',
];
const BOUNDED = 9;
/** Pages where something of unknown height stands above something else; the narrow ones have more to move. */
const JUMPY = ['/', '/kpi/net_sales', '/morning?report=month', '/settings/shop', '/explore?kpi=net_sales,orders&by=channel', '/morning?report=promo', '/definitions/aov', '/settings/links', '/targets'];
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

/** Without the movement of what waits: it is drawn sixty times a second. */
const newContext = (options) => browser.newContext({ reducedMotion: 'reduce', ...options });

/** A context that is logged in, in one look. */
async function contextOf(look) {
    const context = await newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.theme, storageState: signedIn, acceptDownloads: true, locale: look.lang === 'zh' ? 'zh-CN' : 'en-GB' });
    await context.request.patch(`${shop.base}/api/v1/me`, { data: { lang: look.lang }, headers: { 'X-CSRF-Token': (await session(context)).csrf } });
    return context;
}

let desk;
/** The administrator's page that stays open from test to test, as it does on a desk: for what no other look, right or
 *  first load is needed for. */
async function atDesk() {
    if (!desk) {
        const context = await contextOf(LOOKS[0]);
        desk = { context, page: await watched(context, shop.base) };
    }
    desk.page.wrongs.length = 0;
    return desk;
}

/** A person of a role and stores, logged in by the page of log-in. */
async function loggedIn(admin, name, role, stores) {
    const { csrf } = await session(admin);
    const password = 'a long enough one';
    const made = await admin.request.post(`${shop.base}/api/v1/users`, { data: { name, role, password, stores }, headers: { 'X-CSRF-Token': csrf } });
    assert.equal(made.ok(), true, await made.text());
    const context = await newContext({ locale: 'en-GB', acceptDownloads: true });
    const page = await watched(context, shop.base);
    await page.goto(shop.base);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await settled(page);
    return { context, page };
}

async function session(context) {
    return (await context.request.get(`${shop.base}/api/v1/session`)).json();
}

/** By the address, from nothing: every file and question anew. */
async function load(page, path) {
    await page.goto(shop.base + path);
    await settled(page);
}

/** As a link of the board leads there, where the page is one of the board already: a fraction of the work of a load. */
async function open(page, path) {
    if (!page.url().startsWith(shop.base)) return load(page, path);
    await page.evaluate((address) => {
        history.pushState(null, '', address);
        dispatchEvent(new PopStateEvent('popstate'));
    }, path);
    await settled(page);
}

test('the first start makes the first administrator, once', async () => {
    assert.ok(shop.firstLink, 'the server prints a one-time link');
    const context = await newContext({ locale: 'en-GB' });
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
    const context = await newContext({ locale: 'en-GB' });
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
    const count = (request) => asked.push(request.sizes());
    page.on('requestfinished', count);
    await open(page, '/');
    page.off('requestfinished', count); // what is brought ahead later is no part of it
    const sizes = await Promise.all(asked);
    const sum = sizes.reduce((all, one) => all + one.responseBodySize + one.responseHeadersSize, 0);
    assert.ok(sizes.length > 8);
    assert.ok(sum <= 350 * 1024, `${Math.round(sum / 1024)} KB`);
    await context.close();
});

for (const look of LOOKS.slice(0, full ? LOOKS.length : 3)) {
    const pages = full ? PAGES : PAGES.slice(0, BOUNDED).filter((_, i) => i % 3 === LOOKS.indexOf(look));
    test(`pages in ${look.name}: no error, no request to elsewhere, no finding of axe`, async () => {
        const context = await contextOf(look);
        const page = await watched(context, shop.base);
        const found = [];
        for (const path of pages) {
            await open(page, path);
            const told = (text) => found.push(`${path}: ${text}`);
            page.wrongs.splice(0).forEach(told);
            (await findings(page)).forEach(told);
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

/** What has moved since the page's own beginning, after two more drawings. */
async function shifts(page) {
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    return page.evaluate(() => (window.takeShifts(), window.shifts));
}
const cls = (list) => list.reduce((sum, { value }) => sum + value, 0);

for (const [size, width, height] of [['wide', 1440, 900], ['phone', 390, 844]]) {
    test(`nothing jumps while a page loads: ${size}`, async () => {
        const context = await contextOf({ ...LOOKS[0], width, height });
        await context.addInitScript(() => {
            const note = ({ value, sources }) => window.shifts.push({ value, of: sources.map(({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)?.className) });
            window.shifts = [];
            const tell = (entries) => entries.filter((entry) => !entry.hadRecentInput).forEach(note);
            const observer = new PerformanceObserver((list) => tell(list.getEntries()));
            observer.observe({ type: 'layout-shift', buffered: true });
            window.takeShifts = () => tell(observer.takeRecords());
        });
        let asked = 0; // answers come as if from afar, in another order than they were asked for
        await context.route('**/api/v1/**', async (route) => {
            await new Promise((done) => setTimeout(done, 60 + ((asked++ * 97) % 240)));
            await route.continue();
        });
        const page = await watched(context, shop.base);
        const found = [];
        for (const path of full ? PAGES : JUMPY) {
            await load(page, path);
            const seen = await shifts(page);
            if (cls(seen) > 0.01) found.push(`${path}: ${cls(seen).toFixed(3)} ${JSON.stringify(seen)}`);
        }
        assert.deepEqual(found, []);
        await load(page, JUMPY[0]); // not every page has a section
        await page.locator('main section').first().evaluate((section) => section.style.setProperty('margin-top', '300px'));
        await page.waitForFunction(() => window.shifts.some(({ value }) => value > 0.01)); // so it is measured
        await context.close();
    });
}

test('the address is the state: back and forward, links that others open', async () => {
    const { page } = await atDesk();
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
});

test('keys: search, pages, periods, help', async () => {
    const { page } = await atDesk();
    await open(page, '/');
    await page.keyboard.press('/');
    await page.keyboard.type('average order'); // the field has the focus with the dialogue
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
});

test('an order is found by its number, whatever days the page shows, and an article by its name', async () => {
    const { context, page } = await atDesk();
    const list = await (await context.request.get(`${shop.base}/api/v1/orders?from=2000-01-01&to=2099-01-01&sort=placed_at&limit=1`)).json();
    const oldest = list.items[0].id;
    await open(page, '/?period=yesterday');
    await page.keyboard.press('/');
    await page.keyboard.type(oldest);
    await page.keyboard.press('Enter'); // at once: the answer is waited for
    await page.waitForURL(new RegExp(`/orders/main/${oldest}$`));
    await settled(page);
    await page.keyboard.press('/');
    await page.keyboard.type('SV-0007');
    await page.getByRole('option').filter({ has: page.locator('.muted', { hasText: 'SV-0007' }) }).click();
    await page.waitForURL(/products\/SV-0007$/);
    await open(page, `/orders?q=${oldest}&period=yesterday`);
    await page.getByRole('link', { name: 'Search all days' }).click();
    await page.getByRole('link', { name: oldest, exact: true }).waitFor();
    assert.deepEqual(page.wrongs, []);
});

test('what pages look things up in is asked once, and again when the shop has changed', async () => {
    const context = await contextOf(LOOKS[0]);
    const page = await watched(context, shop.base);
    const asked = [];
    page.on('request', (request) => {
        const path = new URL(request.url()).pathname;
        if (/\/api\/v1\/(kpis|dimensions|dimensions\/store\/values)$/.test(path)) asked.push(path);
    });
    await open(page, '/kpi/net_sales');
    assert.equal(asked.filter((path) => path.endsWith('kpis')).length, 1);
    assert.equal(new Set(asked).size, asked.length, `${asked}`);
    asked.length = 0;
    await page.locator('.nav').getByRole('link', { name: 'Explore' }).click();
    await page.waitForURL(/\/explore/);
    await settled(page);
    assert.deepEqual(asked, []);

    const { csrf } = await session(context);
    const headers = { 'X-CSRF-Token': csrf };
    const { yaml } = await (await context.request.get(`${shop.base}/api/v1/definitions/aov`)).json();
    await context.request.put(`${shop.base}/api/v1/definitions/aov`, { headers, data: { yaml: yaml.replace('en: Average order value', 'en: Value of a basket') } });
    await page.locator('.nav').getByRole('link', { name: 'Definitions' }).click(); // asks for the catalogue alone
    await page.getByText('Value of a basket').first().waitFor();

    // the way back asks first, in a dialogue of the board: Escape leaves all as it is and the focus where it was
    await page.getByRole('link', { name: 'Value of a basket' }).click();
    await settled(page);
    const back = page.getByRole('button', { name: 'Back to the built-in definition' });
    await back.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    assert.equal(await back.evaluate((button) => document.activeElement === button), true);
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Back to the built-in definition' }).click();
    await page.getByRole('heading', { name: 'Average order value', level: 1 }).waitFor();
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('a pivot has the sums of its rows and columns as the API tells them, also of a rate', async () => {
    const { context, page } = await atDesk();
    await open(page, '/explore?kpi=net_sales,session_cr&by=channel,device&look=pivot&period=last-28');
    const exact = await page.locator('.pivot').evaluateAll((tables) => tables.map((table) => [...table.querySelectorAll('tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.dataset.exact ?? cell.textContent))));
    assert.equal(exact.length, 2);
    const { items } = await (await context.request.get(`${shop.base}/api/v1/periods`)).json();
    const days = items.find(({ id }) => id === 'last-28');
    const answer = await (await context.request.get(`${shop.base}/api/v1/kpi?id=net_sales,session_cr&by=channel&from=${days.from}&to=${days.to}`)).json();
    answer.kpis.forEach((kpi, at) => {
        const sums = new Map(exact[at].filter((row) => row.length > 0).map((row) => [row[0], row.at(-1)]));
        const rows = kpi.rows.filter(({ by }) => by.channel && sums.has(by.channel));
        assert.ok(rows.length > 3);
        for (const row of rows) assert.equal(sums.get(row.by.channel), row.value ?? '', `${kpi.id} ${row.by.channel}`);
        assert.equal(sums.get('Total'), kpi.total.value);
    });
    assert.deepEqual(page.wrongs, []);
});

test('on a phone a funnel has bars, and the choice that is made is seen', async () => {
    const context = await contextOf({ ...LOOKS[0], width: 390, height: 844 });
    const page = await watched(context, shop.base);
    await open(page, '/explore?look=funnel');
    const blue = await page.locator('.chart-canvas canvas').evaluate((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let strong = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && data[i + 2] > 120 && data[i] < 60) strong++;
        return strong / (data.length / 4);
    });
    assert.ok(blue > 0.03, `${blue} of the picture is bars`);
    const seen = await page.locator('.segmented [aria-pressed="true"]').first().evaluate((button) => {
        const [own, row] = [button, button.parentElement].map((part) => part.getBoundingClientRect());
        return own.left >= row.left && own.right <= row.right + 1;
    });
    assert.ok(seen);
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

/** RFC 4180: quoted cells may hold commas, quotes and lines. */
function rowsOfCsv(text) {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
        rows.at(-1).push(quoted?.replace(/""/g, '"') ?? plain);
        if (end.endsWith('\n')) rows.push([]);
    }
    return rows;
}

test('an exported file holds the figures of the API', async () => {
    const { context, page } = await atDesk();
    await open(page, '/explore?kpi=net_sales&by=channel&look=bar');
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    const url = new URL(download.url());
    url.searchParams.set('format', 'json');
    url.searchParams.delete('format');
    const answer = await (await context.request.get(url.href)).json();
    const rows = answer.kpis[0].rows;
    const table = rowsOfCsv(csv);
    assert.ok(rows.length > 3);
    for (const row of rows) {
        const name = row.by.channel.replace(/^([=+@-])/, "'$1"); // no cell of the file is a formula
        const line = table.find((cells) => cells.includes(name));
        assert.ok(line?.some((cell) => cell !== '' && Number(cell) === Number(row.value)), `${name} ${row.value} in ${line}`);
    }
});

test('a figure opens its rows, they add up to it, and from there the order, customer and article of its store', async () => {
    const { context, page } = await atDesk();
    await open(page, '/explore?store=west&kpi=net_sales&by=channel&grain=week&period=last-28');
    const figure = page.locator('.drill').first();
    const exact = await figure.evaluate((a) => a.closest('td').dataset.exact);
    await figure.click();
    await page.waitForURL(/\/rows\/net_sales\?/);
    await settled(page);
    const { searchParams: asked } = new URL(page.url());
    assert.ok(new Date(asked.get('to')) - new Date(asked.get('from')) < 7 * 86400000, page.url());
    assert.match(asked.get('where'), /^channel = /);
    const rows = await (await context.request.get(`${shop.base}/api/v1/rows?kpi=net_sales&${new URLSearchParams(['from', 'to', 'where', 'store'].map((name) => [name, asked.get(name)]))}`)).json();
    assert.equal(rows.value, exact);

    // both stores have an order W1 of a customer wu
    await open(page, '/orders?q=W1');
    const links = page.getByRole('link', { name: 'W1', exact: true });
    assert.deepEqual((await links.evaluateAll((all) => all.map((a) => a.getAttribute('href')))).sort(), ['/orders/main/W1', '/orders/west/W1']);
    for (const [store, amount] of [['main', '7.00'], ['west', '80.00']]) {
        await page.goto(`${shop.base}/orders/${store}/W1`);
        await settled(page);
        assert.ok((await page.locator('main').innerText()).includes(amount), `${store} shows ${amount}`);
    }
    await open(page, '/orders/main/W1');
    await page.getByRole('link', { name: 'wu', exact: true }).click();
    await page.waitForURL(/\/customers\/main\/wu$/);
    await settled(page);
    await page.getByRole('link', { name: 'W1', exact: true }).click();
    await page.waitForURL(/\/orders\/main\/W1$/);
    await settled(page);
    await page.getByRole('link', { name: /SV-0001/ }).click();
    await page.waitForURL(/\/products\/SV-0001$/);
    await settled(page);
    assert.deepEqual(page.wrongs, []);
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
    const { context: admin } = await atDesk();
    const { context, page } = await loggedIn(admin, 'Wang', 'viewer');
    await open(page, '/kpi/net_sales');
    assert.equal(await page.getByRole('button', { name: 'Export' }).count(), 0);
    await open(page, '/targets');
    assert.equal(await page.getByRole('button', { name: 'Set a target' }).count(), 0);
    const own = await session(context);
    const refused = await context.request.post(`${shop.base}/api/v1/goals`, { data: { kpi: 'net_sales', period: '2026', base: '1' }, headers: { 'X-CSRF-Token': own.csrf } });
    assert.equal(refused.status(), 403);
    assert.deepEqual(page.wrongs, []);
    await context.close();
});

test('a share link opens its page without log-in and nothing else', async () => {
    const admin = await contextOf(LOOKS[0]);
    const page = await watched(admin, shop.base);
    await open(page, '/kpi/net_sales?view=periods');
    await page.getByRole('button', { name: 'Share this page' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    const guest = await newContext({ locale: 'en-GB' });
    const shared = await watched(guest, shop.base);
    await shared.goto(link);
    await shared.getByRole('heading', { name: 'Net sales', level: 1 }).waitFor();
    await settled(shared);
    assert.match(shared.url(), /view=periods/);
    assert.deepEqual(shared.wrongs, []);
    const refused = await guest.request.get(`${shop.base}/api/v1/users`);
    assert.ok([401, 403].includes(refused.status()));

    // Its time is over: the page that is open says so at its next question, and so does the link.
    execFileSync('sqlite3', [join(shop.dir, 'state.sqlite'), '.timeout 5000', 'UPDATE share SET expires_us = 1']);
    // A question that was still to be asked may end the page before this one does: then there is nothing left to click.
    const ended = shared.getByText('This link has ended').waitFor();
    await Promise.race([ended, shared.getByRole('link', { name: 'Breakdown' }).click()]);
    await ended;
    await shared.goto('about:blank');
    shared.wrongs.length = 0; // 401 was the point, also for what that page had asked last
    await shared.goto(link);
    await shared.getByText('This link has ended').waitFor();
    assert.equal(await shared.getByRole('heading', { name: 'Net sales' }).count(), 0);
    assert.equal((await guest.request.get(`${shop.base}/api/v1/kpi?id=net_sales&last=7d`)).status(), 401);
    assert.deepEqual(shared.wrongs, []);
    await guest.close();
    await admin.close();
});

test('who may see one store sees nothing of another, on any page', async () => {
    const { context: admin } = await atDesk();
    assert.match(await (await admin.request.get(`${shop.base}/api/v1/products`)).text(), /SV-\d/); // what must not be seen
    const { context, page } = await loggedIn(admin, 'Zhao', 'editor', ['west']);
    const told = [];
    const answers = [];
    page.on('response', (response) => {
        if (/\/api\//.test(response.url())) answers.push(response.text().then((text) => /SV-\d|"main"/.test(text) && told.push(`${response.url()}: ${text.match(/.{40}(SV-\d|"main").{20}/)?.[0]}`), () => undefined));
    });
    const pages = ['/', '/morning', '/kpi/net_sales', '/explore?kpi=net_sales,orders&by=sku&look=bar', '/profit', '/targets', '/products', '/customers', '/orders', '/data', '/data/imports', '/data/quarantine', '/definitions/aov', '/settings/me', '/rows/net_sales'];
    for (const path of pages) {
        await open(page, path);
        if (/SV-\d/.test(await page.evaluate(() => document.body.innerText))) told.push(`${path} shows an article of the other store`);
    }
    await Promise.all(answers);
    assert.deepEqual(told, []);
    assert.ok(answers.length > pages.length);
    assert.deepEqual(page.wrongs, []);
    await open(page, '/');
    const own = await (await context.request.get(`${shop.base}/api/v1/overview?last=28d`)).json();
    const scoped = await (await admin.request.get(`${shop.base}/api/v1/overview?last=28d&store=west`)).json();
    const sales = (overview) => overview.cards.find(({ id }) => id === 'net_sales').value;
    assert.equal(sales(own), '100.0000');
    assert.equal(sales(own), sales(scoped));
    assert.equal(await page.getByRole('button', { name: 'Choose' }).count(), 0);
    page.wrongs.length = 0;
    for (const path of ['/kpi/net_sales?store=main', '/products/SV-0001']) {
        await open(page, path);
        await page.getByRole('alert').first().waitFor();
    }
    await context.close();
});

test('what customers and suppliers write is text: on pages, in charts and in exported files', async () => {
    const { page } = await atDesk();
    page.on('dialog', (dialog) => page.wrongs.push(`dialogue: ${dialog.message()}`));
    for (const path of ['/?store=west', '/products?store=west', '/products/WEST-1', '/kpi/net_sales?store=west', '/explore?store=west&kpi=net_sales&by=category&look=treemap', '/explore?store=west&kpi=net_sales&by=channel,brand&look=pivot', '/profit?store=west&by=channel', '/orders/W1', '/rows/net_sales?store=west', '/customers?store=west', '/morning?report=week']) {
        await open(page, path);
        for (const chart of await page.locator('.chart-canvas').all()) await chart.hover({ position: { x: 120, y: 60 } });
        assert.equal(await page.evaluate(() => window.pwned), undefined, path);
        assert.equal(await page.locator('img[src="x"], main script').count(), 0, path);
        if (path === '/products/WEST-1') {
            assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), HOSTILE.title);
            await page.getByText(HOSTILE.review, { exact: true }).waitFor();
        }
    }
    assert.deepEqual(page.wrongs, []);

    await open(page, '/explore?store=west&kpi=net_sales&by=category&look=bar');
    const download = async (name) => {
        await page.getByRole('button', { name: 'Export' }).click();
        const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()]);
        return file.path();
    };
    const csv = readFileSync(await download('CSV'), 'utf8');
    assert.ok(csv.includes(`"'=HYPERLINK(""https`), csv);
    assert.ok(!/(^|[,\n"])=HYPERLINK/.test(csv), csv);
    const xlsx = await download('Excel');
    const part = (name) => execFileSync('unzip', ['-p', xlsx, name], { encoding: 'utf8' });
    assert.ok(part('xl/sharedStrings.xml').includes('=HYPERLINK('), 'the name is there as a text');
    assert.ok(!part('xl/worksheets/sheet1.xml').includes('HYPERLINK'), 'and not as a formula or link');
});

test('a file with a bad row is dropped, imported, its row repaired and counted', async () => {
    const { context, page } = await atDesk();
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
});

test('an import that is undone says which later files bring back what they shared with it', async () => {
    const { context, page } = await atDesk();
    const head = 'Order ID,Created At,Customer ID,SKU,Quantity,Unit Price';
    const line = (n) => `99100${n},2026-01-0${n} 10:00:00,c${n},SV-0001,1,19.50`;
    const bring = (name, rows) => {
        const file = join(shop.folder, name);
        writeFileSync(file, [head, ...rows].join('\n'));
        shop.run('import', file, '--store', 'main');
    };
    bring('first.csv', [line(1), line(2), line(3)]);
    bring('second.csv', [line(2), line(3), line(4)]);
    const { items } = await (await context.request.get(`${shop.base}/api/v1/imports?limit=10`)).json();
    const of = (name) => items.find((one) => one.file === name).id;
    await open(page, `/data/imports/${of('first.csv')}`);
    await page.getByRole('button', { name: 'Undo this import' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Undo this import' }).click();
    await page.getByText('import these files again').waitFor();
    await settled(page);
    await page.getByText('second.csv (2 rows)').waitFor();
    await page.getByRole('link', { name: `#${of('second.csv')}`, exact: true }).click();
    await settled(page);
    assert.equal(await page.getByText('import these files again').count(), 0);
    assert.deepEqual(page.wrongs, []);
});

test('a month shows its part of the year\'s target, after a split at once', async () => {
    const { context: admin, page } = await atDesk();
    await open(page, '/targets?of=this-month');
    const facts = () => page.locator('.facts dd').first().getAttribute('title');
    const even = await facts();
    await page.getByRole('button', { name: 'Split' }).click();
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByRole('button', { name: 'Make the change' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await settled(page);
    const month = new Date().toISOString().slice(0, 7);
    const { days } = await (await admin.request.get(`${shop.base}/api/v1/goals?period=${month}&kpi=net_sales&level=base`)).json();
    const sum = days.reduce((all, day) => all + Math.round(Number(day.target) * 1e4), 0) / 1e4;
    assert.equal(Number((await facts()).replace(/[^0-9.]/g, '')), sum);
    assert.notEqual(await facts(), even);
    assert.deepEqual(page.wrongs, []);
});

test('every report opens without being told of which day', async () => {
    const { page } = await atDesk();
    for (const report of ['morning', 'week', 'month', 'promo']) {
        await open(page, `/morning?report=${report}`);
        assert.equal(await page.getByRole('alert').count(), 0, report);
        assert.ok((await page.locator('.report h1, .state-title').count()) > 0, report);
        const day = page.locator('.toolbar input[type=date], .toolbar input[type=month]');
        for (const field of await day.all()) assert.notEqual(await field.inputValue(), '', `${report} says of when it is`);
    }
    assert.deepEqual(page.wrongs, []);
});

test('on paper a dark page is light, its charts have the width of the paper, what is pressed is gone', async () => {
    const context = await contextOf(LOOKS[1]);
    const page = await watched(context, shop.base);
    await open(page, '/kpi/net_sales');
    const ink = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--ink').trim());
    const dark = await ink();
    // before the page has the paper's width, as a browser begins to print
    const widths = () => page.evaluate(() => [...document.querySelectorAll('.chart-canvas canvas')].map((canvas) => canvas.clientWidth));
    const [onScreen] = await widths();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.ok(onScreen > 700 && (await widths()).every((width) => width <= 700), `${onScreen} then ${await widths()}`);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal((await widths())[0], onScreen);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 700, height: 1000 });
    assert.notEqual(await ink(), dark);
    await page.waitForFunction(() => [...document.querySelectorAll('.chart-canvas')].every((box) => box.querySelector('canvas')?.clientWidth === box.clientWidth));
    await page.waitForFunction(() => [...document.querySelectorAll('.tabs, .toolbar, .top, .nav')].every((part) => getComputedStyle(part).display === 'none'));
    await open(page, '/morning?report=month');
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.report-box')).breakInside), 'auto');
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
