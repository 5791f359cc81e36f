// Asks every operation of openapi.json as every kind of user, and holds every JSON answer against its
// schema. What may be asked comes from the description alone, so a new endpoint is tested as soon as it
// is there; one that needs parameters nobody here knows fails until it has an example below.
// usage: node api_rights.mjs PORT SECRETS.json
import http from 'node:http';
import { readFileSync } from 'node:fs';

const port = Number(process.argv[2]);
const secrets = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const ROLES = ['none', 'viewer', 'analyst', 'editor', 'admin'];
let checks = 0;
const problems = [];

export function ask(method, path, { headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const req = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
            const parts = [];
            res.on('data', (part) => parts.push(part));
            res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text: Buffer.concat(parts).toString() }));
        });
        req.on('error', reject);
        req.setTimeout(60000, () => req.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
        if (body !== undefined) req.write(body);
        req.end();
    });
}

function check(fits, text) {
    checks++;
    if (!fits) problems.push(text);
}

// ---- JSON Schema, as far as our shapes use it ------------------------------------------------------

const TYPES = {
    string: (v) => typeof v === 'string', integer: Number.isInteger, number: (v) => typeof v === 'number',
    boolean: (v) => typeof v === 'boolean', null: (v) => v === null, array: Array.isArray,
    object: (v) => typeof v === 'object' && v !== null && !Array.isArray(v),
};

function mismatch(doc, schema, value, at) {
    if (schema.$ref) return mismatch(doc, doc.components.schemas[schema.$ref.split('/').pop()], value, at);
    if (schema.anyOf) {
        const all = schema.anyOf.map((one) => mismatch(doc, one, value, at));
        return all.some((m) => m === null) ? null : all[0];
    }
    if (schema.type && !TYPES[schema.type](value)) return `${at}: no ${schema.type}: ${JSON.stringify(value).slice(0, 80)}`;
    if (schema.enum && !schema.enum.includes(value)) return `${at}: ${JSON.stringify(value)} is none of ${schema.enum}`;
    if (schema.minLength && value.length < schema.minLength) return `${at}: empty`;
    if (schema.minimum !== undefined && value < schema.minimum) return `${at}: ${value} < ${schema.minimum}`;
    if (schema.pattern && !new RegExp(schema.pattern).test(value)) return `${at}: ${JSON.stringify(value)} is no ${schema.pattern}`;
    if (schema.format === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) return `${at}: no date: ${value}`;
    if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) return `${at}: no instant: ${value}`;
    if (Array.isArray(value)) return items(doc, schema, value, at);
    return TYPES.object(value) && schema.properties ? members(doc, schema, value, at) : null;
}

function items(doc, schema, value, at) {
    for (let i = 0; schema.items && i < value.length; i++) {
        const m = mismatch(doc, schema.items, value[i], `${at}[${i}]`);
        if (m) return m;
    }
    return null;
}

function members(doc, schema, value, at) {
    for (const key of schema.required) if (!(key in value)) return `${at}.${key}: missing`;
    for (const [key, one] of Object.entries(value)) {
        const own = schema.properties[key] ?? schema.additionalProperties;
        if (own === false) return `${at}.${key}: not described`;
        const m = own === true ? null : mismatch(doc, own, one, `${at}.${key}`);
        if (m) return m;
    }
    return null;
}

function check_answer(doc, operation, answer, what) {
    const kind = answer.status < 300 ? '2XX' : answer.status < 500 ? '4XX' : '5XX';
    const schema = operation.responses[kind]?.content?.['application/json']?.schema;
    if (!schema || answer.status === 304 || !/^application\/json/.test(answer.headers['content-type'] ?? '')) return;
    let value;
    try {
        value = JSON.parse(answer.text);
    } catch {
        check(false, `${what}: no JSON: ${answer.text.slice(0, 100)}`);
        return;
    }
    const m = mismatch(doc, schema, value, '$');
    check(m === null, `${what}: ${answer.status}: ${m}`);
}

// ---- Examples ----------------------------------------------------------------------------------------

