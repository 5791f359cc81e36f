// For working on the board: builds on each change and serves it, hands /api on to a running server.
//
//     node dev/server.mjs [PORT [http://127.0.0.1:8080]]
//
// Nothing of this folder is shipped.
import { createReadStream, existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { options, pageOf } from '../build.mjs';
import { missing } from './missing.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, '../build/dev');
const port = Number(process.argv[2] ?? 8090);
const upstream = new URL(process.argv[3] ?? 'http://127.0.0.1:8080');
const MIMES = { js: 'text/javascript', css: 'text/css' };

const builder = await context({ ...options, minify: false, sourcemap: 'inline', outdir: OUT });
let page = '';
async function rebuild() {
    const { metafile } = await builder.rebuild();
    page = pageOf(metafile.outputs, OUT);
}

function pass(req, res) {
    const headers = { ...req.headers, host: upstream.host };
    if (headers.origin) headers.origin = upstream.origin;
    const sent = request(
        { host: upstream.hostname, port: upstream.port, path: req.url, method: req.method, headers },
        async (answer) => {
            const instead =
                answer.statusCode === 404 ||
                (process.env.BOARD_DEV_SESSION && req.url.startsWith('/api/v1/session'))
                    ? await missing(req, upstream)
                    : undefined;
            if (instead !== undefined) {
                answer.resume();
                res.writeHead(instead.status ?? 200, { 'Content-Type': 'application/json' });
                res.end(JSON.stringify(instead.body ?? instead));
                return;
            }
            res.writeHead(answer.statusCode, answer.headers);
            answer.pipe(res);
        },
    );
    sent.on('error', (reason) => {
        res.writeHead(502, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify({ error: { status: 502, message: String(reason) } }));
    });
    req.pipe(sent);
}

createServer(async (req, res) => {
    const { pathname } = new URL(req.url, 'http://localhost');
    if (pathname.startsWith('/api/') || pathname.startsWith('/s/')) return pass(req, res);
    const file = join(OUT, pathname);
    if (pathname.startsWith('/assets/') && existsSync(file)) {
        res.writeHead(200, { 'Content-Type': MIMES[file.split('.').pop()] ?? 'application/octet-stream' });
        return createReadStream(file).pipe(res);
    }
    try {
        await rebuild();
    } catch {
        res.writeHead(500);
        return res.end('the build failed; see the terminal');
    }
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    return res.end(page);
}).listen(port, '127.0.0.1', () =>
    console.log(`board on http://127.0.0.1:${port}, api of ${upstream.origin}`),
);
