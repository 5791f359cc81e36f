// Chat robots on 127.0.0.1, as their documentation describes them, with faults on demand. No packages.
//
//   node robot_server.mjs PORT_FILE       writes its port there, and serves until it is killed
//
//   /robot/send?access_token=ding         DingTalk, signed with SECding
//   /open-apis/bot/v2/hook/fei            Feishu, signed with fei-secret
//   /cgi-bin/webhook/send?key=wecom       WeCom
//   /services/slack                       Slack
//   /hook                                 a server of one's own, signed with hook-secret
//   /__/log  /__/clear  /__/fault?kind=K&times=N  /__/limit?n=N
//
// Signatures are checked here by rules that are written once more, apart from the program's. What was taken is in the log,
// a line each: the service, a tab, the text with " | " for line breaks.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { renameSync, writeFileSync } from 'node:fs';

const log = [];
const asked = []; // times of requests
const seen = new Set(); // deliveries to a server of one's own: the same card again is told apart
let limit = 20; // a minute
let fault = { kind: '', times: 0 };

const hmac = (key, text) => createHmac('sha256', key).update(text);
const fresh = (ms) => Math.abs(Date.now() - ms) < 3600e3;

function send(res, status, body, head = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...head });
    res.end(text);
}

const keep = (service, text) => log.push(`${service}\t${text.replaceAll('\n', ' | ')}`);

// ---- Services: each says whether it takes the message, in its own way ------------------------------------------------

function dingtalk(req, res, url, body, text) {
    const q = url.searchParams;
    const no = (errcode, errmsg) => send(res, 200, { errcode, errmsg });
    if (q.get('access_token') !== 'ding') return no(300005, 'token is not exist');
    const want = hmac('SECding', `${q.get('timestamp')}\nSECding`).digest('base64');
    if (!fresh(Number(q.get('timestamp')))) return no(310000, 'invalid timestamp');
    if (q.get('sign') !== want) return no(310000, 'sign not match');
    if (asked.length > limit) return no(130101, 'send too fast, exceed 20 times per minute');
    if (body.msgtype !== 'text' || !body.text.content) return no(40035, 'param error');
    if (text.length > 20000) return no(460101, 'message too long');
    keep('dingtalk', body.text.content);
    return no(0, 'ok');
}

function feishu(req, res, url, body, text) {
    const no = (code, msg) => send(res, code === 0 ? 200 : 400, { code, msg, data: {} });
    if (!url.pathname.endsWith('/fei')) return no(19001, 'param invalid: incoming webhook access token invalid');
    const want = hmac(`${body.timestamp}\nfei-secret`, '').digest('base64');
    if (!fresh(Number(body.timestamp) * 1000) || body.sign !== want)
        return send(res, 200, { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' });
    if (asked.length > limit) return send(res, 200, { code: 11232, data: {}, msg: 'frequency limited psm[x]appID[1500]' });
    if (text.length > 20 * 1024) return no(9499, 'Bad Request');
    const card = body.card;
    if (body.msg_type !== 'interactive' || card.header.title.tag !== 'plain_text' || card.elements[0].tag !== 'div') return no(9499, 'Bad Request');
    keep('feishu', `${card.header.title.content}\n${card.elements[0].text.content}`);
    return send(res, 200, { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' });
}

function wecom(req, res, url, body) {
    const no = (errcode, errmsg) => send(res, 200, { errcode, errmsg });
    if (url.searchParams.get('key') !== 'wecom') return no(93000, 'invalid webhook url');
    if (asked.length > limit) return no(45009, 'api freq out of limit');
    if (body.msgtype !== 'text' || Buffer.byteLength(body.text.content) > 2048) return no(40058, 'text.content exceed max length 2048');
    keep('wecom', body.text.content);
    return no(0, 'ok');
}

function slack(req, res, url, body) {
    if (url.pathname !== '/services/slack') return send(res, 404, 'no_service');
    if (asked.length > limit) return send(res, 429, 'rate_limited', { 'Retry-After': '30' });
    const [header, section] = body.blocks ?? [];
    if (!body.text || header?.text.type !== 'plain_text' || header.text.text.length > 150 || section.text.text.length > 3000) return send(res, 400, 'invalid_blocks');
    keep('slack', `${header.text.text}\n${section.text.text}`);
    return send(res, 200, 'ok');
}

function hook(req, res, url, body, text) {
    const stamp = req.headers['x-shopvane-timestamp'];
    const want = `sha256=${hmac('hook-secret', `${stamp}.${text}`).digest('hex')}`;
    if (!fresh(Number(stamp) * 1000) || req.headers['x-shopvane-signature'] !== want) return send(res, 401, 'bad signature');
    const twice = seen.has(req.headers['x-shopvane-delivery']);
    seen.add(req.headers['x-shopvane-delivery']);
    keep(twice ? 'hook again' : 'hook', body.text);
    return send(res, 204, '');
}

const services = [
    ['/robot/send', dingtalk],
    ['/open-apis/bot/v2/hook/', feishu],
    ['/cgi-bin/webhook/send', wecom],
    ['/services/', slack],
    ['/hook', hook],
];

// ---- Faults, and the test's own hand ---------------------------------------------------------------------------------

const faults = {
    429: (res) => send(res, 429, 'slow down', { 'Retry-After': '7' }),
    500: (res) => send(res, 500, 'oops'),
    503: (res) => send(res, 503, 'later'),
    html: (res) => send(res, 200, '<html>maintenance</html>', { 'Content-Type': 'text/html' }),
    elsewhere: (res) => send(res, 302, '', { Location: 'http://127.0.0.1:1/robot/send' }),
    hang: () => {},
    reset: (res) => res.destroy(),
};

function hand(res, url) {
    const q = url.searchParams;
    const verbs = {
        log: () => log.join('\n'),
        clear: () => ((log.length = 0), seen.clear(), (asked.length = 0), (limit = 20), (fault = { kind: '', times: 0 }), ''),
        fault: () => ((fault = { kind: q.get('kind'), times: Number(q.get('times') ?? 1) }), ''),
        limit: () => ((limit = Number(q.get('n'))), ''),
    };
    const verb = verbs[url.pathname.replace('/__/', '')];
    return verb ? send(res, 200, `${verb()}\n`, { 'Content-Type': 'text/plain' }) : send(res, 404, 'no such verb');
}

const server = createServer((req, res) => {
    const url = new URL(req.url, `http://${req.headers.host}`);
    if (url.pathname.startsWith('/__/')) return hand(res, url);
    const parts = [];
    req.on('data', (part) => parts.push(part));
    req.on('end', () => {
        const text = Buffer.concat(parts).toString();
        asked.push(Date.now());
        while (asked[0] < Date.now() - 60e3) asked.shift();
        if (fault.times > 0) {
            fault.times--;
            if (fault.kind === 'hang' || fault.kind === 'reset' || fault.kind === '500') log.push(`${fault.kind}\t${url.pathname}`);
            return faults[fault.kind](res);
        }
        const service = services.find(([path]) => url.pathname.startsWith(path));
        if (!service || req.method !== 'POST') return send(res, 404, 'not found');
        if (!/^application\/json/.test(req.headers['content-type'])) return send(res, 415, 'json only');
        return service[1](req, res, url, JSON.parse(text), text);
    });
});

server.listen(0, '127.0.0.1', () => {
    writeFileSync(`${process.argv[2]}.new`, String(server.address().port));
    renameSync(`${process.argv[2]}.new`, process.argv[2]);
});