const RANGE = { from: '2024-01-01', to: '2024-03-31' };
const SEGMENTS = {
    '/api/v1/dimensions/{id}/values': { id: 'country' }, '/api/v1/reports/{name}': { name: 'week' },
    '/s/{token}': { token: 'x'.repeat(43) }, '/api/v1/stores/{id}': { id: 'west' },
};
const QUERIES = {
    '/api/v1/kpi': { id: 'net_sales,orders,aov', by: 'sku', grain: 'month', ...RANGE, compare: 'prev', evidence: '1' },
    '/api/v1/calendar': RANGE, '/api/v1/overview': RANGE, '/api/v1/profit': RANGE,
    '/api/v1/dimensions/{id}/values': RANGE, '/api/v1/goals': { period: '2024-03' },
    '/api/v1/reports/{name}': { period: '2024-03' }, '/api/v1/rows': { kpi: 'net_sales', ...RANGE }, 'POST /api/v1/uploads': { name: 'rights.csv', as_store: 'west' },
};

function address(path, method, operation) {
    const given = { ...SEGMENTS[path] };
    const query = { ...(QUERIES[`${method} ${path}`] ?? QUERIES[path]) };
    const known = new Set(operation.parameters.filter((p) => p.in === 'query').map((p) => p.name));
    for (const p of operation.parameters) {
        if (p.in === 'path') given[p.name] ??= '999999';
        else if (p.required && !(p.name in query)) check(false, `${method} ${path}: say an example of ${p.name} in api_rights.mjs`);
    }
    const place = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(given[name]));
    const words = new URLSearchParams(Object.entries(query).filter(([name]) => known.has(name)));
    return words.size === 0 || String(words) === '' ? place : `${place}?${words}`;
}

// ---- Rights ------------------------------------------------------------------------------------------

const bearer = (token) => ({ Authorization: `Bearer ${token}` });
// Who asks: his role, and how he proves to be himself.
const people = [
    { name: 'nobody', role: 'none', headers: {} },
    { name: 'a wrong token', role: 'none', headers: bearer('A'.repeat(43)), refuses_all: true },
    { name: 'viewer', role: 'viewer', headers: { Cookie: secrets.viewer.cookie, 'X-CSRF-Token': secrets.viewer.csrf } },
    { name: 'share link', role: 'viewer', headers: { Cookie: secrets.share }, is_share: true, reads_only: true },
    { name: 'analyst', role: 'analyst', headers: bearer(secrets.analyst) },
    { name: 'reading token of an editor', role: 'editor', headers: bearer(secrets.reader), reads_only: true },
    { name: 'editor of one store', role: 'editor', headers: bearer(secrets.scoped), scope: 'west' },
    { name: 'editor', role: 'editor', headers: bearer(secrets.editor) },
    { name: 'admin', role: 'admin', headers: bearer(secrets.admin) },
];

// The one status that must come, or null: he may, so anything but a refusal of rights.
function refusal(who, method, operation) {
    const needs = operation['x-role'];
    const changes = method !== 'GET';
    if (who.refuses_all) return 401;
    if (needs === 'none') return null;
    if (who.role === 'none') return 401;
    if (who.reads_only && changes) return 403;
    if (who.is_share && operation['x-users-only']) return 403;
    if (ROLES.indexOf(who.role) < ROLES.indexOf(needs)) return 403;
    if (who.scope && operation['x-scope'] === 'whole') return 403;
    return null;
}

function request_of(operation, headers) {
    const types = operation.requestBody ? Object.keys(operation.requestBody.content) : [];
    if (types.length === 0) return { headers };
    const body = types[0] === 'application/json' ? '{}' : 'Order ID,SKU\n';
    return { headers: { ...headers, 'Content-Type': types[0], 'Content-Length': Buffer.byteLength(body) }, body };
}

async function check_rights(doc, path, method, operation) {
    for (const who of people) {
        if (path === '/api/v1/session' && method !== 'GET') continue; // would log the viewer out
        const at = address(path, method, operation);
        const what = `${method} ${at} as ${who.name}`;
        const answer = await ask(method, at, request_of(operation, who.headers));
        const wanted = refusal(who, method, operation);
        const refused = [401, 403].includes(answer.status);
        if (wanted !== null) check(answer.status === wanted, `${what}: ${answer.status}, not ${wanted}`);
        else if (path !== '/api/v1/first-admin') check(!refused, `${what}: ${answer.status} ${answer.text.slice(0, 160)}`);
        check(answer.status < 500 || answer.status === 503, `${what}: ${answer.status} ${answer.text.slice(0, 160)}`);
        check(answer.status !== 405, `${what}: 405`);
        check_answer(doc, operation, answer, what);
        check_headers(answer, what);
        // The log and lists of things of others name stores and paths; they are of administrators.
        if (who.scope && answer.status === 200 && operation['x-role'] !== 'none')
            for (const word of secrets.foreign)
                check(!answer.text.includes(word), `${what}: tells of the other store: ${word}`);
    }
}

