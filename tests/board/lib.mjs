// What the tests share: a small demo shop, the server, a browser whose pages report every wrong.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, '../..');
const fromWeb = createRequire(join(ROOT, 'web/package.json'));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const DAYS = '60';
const ORDERS_A_DAY = '10';

export const full = process.env.SHOPVANE_BOARD_FULL === '1';
export const ADMIN = { name: 'Lin', password: 'correct horse battery' };

/** Why nothing can be tested here; null when all is there. */
export function missing() {
    if (!process.env.SHOPVANE_BIN) return 'SHOPVANE_BIN names no program';
    if (!CHROMIUM) return 'no Chromium: apt-get install chromium';
    if (!existsSync(join(ROOT, 'web/node_modules/playwright-core'))) return 'no packages: tools/web_packages all';
    return null;
}

export class Shop {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'shopvane-board.'));
        this.dir = join(this.folder, 'shop');
        this.program = resolve(process.env.SHOPVANE_BIN);
        execFileSync(this.program, ['demo', this.dir, '--days', DAYS, '--orders-per-day', ORDERS_A_DAY], { stdio: 'pipe' });
        const year = String(new Date().getFullYear());
        this.run('goals', 'set', year, '--kpi', 'net_sales', '--base', '600000');
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

/** Until nothing is asked for, nothing is a skeleton, and every chart is drawn. */
export async function settled(page) {
    await page.waitForFunction(
        () => document.querySelector('.shell main, main.bare > *') !== null && document.querySelector('.skeleton, [aria-busy="true"]') === null && document.querySelector('.chart-canvas:not([data-drawn])') === null,
        undefined,
        { timeout: 20000 },
    );
    await page.waitForTimeout(60);
}

const axeSource = () => readFileSync(fromWeb.resolve('axe-core/axe.min.js'), 'utf8');
let axe;

/** Findings of axe that are serious or critical, one a line. */
export async function seriousFindings(page) {
    axe ??= axeSource();
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    return result.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.slice(0, 4).map((node) => `${id}: ${node.target.join(' ')}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`));
}

const shots = process.env.SHOPVANE_SHOTS ?? join(tmpdir(), 'shopvane-board-shots');

export async function shot(page, name) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`) });
}
