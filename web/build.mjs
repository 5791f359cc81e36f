// Builds the board: hashed files, each also compressed, and the list of them that tools/embed reads.
//
//     node build.mjs [--out DIR]    DIR/index.html, DIR/assets/*, DIR.list
//     node build.mjs --test         builds the unit tests and runs them (node:test)
//
// Ends with status 1 on any warning of esbuild, or when the first load of the overview is too big.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIRST_LOAD_MAX = 350 * 1024;
// What the browser fetches until the overview is drawn: these modules and all they import statically.
const FIRST_LOAD = ['src/main.tsx', 'src/pages/overview.tsx', 'src/i18n/zh.ts', 'src/charts/engine.ts'];

export const options = {
    absWorkingDir: HERE,
    entryPoints: ['src/main.tsx'],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2021', 'chrome100', 'firefox100', 'safari15'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    entryNames: 'assets/[name]-[hash]',
    chunkNames: 'assets/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    logLevel: 'warning',
};

// The output that holds a source as its entry, and the outputs that it imports statically.
function reached(outputs, source) {
    const entry = Object.keys(outputs).find((name) => outputs[name].entryPoint === source);
    const seen = new Set();
    const walk = (name) => {
        if (seen.has(name) || outputs[name] === undefined) return;
        seen.add(name);
        for (const { path, kind } of outputs[name].imports) if (kind === 'import-statement') walk(path);
        if (outputs[name].cssBundle) walk(outputs[name].cssBundle);
    };
    if (entry !== undefined) walk(entry);
    return seen;
}

export function pageOf(outputs, outdir) {
    const prefix = relative(HERE, outdir);
    const url = (name) => `/${relative(prefix, name)}`;
    const entry = Object.keys(outputs).find((name) => outputs[name].entryPoint === 'src/main.tsx');
    // All that the overview is drawn with, but the language: found here, not one after the other.
    const wanted = FIRST_LOAD.filter((source) => !source.includes('i18n'));
    const preload = [...new Set(wanted.flatMap((source) => [...reached(outputs, source)]))].filter(
        (name) => name !== entry && name.endsWith('.js'),
    );
    return readFileSync(join(HERE, 'src/index.html'), 'utf8')
        .replace('<!-- styles -->', `<link rel="stylesheet" href="${url(outputs[entry].cssBundle)}">`)
        .replace(
            '<!-- modules -->',
            [
                ...preload.map((name) => `<link rel="modulepreload" href="${url(name)}">`),
                `<script type="module" src="${url(entry)}"></script>`,
            ].join('\n        '),
        );
}

async function buildBoard(outdir) {
    rmSync(outdir, { recursive: true, force: true });
    mkdirSync(outdir, { recursive: true });
    const { metafile, warnings } = await build({ ...options, outdir });
    const { outputs } = metafile;
    writeFileSync(join(outdir, 'index.html'), pageOf(outputs, outdir));
    const names = [
        'index.html',
        ...readdirSync(join(outdir, 'assets')).map((name) => `assets/${name}`),
    ].sort();
    const packed = new Map();
    for (const name of names) {
        const gzip = gzipSync(readFileSync(join(outdir, name)), { level: 9 });
        packed.set(name, gzip.length);
        writeFileSync(join(outdir, `${name}.gz`), gzip);
    }
    const list = names.flatMap((name) => [join(outdir, name), join(outdir, `${name}.gz`)]);
    writeFileSync(`${outdir}.list`, `${list.join('\n')}\n`);

    const first = new Set(FIRST_LOAD.flatMap((source) => [...reached(outputs, source)]));
    let sum = packed.get('index.html');
    for (const name of first) sum += packed.get(relative(relative(HERE, outdir), name)) ?? 0;
    const all = [...packed.values()].reduce((a, b) => a + b, 0);
    const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
    console.log(
        `board: ${names.length} files, ${kb(all)} compressed; first load of the overview ${kb(sum)} of ${kb(FIRST_LOAD_MAX)}`,
    );
    if (sum > FIRST_LOAD_MAX || warnings.length > 0) process.exitCode = 1;
}

async function runTests() {
    const entryPoints = readdirSync(join(HERE, 'test'))
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `test/${name}`);
    const outdir = join(HERE, 'build/tests');
    rmSync(outdir, { recursive: true, force: true });
    await build({
        absWorkingDir: HERE,
        entryPoints,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node18',
        jsx: 'automatic',
        jsxImportSource: 'preact',
        outdir,
        outExtension: { '.js': '.mjs' },
        sourcemap: 'inline',
        logLevel: 'warning',
    });
    const tests = entryPoints.map((name) =>
        join(outdir, name.replace(/^test\//, '').replace(/\.ts$/, '.mjs')),
    );
    const { status } = spawnSync(process.execPath, ['--test', ...tests], { cwd: HERE, stdio: 'inherit' });
    process.exitCode = status ?? 1;
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
    const at = process.argv.indexOf('--out');
    if (process.argv.includes('--test')) await runTests();
    else await buildBoard(resolve(at > 0 ? process.argv[at + 1] : join(HERE, 'build/board')));
}
