// What the board's pages ask, and how long they take, in Debian's Chromium.
//
//     node bench/pages.mjs record URL NAME PASSWORD FOLDER   FOLDER/mix: "PAGE<tab>PATH" a request;
//                                                            FOLDER/questions: those of KPIs alone;
//                                                            FOLDER/statements: the SQL behind each
//     node bench/pages.mjs times URL NAME PASSWORD LABEL [QUERY]   rows of a Markdown table; QUERY: the days looked at
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, settled } from '../tests/board/lib.mjs';

const [what, base, name, password, last, query = ''] = process.argv.slice(2);
const PERIODS = ['last-7', 'last-28', 'this-month', 'last-month', 'last-90'];
const PAGES = [
    '/', '/kpi/net_sales', '/kpi/orders', '/kpi/aov?by=category', '/kpi/net_sales?view=multiples', '/kpi/orders?view=heat',
    '/explore?kpi=net_sales,orders&by=channel', '/explore?kpi=units&by=category', '/profit', '/products', '/morning', '/targets', '/data', '/definitions',
];
const ROUNDS = 5;
const LOOK_MS = 2500; // somebody looks at a page before they click; the board brings the next pages' modules meanwhile
const VIEW = { width: 1440, height: 900 };

const browser = await launch();
try {
    const storageState = await logIn();
    if (what === 'record') await record(storageState);
    else if (what === 'times') await times(storageState);
    else throw new Error('record or times?');
} finally {
    await browser.close();
}

async function logIn() {
    const context = await browser.newContext({ viewport: VIEW, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(base);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await settled(page);
    const state = await context.storageState();
    await context.close();
    return state;
}

// ---- what the pages ask ------------------------------------------------------------------------------

async function record(storageState) {
    const context = await browser.newContext({ viewport: VIEW, storageState, locale: 'en-GB' });
    const mix = [];
    const questions = new Set();
    for (const period of PERIODS)
        for (const path of PAGES) {
            const page = await context.newPage();
            const asked = [];
            page.on('request', (request) => {
                const url = new URL(request.url());
                if (request.method() === 'GET' && url.pathname.startsWith('/api/')) asked.push(url.pathname + url.search);
            });
            await page.goto(`${base}${path}${path.includes('?') ? '&' : '?'}period=${period}`);
            await settled(page);
            await page.close();
            for (const one of new Set(asked)) {
                mix.push(`${path} ${period}\t${one}`);
                if (one.startsWith('/api/v1/kpi?')) questions.add(one);
            }
        }
    const statements = [];
    for (const question of questions) {
        const answer = await (await context.request.get(`${base}${question}&evidence=1`)).json();
        const texts = (answer.evidence?.sql ?? []).map(({ text }) => bound(text));
        if (texts.length > 0) statements.push(`${texts.join('\n')}\n`);
    }
    writeFileSync(join(last, 'mix'), `${mix.join('\n')}\n`);
    writeFileSync(join(last, 'questions'), `${[...questions].map((q, i) => `${i}\t${q}`).join('\n')}\n`);
    writeFileSync(join(last, 'statements'), `${statements.join('\n')}\n`);
}

/** The evidence prints a statement with its values behind it, "-- $1 = 'sale'"; here they stand in their places. */
function bound(text) {
    const values = new Map();
    const sql = text.replace(/^-- \$(\d+) = (.*)$/gm, (_, n, value) => {
        values.set(n, /^\d{4}-\d\d-\d\d$/.test(value) ? `DATE '${value}'` : value);
        return '';
    });
    return sql.replace(/\$(\d+)/g, (whole, n) => values.get(n) ?? whole).replace(/\s+/g, ' ').trim();
}

// ---- how long they take ------------------------------------------------------------------------------

function row(label, all) {
    const sorted = [...all].sort((a, b) => a - b);
    console.log(`| ${last}: ${label} | ${sorted[Math.floor(all.length / 2)].toFixed(0)} | ${sorted.at(-1).toFixed(0)} |`);
}

/** In the page: from a click on a link until what it opens is there; `whole`: and all else is asked, answered, drawn. */
function clickTime(page, selector, ready, whole = true) {
    return page.evaluate(
        async ([link, wanted, all]) => {
            const isReady = () =>
                document.querySelector(wanted) !== null &&
                (!all || document.querySelector('.shell main .skeleton, .shell main [aria-busy="true"], .chart-canvas:not([data-drawn])') === null);
            const element = document.querySelector(link);
            if (!element) throw new Error(`no ${link} on ${location.pathname}`);
            const from = performance.now();
            element.click();
            do {
                if (performance.now() - from > 30000) throw new Error(`${link}: not ready in 30 s`);
                await new Promise((frame) => requestAnimationFrame(frame)); // the board draws before it
            } while (!isReady());
            return performance.now() - from;
        },
        [selector, ready, whole],
    );
}

async function times(storageState) {
    const NEXT = [
        ['Morning', '/morning', 'main article, main .document, main h1, main h2'], ['Explore', '/explore', 'main .chart-canvas'], ['Profit', '/profit', 'main .chart-canvas'],
        ['Targets', '/targets', 'main table, main .state, main .section'], ['Products', '/products', 'main table'], ['Data', '/data', 'main table'], ['Definitions', '/definitions', 'main table, main a[href^="/definitions/"]'],
    ];
    const cold = [];
    const frame = [];
    const warm = [];
    const chart = [];
    const kpi = [];
    const first = new Map(NEXT.map(([label]) => [label, []]));
    const again = new Map(NEXT.map(([label]) => [label, []]));
    for (let i = 0; i < ROUNDS; i++) {
        const context = await browser.newContext({ viewport: VIEW, storageState, locale: 'en-GB' });
        const page = await context.newPage();
        cold.push(await openTime(page, `/${query}`));
        frame.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
        await page.waitForTimeout(LOOK_MS);
        chart.push(await clickTime(page, 'main a[href^="/kpi/net_sales"]', '.kpi .chart-canvas[data-drawn]', false));
        await settled(page);
        await page.goBack();
        await settled(page);
        await page.waitForTimeout(LOOK_MS);
        kpi.push(await clickTime(page, 'main a[href^="/kpi/orders"]', '.kpi .chart-canvas'));
        for (const round of [first, again])
            for (const [label, path, ready] of NEXT) round.get(label).push(await clickTime(page, `.nav a[href^="${path}"]`, ready));
        warm.push(await openTime(page, `/${query}`));
        await context.close();
    }
    row('overview, nothing in the browser yet, until its controls stand', frame);
    row('overview, nothing in the browser yet, to the drawn chart', cold);
    row('overview, files in the browser, to the drawn chart', warm);
    row('click on a KPI, to its drawn chart', chart);
    row('click on another KPI, to all its charts and tables', kpi);
    for (const [label, all] of first) row(`next page, first time: ${label}`, all);
    for (const [label, all] of again) row(`next page, again: ${label}`, all);
}

/** From the start of the navigation, by the page's own clock. */
async function openTime(page, path) {
    await page.goto(base + path, { waitUntil: 'commit' });
    await settled(page);
    return page.evaluate(() => performance.now());
}