function check_headers(answer, what) {
    check(answer.headers['x-content-type-options'] === 'nosniff', `${what}: no nosniff`);
    check(answer.headers['x-frame-options'] === 'DENY', `${what}: may be framed`);
    check('content-security-policy' in answer.headers, `${what}: no policy`);
    check('cache-control' in answer.headers, `${what}: no Cache-Control`);
}

// Another store is refused; all of one's own are as if none was said.
async function check_scope(path, method, operation) {
    if (operation['x-scope'] !== 'stores') return;
    const at = address(path, method, operation);
    const join = at.includes('?') ? '&' : '?';
    for (const store of ['main', 'west,main', 'moon']) {
        const answer = await ask(method, `${at}${join}store=${store}`, { headers: bearer(secrets.scoped) });
        check(answer.status === 403, `${method} ${at} store=${store} as editor of west: ${answer.status}`);
    }
    const unknown = await ask(method, `${at}${join}store=moon`, { headers: bearer(secrets.admin) });
    check(unknown.status === 404, `${method} ${at} store=moon as admin: ${unknown.status}`);
}

// A session's changes need its token, and come from our own pages only.
async function check_csrf(path, method, operation) {
    if (method === 'GET' || ['none', 'admin', 'editor', 'analyst'].includes(operation['x-role'])) return;
    const at = address(path, method, operation);
    const cookie = { Cookie: secrets.viewer.cookie };
    const csrf = { 'X-CSRF-Token': secrets.viewer.csrf };
    for (const [name, headers] of Object.entries({
        'no token': cookie, 'a wrong token': { ...cookie, 'X-CSRF-Token': 'x'.repeat(43) },
        'another origin': { ...cookie, ...csrf, Origin: 'https://evil.example' },
        'another site': { ...cookie, ...csrf, 'Sec-Fetch-Site': 'cross-site' },
    })) {
        const answer = await ask(method, at, request_of(operation, headers));
        check(answer.status === 403, `${method} ${at} with ${name}: ${answer.status}`);
    }
}

// Unknown parameters and members are refused by every row alike.
async function check_unknown(path, method, operation) {
    const at = address(path, method, operation);
    if (path === '/s/{token}' || path === '/api/v1/session') return;
    const answer = await ask(method, `${at}${at.includes('?') ? '&' : '?'}nosuch=1`, request_of(operation, bearer(secrets.admin)));
    check(answer.status === 400, `${method} ${at} with an unknown parameter: ${answer.status}`);
}

// What hostile words do in every parameter: a refusal or an answer, never a fault.
const HOSTILE = ["' OR 1=1 --", '"; DROP TABLE orders; --', '../../../../etc/passwd', '\u0001', '<script>alert(1)</script>',
    '%00', '{{7*7}}', '=cmd|1', '9'.repeat(400), '-1', '\u202e', 'x'.repeat(3000)];
async function check_hostile(path, method, operation) {
    if (method !== 'GET') return;
    const base = address(path, method, operation).split('?');
    for (const p of operation.parameters)
        for (const word of HOSTILE) {
            if (p.name === 'lang') continue;
            const words = new URLSearchParams(base[1] ?? '');
            let place = base[0];
            if (p.in === 'query') words.set(p.name, word);
            else place = path.replace(`{${p.name}}`, encodeURIComponent(word)).replace(/\{\w+\}/g, '1');
            const answer = await ask(method, `${place}?${words}`, { headers: bearer(secrets.admin) });
            check(answer.status < 500, `${method} ${place}?${words}: ${answer.status} ${answer.text.slice(0, 160)}`);
            check(!answer.text.includes('root:'), `${method} ${place}: shows a file`);
            check_answer({ ...doc_of }, operation, answer, `${method} ${place} ${p.name}=${word.slice(0, 20)}`);
        }
}

const description = await ask('GET', '/api/v1/openapi.json');
const doc_of = JSON.parse(description.text);
let operations = 0;
for (const [path, methods] of Object.entries(doc_of.paths))
    for (const [name, operation] of Object.entries(methods)) {
        const method = name.toUpperCase();
        operations++;
        await check_rights(doc_of, path, method, operation);
        await check_scope(path, method, operation);
        await check_csrf(path, method, operation);
        await check_unknown(path, method, operation);
        await check_hostile(path, method, operation);
    }
check(operations >= 25, `only ${operations} operations are described`);
for (const text of problems.slice(0, 60)) console.log(text);
console.log(`${operations} operations, ${checks} checks, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
