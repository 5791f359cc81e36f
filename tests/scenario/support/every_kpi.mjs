// Asks for every KPI of the catalogue: the rows behind it, all grains, and the parts of what is said to add up.
// In the short form (SHOPVANE_FULL is not 1) each KPI is asked for by one of its grains, parts and measures in turn.
// usage: node every_kpi.mjs PORT TOKEN
const [, , port, token] = process.argv;
const full = process.env.SHOPVANE_FULL === '1';
const GRAINS = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'total'];
let checks = 0;
const problems = [];

async function get(path) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return { status: answer.status, body: await answer.json() };
}

function check(fits, text) {
    checks++;
    if (!fits) problems.push(text);
}

// "-12.3400" -> -123400n: whole numbers and amounts, exactly.
function e4(text) {
    const [whole, fraction = ''] = text.replace('-', '').split('.');
    const n = BigInt(whole + fraction.padEnd(4, '0').slice(0, 4));
    return text.startsWith('-') ? -n : n;
}

// All of a list in the long form, in the short one a single of its items, another at each turn.
function some(list, turn) {
    return full || list.length === 0 ? list : [list[turn % list.length]];
}

async function rows(kpi, turn) {
    const first = await get(`rows?kpi=${kpi.id}&last=7d&limit=5`);
    check(first.status === 200 || /no rows behind it/.test(first.body.error?.message), `rows of ${kpi.id}: ${first.status}`);
    for (const measure of some(first.body.measures ?? [], turn)) {
        const one = await get(`rows?kpi=${kpi.id}&measure=${measure.id}&last=7d&limit=5`);
        check(one.status === 200 && one.body.measure === measure.id, `rows of ${measure.id}: ${one.status}`);
    }
}

async function grains(kpi, turn) {
    const others = GRAINS.filter((grain) => !kpi.grains.includes(grain));
    for (const grain of [...some(kpi.grains, turn), ...others]) {
        const { status } = await get(`kpi?id=${kpi.id}&grain=${grain}&last=2d`);
        check((status === 200) === kpi.grains.includes(grain), `${kpi.id} by ${grain}: ${status}, listed: ${kpi.grains}`);
    }
}

async function parts(kpi, turn) {
    for (const by of some(kpi.adds_up_by, turn)) {
        const { status, body } = await get(`kpi?id=${kpi.id}&grain=total&last=14d&by=${by}&top=3`);
        check(status === 200, `${kpi.id} by ${by}: ${status}`);
        const { total, rows: all } = body.kpis[0];
        if (total.value === null || all.some((row) => row.value === null)) continue;
        const sum = all.reduce((s, row) => s + e4(row.value), 0n);
        check(all.length === 0 || sum === e4(total.value), `${kpi.id} by ${by}: ${sum} is not ${total.value}`);
    }
}

const { body: { kpis } } = await get('kpis');
check(kpis.length > 150, `${kpis.length} KPIs`);
for (const [turn, kpi] of kpis.entries()) {
    try {
        await Promise.all([rows(kpi, turn), grains(kpi, turn), parts(kpi, turn)]);
    } catch (e) {
        problems.push(`${kpi.id}: ${e.message}`);
        break; // the server is gone
    }
}
const orders = kpis.find((k) => k.id === 'orders');
const sales = kpis.find((k) => k.id === 'net_sales');
check(orders.adds_up && orders.adds_up_by.includes('channel'), 'orders add up by channel');
check(!orders.adds_up_by.some((by) => ['sku', 'product', 'category', 'brand', 'class'].includes(by)), 'orders do not by article');
check(sales.adds_up_by.includes('category') && sales.adds_up_by.includes('channel'), 'sales add up by both');
check(!kpis.find((k) => k.id === 'aov').adds_up_by.length, 'a quotient adds up by nothing');
console.log(problems.slice(0, 20).join('\n'));
console.log(problems.length === 0 ? `all ${checks} hold` : `${problems.length} of ${checks} do not hold`);
process.exit(problems.length === 0 ? 0 : 1);
