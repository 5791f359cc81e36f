// Writes examples/exports/: made-up export files of every platform that a preset reads, with the
// dirt that real ones have. Their stores, orders, refunds and settlements fit together.
//
//   node tools/make_exports.mjs [OUT]        the same bytes each time
//
// OUT/figures.tsv says what each file adds up to; tests compare imports with it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeXls } from "./make_xls.mjs";

const OUT = process.argv[2] ?? "examples/exports";
const FIRST = Date.UTC(2025, 2, 1);
const DAYS = 31;
const DAY = 86400000;

// ---- numbers ------------------------------------------------------------------------------------

function random(seed) { // mulberry32
    let a = seed >>> 0;
    const next = () => {
        a = (a + 0x6d2b79f5) >>> 0;
        let t = Math.imul(a ^ (a >>> 15), a | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    return {
        next,
        int: (from, to) => from + Math.floor(next() * (to - from + 1)),
        pick: (list) => list[Math.floor(next() * list.length)],
        chance: (p) => next() < p,
    };
}

const money = (cents) => (cents < 0 ? "-" : "") + Math.floor(Math.abs(cents) / 100) + "." + String(Math.abs(cents) % 100).padStart(2, "0");
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const groupedMoney = (cents) => grouped(Math.floor(cents / 100)) + "." + String(cents % 100).padStart(2, "0");
const percent = (a, b) => (b === 0 ? "-" : (Math.round((a / b) * 10000) / 100).toFixed(2) + "%");
const stamp = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
const slashed = (ms) => { const d = new Date(ms); return `${d.getUTCFullYear()}/${d.getUTCMonth() + 1}/${d.getUTCDate()} ${d.getUTCHours()}:${String(d.getUTCMinutes()).padStart(2, "0")}`; };
const day = (ms) => new Date(ms).toISOString().slice(0, 10);
const sum = (list, f) => list.reduce((a, x) => a + f(x), 0);

// ---- files --------------------------------------------------------------------------------------

const figures = [];
function told(file, what, amount) { figures.push([file, what, String(amount)]); }

const gbk = (() => { // of the two-byte characters
    const map = new Map();
    const decoder = new TextDecoder("gb18030");
    for (let a = 0x81; a <= 0xfe; a++)
        for (let b = 0x40; b <= 0xfe; b++)
            if (b !== 0x7f) map.set(decoder.decode(Uint8Array.of(a, b)), (a << 8) | b);
    return map;
})();
function toGb18030(text) {
    const bytes = [];
    for (const c of text) {
        if (c.charCodeAt(0) < 0x80) { bytes.push(c.charCodeAt(0)); continue; }
        const code = gbk.get(c);
        if (code === undefined) throw new Error(`no GBK for ${c}`);
        bytes.push(code >> 8, code & 0xff);
    }
    return Buffer.from(bytes);
}
const plainCell = (c) => (/[",\r\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c);
const quotedCell = (c) => `"${c.replaceAll('"', '""')}"`;
function csv(columns, rows, { cell = plainCell, end = "\r\n", titles = [], foot = [] } = {}) {
    const line = (cells) => cells.map((c) => cell(String(c ?? ""))).join(",");
    return [...titles, line(columns), ...rows.map((r) => line(columns.map((c) => r[c]))), ...foot].join(end) + end;
}
function write(file, bytes) {
    mkdirSync(join(OUT, file, ".."), { recursive: true });
    writeFileSync(join(OUT, file), bytes);
}
const BOM = "\ufeff";

// ---- goods --------------------------------------------------------------------------------------

const goods = [
    ["QY-TEE-WH", "纯棉短袖T恤 白色", "Cotton tee white", 7900, 2600, "服饰/上衣"],
    ["QY-TEE-BK", "纯棉短袖T恤 黑色", "Cotton tee black", 7900, 2600, "服饰/上衣"],
    ["QY-HOOD-GR", "加绒连帽卫衣 灰色", "Fleece hoodie grey", 19900, 7200, "服饰/上衣"],
    ["QY-JEAN-01", "直筒牛仔裤 深蓝", "Straight jeans dark blue", 22900, 8600, "服饰/裤装"],
    ["QY-CAP-01", "棒球帽 米色", "Baseball cap beige", 4900, 1300, "配饰"],
    ["QY-SOCK-5", "中筒袜 五双装", "Crew socks, five pairs", 3900, 1100, "配饰"],
    ["QY-BAG-01", "帆布托特包", "Canvas tote", 9900, 3300, "箱包"],
    ["QY-MUG-01", "陶瓷马克杯 350ml", "Ceramic mug 350 ml", 5900, 1700, "家居"],
    ["QY-LAMP-02", "床头阅读灯", "Bedside lamp", 15900, 6100, "家居"],
    ["QY-TOWEL-3", "纯棉毛巾 三条装", "Cotton towels, three", 6900, 2200, "家居"],
].map(([sku, zh, en, price, cost, category], i) => ({ sku, zh, en, price, cost, category, item: String(680012345670 + i * 7), units: 0 }));

// An amount shared by weight, largest remainder, as platforms do.
function share(amount, weights) {
    const total = sum(weights, (w) => w);
    const parts = weights.map((w) => Math.floor((amount * w) / total));
    const rest = weights.map((w, i) => [(amount * w) % total, i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (let left = amount - sum(parts, (p) => p), k = 0; left > 0; left--, k++) parts[rest[k][1]]++;
    return parts;
}

// Orders of a store: most paid, some never, some refunded in part or whole.
function orders(seed, perDay, numberOf) {
    const r = random(seed);
    const list = [];
    for (let d = 0; d < DAYS; d++) {
        const n = perDay + r.int(-2, 2) + (d === 7 ? perDay : 0); // 8 March
        for (let i = 0; i < n; i++) {
            const at = FIRST + d * DAY + r.int(8 * 3600, 23 * 3600) * 1000;
            const lines = [];
            for (const g of new Set(Array.from({ length: r.chance(0.3) ? 2 : 1 }, () => r.pick(goods))))
                lines.push({ ...g, quantity: r.chance(0.2) ? 2 : 1 });
            const gross = sum(lines, (l) => l.price * l.quantity);
            const merchant = r.chance(0.4) ? Math.min(r.pick([500, 1000, 1333, 2000]), gross - 100) : 0;
            const platform = r.chance(0.25) ? Math.min(r.pick([300, 555, 1000]), gross - merchant - 100) : 0;
            const postage = gross < 5000 ? 600 : 0;
            const state = r.chance(0.06) ? "unpaid" : r.chance(0.09) ? "refunded" : r.chance(0.05) ? "partly" : d > DAYS - 3 ? "paid" : d > DAYS - 6 ? "shipped" : "done";
            const o = { at, number: numberOf(list.length, at), lines, gross, merchant, platform, postage, state, r: r.int(0, 1e9), pay: at + r.int(20, 900) * 1000 };
            const m = share(merchant, lines.map((l) => l.price * l.quantity));
            const p = share(platform, lines.map((l) => l.price * l.quantity));
            const s = share(postage, lines.map((l) => l.price * l.quantity));
            lines.forEach((l, k) => Object.assign(l, { gross: l.price * l.quantity, merchant: m[k], platform: p[k], postage: s[k], due: l.price * l.quantity - m[k] - p[k] + s[k], sub: `${o.number}${k + 1}` }));
            o.due = gross + postage - merchant - platform;
            o.isPaid = state !== "unpaid";
            o.refund = state === "refunded" ? o.due : state === "partly" ? Math.floor(o.due / 3) : 0;
            o.refundAt = o.pay + r.int(1, 9) * DAY;
            list.push(o);
        }
    }
    return list.sort((a, b) => a.at - b.at);
}
const paidOn = (list, d) => list.filter((o) => o.isPaid && day(o.pay) === day(FIRST + d * DAY));

// What is left of orders that were paid back as a whole: nothing, neither of goods nor of postage.
function toldBack(file, paid) {
    told(file, "returned", money(sum(paid, (o) => (o.state === "refunded" ? o.gross - o.merchant : o.refund))));
    told(file, "platform_back", money(sum(paid, (o) => (o.state === "refunded" ? o.platform : 0))));
    told(file, "postage_kept", money(sum(paid, (o) => (o.state === "refunded" ? 0 : o.postage))));
}

// What a store's back office says of its days.
function shopDays(file, list, seed, names, encode) {
    const r = random(seed);
    const rows = [];
    let paidTotal = 0;
    for (let d = 0; d < DAYS; d++) {
        const paid = paidOn(list, d);
        const visitors = paid.length * r.int(22, 34) + r.int(40, 90);
        const amount = sum(paid, (o) => o.due);
        paidTotal += amount;
        rows.push({
            [names.date]: day(FIRST + d * DAY), [names.visitors]: grouped(visitors), [names.views]: grouped(visitors * 3 + r.int(0, 99)),
            加购人数: Math.round(visitors * 0.09), 收藏人数: Math.round(visitors * 0.04), [names.buyers]: paid.length, [names.orders]: paid.length,
            [names.units]: sum(paid, (o) => sum(o.lines, (l) => l.quantity)), [names.amount]: groupedMoney(amount),
            支付转化率: percent(paid.length, visitors), 客单价: paid.length ? money(Math.round(amount / paid.length)) : "-",
        });
    }
    write(file, encode(csv(Object.keys(rows[0]), rows)));
    told(file, "paid_amount", money(paidTotal));
    told(file, "rows", rows.length);
}
const utf8 = (text) => Buffer.from(BOM + text);

// ---- Taobao and Tmall ---------------------------------------------------------------------------

const taobaoState = { unpaid: "交易关闭", refunded: "交易关闭", partly: "交易成功", paid: "买家已付款，等待卖家发货", shipped: "卖家已发货，等待买家确认", done: "交易成功" };
function taobao() {
    const list = orders(11, 9, (i, at) => `24${String(at / 1000).slice(3)}${String(100000 + i * 37)}`);
    list.forEach((o, i) => { // pre-sales of the first days: deposit in time, balance on 8 March or never
        if (o.at < FIRST + 4 * DAY && i % 9 === 0 && o.state !== "refunded") {
            o.isStaged = true;
            o.isPaid = i % 27 !== 0;
            o.state = o.isPaid ? "done" : "deposit";
            o.refund = 0;
            o.pay = FIRST + 7 * DAY + (8 + (i % 12)) * 3600000;
        }
    });
    const rows = list.map((o) => ({
        订单编号: `="${o.number}"`, 买家会员名: `##${(o.r % 46656).toString(36)}a9`, 买家支付宝账号: "***", 买家应付货款: money(o.gross - o.merchant), 买家应付邮费: money(o.postage),
        买家支付积分: 0, 总金额: money(o.gross - o.merchant + o.postage), 返点积分: 0, 买家实际支付金额: money(o.isPaid ? o.due : 0), 买家实际支付积分: 0,
        订单状态: o.state === "deposit" ? "已付定金，等待买家付尾款" : taobaoState[o.state], 买家留言: "", 收货人姓名: "王**", "收货地址 ": "浙江省 杭州市 ***", 运送方式: "快递", "联系电话 ": "", 联系手机: "'138****0000",
        订单创建时间: slashed(o.at), "订单付款时间 ": o.isPaid ? slashed(o.pay) : "", "宝贝标题 ": o.lines.map((l) => l.zh).join("，"), "宝贝种类 ": o.lines.length,
        "物流单号 ": "", 物流公司: "", 订单备注: "", 宝贝总数量: sum(o.lines, (l) => l.quantity), 店铺Id: 0, 店铺名称: "青野旗舰店",
        订单关闭原因: o.state === "unpaid" ? "买家未付款" : o.state === "refunded" ? "退款" : "订单未关闭", 卖家服务费: 0, 买家服务费: "0元", 发票抬头: "", 是否手机订单: "手机订单",
        分阶段订单信息: o.isStaged ? `阶段1：定金已付；阶段2：尾款${o.isPaid ? "已付" : "未付"}` : "", 特权订金订单id: "", 定金排名: "", 修改后的sku: "", 修改后的收货地址: "", 异常信息: "",
        天猫卡券抵扣: money(o.platform), 集分宝抵扣: "0.00", 是否是O2O交易: "", 退款金额: o.refund ? money(o.refund) : "无退款申请", 打款商家金额: o.state === "done" ? money(o.due) + "元" : "0.00元",
    }));
    write("tmall/taobao-orders.csv", toGb18030(csv(Object.keys(rows[0]), rows, { cell: quotedCell })));
    const paid = list.filter((o) => o.isPaid);
    told("tmall/taobao-orders.csv", "rows", list.length);
    told("tmall/taobao-orders.csv", "paid", money(sum(paid, (o) => o.due)));
    told("tmall/taobao-orders.csv", "net_goods", money(sum(paid, (o) => o.gross - o.merchant)));
    told("tmall/taobao-orders.csv", "units", sum(paid, (o) => sum(o.lines, (l) => l.quantity)));
    toldBack("tmall/taobao-orders.csv", paid);

    const items = list.flatMap((o) => o.lines.map((l) => ({
        订单编号: `="${o.number}"`, 标题: l.zh, 价格: money(l.price), 购买数量: l.quantity, 外部系统编号: l.sku, 商品属性: "规格：标准", 套餐信息: "", 备注: "", 订单状态: taobaoState[o.state] ?? "已付定金", 商家编码: l.sku,
    })));
    write("tmall/taobao-items.csv", toGb18030(csv(Object.keys(items[0]), items, { cell: quotedCell })));
    told("tmall/taobao-items.csv", "rows", items.length);
    told("tmall/taobao-items.csv", "gross", money(sum(paid, (o) => o.gross)));

    const reasons = ["不想要了", "尺码拍错", "商品质量问题", "与描述不符"];
    const refunds = list.filter((o) => o.refund).map((o, i) => ({
        订单编号: `\t${o.number}`, 退款编号: `\t3${o.number.slice(2)}`, 支付宝交易号: "", 订单付款时间: stamp(o.pay), 商品编码: o.lines[0].sku, 退款完结时间: stamp(o.refundAt), 买家实际支付金额: money(o.due),
        宝贝标题: o.lines[0].zh, 买家退款金额: money(o.refund), "手工退款/系统退款": "系统退款", 是否需要退货: i % 3 === 0 ? "否" : "是", 退款的申请时间: stamp(o.refundAt - DAY), 超时时间: "", 退款状态: "退款成功",
        货物状态: i % 3 === 0 ? "未发货" : "买家已收到货", 买家退款原因: reasons[i % 4], 买家退款说明: "", 责任方: "", 售中或售后: i % 3 === 0 ? "售中" : "售后", 完结时间: stamp(o.refundAt), "部分退款/全部退款": o.state === "partly" ? "部分退款" : "全部退款",
    }));
    refunds.push({ ...refunds[0], 退款编号: "\t39999999999999", 买家退款金额: "10.00", 退款状态: "退款关闭", 退款完结时间: "", 完结时间: "" });
    write("tmall/taobao-refunds.csv", utf8(csv(Object.keys(refunds[0]), refunds)));
    told("tmall/taobao-refunds.csv", "rows", refunds.length);
    told("tmall/taobao-refunds.csv", "succeeded", money(sum(list, (o) => o.refund)));

    shopDays("tmall/shop-day.csv", list, 12, { date: "统计日期", visitors: "访客数", views: "浏览量", buyers: "支付买家数", orders: "支付订单数", units: "支付件数", amount: "支付金额" }, utf8);
    sycm(list);
    alimama();
}

// 生意参谋: an old workbook with a block of titles, the header on row 5.
function sycm(list) {
    const r = random(13);
    const columns = ["统计日期", "商品ID", "商品名称", "货号", "商品访客数", "商品浏览量", "商品平均停留时长", "商品详情页跳出率", "商品收藏人数", "商品加购件数", "商品加购人数", "下单买家数", "下单件数", "下单金额", "下单转化率",
        "支付买家数", "支付件数", "支付金额", "商品支付转化率", "支付新买家数", "支付老买家数", "老买家支付金额", "成功退款金额", "搜索引导访客数"];
    const rows = [["店铺：青野旗舰店"], ["统计时间：2025-03-01 ~ 2025-03-31"], ["数据来源：商品分析"], [], columns];
    let amount = 0;
    for (let d = 0; d < DAYS; d++) {
        const paid = paidOn(list, d);
        for (const g of goods.slice(0, 8)) {
            const lines = paid.flatMap((o) => o.lines.filter((l) => l.sku === g.sku));
            const visitors = lines.length * r.int(18, 30) + r.int(5, 25);
            const units = sum(lines, (l) => l.quantity);
            const bought = sum(lines, (l) => l.due);
            amount += bought;
            const old = lines.length > 1 ? 1 : 0;
            rows.push([day(FIRST + d * DAY), `'${g.item}`, g.zh, g.sku, grouped(visitors), grouped(visitors * 2 + r.int(0, 40)), (20 + r.next() * 60).toFixed(2), (40 + r.next() * 30).toFixed(2) + "%",
                r.int(0, 9), r.int(1, 12), r.int(1, 9), lines.length, units, groupedMoney(bought), percent(lines.length, visitors), lines.length, units, groupedMoney(bought), percent(lines.length, visitors),
                lines.length - old, old, old ? money(lines[0].due) : "-", "0.00", r.int(1, 9)].map((c) => (typeof c === "string" && c.startsWith("'") ? c.slice(1) : String(c))));
        }
    }
    write("tmall/sycm-item-day.xls", writeXls([{ name: "商品", rows }]));
    told("tmall/sycm-item-day.xls", "rows", rows.length - 5);
    told("tmall/sycm-item-day.xls", "paid_amount", money(amount));
}

// Ads of a store: rows by day and plan, money in cents.
function adRows(seed, plans, spendOf) {
    const r = random(seed);
    const rows = [];
    for (let d = 0; d < DAYS; d++)
        for (const plan of plans) {
            const clicks = r.int(20, 60);
            const spend = spendOf(r, clicks);
            const deals = Math.round(clicks * (0.02 + r.next() * 0.06));
            rows.push({ d, plan, clicks, shown: clicks * r.int(18, 30), spend, deals, amount: deals * r.int(6000, 16000), direct: Math.floor(deals / 2), carts: deals * 2 + r.int(0, 4), fresh: Math.ceil(deals / 2) });
        }
    return rows;
}
function alimama() {
    const rows = adRows(14, [["关键词推广", "日常拉新"], ["人群推广", "老客回访"], ["货品运营", "新品加速"]], (r, clicks) => clicks * r.int(60, 110));
    const out = rows.map((a, i) => ({
        日期: day(FIRST + a.d * DAY), 场景名字: a.plan[0], 计划ID: `\t${70010000 + (i % 3)}`, 计划名字: a.plan[1], 主体名称: goods[i % 3].zh, 展现量: a.shown, 点击量: a.clicks, 花费: money(a.spend), 点击率: percent(a.clicks, a.shown),
        平均点击花费: money(Math.round(a.spend / a.clicks)), 千次展现花费: money(Math.round((a.spend * 1000) / a.shown)), 总预售成交金额: "0.00", 总预售成交笔数: 0, 直接成交金额: money(Math.floor((a.amount * a.direct) / (a.deals || 1))), 间接成交金额: money(a.amount - Math.floor((a.amount * a.direct) / (a.deals || 1))),
        总成交金额: money(a.amount), 总成交笔数: a.deals, 直接成交笔数: a.direct, 间接成交笔数: a.deals - a.direct, 点击转化率: percent(a.deals, a.clicks), 投入产出比: (a.amount / a.spend).toFixed(2), 总购物车数: a.carts, 收藏宝贝数: 1, 收藏店铺数: 0, 成交新客数: a.fresh,
    }));
    const total = Object.fromEntries(Object.keys(out[0]).map((k) => [k, ""]));
    Object.assign(total, { 展现量: sum(rows, (a) => a.shown), 点击量: sum(rows, (a) => a.clicks), 花费: money(sum(rows, (a) => a.spend)), 总成交金额: money(sum(rows, (a) => a.amount)), 总成交笔数: sum(rows, (a) => a.deals) });
    write("tmall/alimama.csv", utf8(csv(Object.keys(out[0]), [...out, total])));
    told("tmall/alimama.csv", "rows", out.length);
    told("tmall/alimama.csv", "spend", money(sum(rows, (a) => a.spend)));
    told("tmall/alimama.csv", "claimed", money(sum(rows, (a) => a.amount)));
}

// ---- Douyin -------------------------------------------------------------------------------------

function douyin() {
    const state = { unpaid: "已关闭", refunded: "已关闭", partly: "已完成", paid: "待发货", shipped: "已发货", done: "已完成" };
    const list = orders(21, 8, (i, at) => `69${String(at / 1000).slice(2)}${String(2000000 + i * 71)}`);
    const rows = list.flatMap((o) => o.lines.map((l) => ({
        主订单编号: `${o.number}\t`, 子订单编号: `${l.sub}\t`, 选购商品: l.zh, 商品规格: "标准", 商品数量: l.quantity, 商家编码: l.sku, 订单应付金额: money(l.due), 运费: money(l.postage), 订单提交时间: stamp(o.at) + "\t", 商家备注: "",
        订单完成时间: ["done", "partly"].includes(o.state) ? stamp(o.pay + 4 * DAY) + "\t" : "\t", 订单状态: state[o.state], 售后状态: o.state === "refunded" ? "退款成功" : "-", 取消原因: o.state === "unpaid" ? "用户超时未支付" : "", 发货时间: ["done", "partly", "shipped"].includes(o.state) ? stamp(o.pay + DAY) + "\t" : "\t",
        平台实际承担优惠金额: money(l.platform), 商家实际承担优惠金额: money(l.merchant), 达人实际承担优惠金额: "0.00", 商品ID: `${l.item}\t`, 货号: "", 商品金额: money(l.price), 支付完成时间: o.isPaid ? stamp(o.pay) + "\t" : "\t", 订单类型: "普通订单", 流量体裁: o.r % 3 ? "直播" : "短视频", 流量渠道: "自然流量", 流量来源: "抖音",
    })));
    write("douyin/douyin-orders.csv", utf8(csv(Object.keys(rows[0]), rows)));
    const paid = list.filter((o) => o.isPaid);
    told("douyin/douyin-orders.csv", "rows", rows.length);
    told("douyin/douyin-orders.csv", "orders", paid.length);
    told("douyin/douyin-orders.csv", "paid", money(sum(paid, (o) => o.due)));
    told("douyin/douyin-orders.csv", "gross", money(sum(paid, (o) => o.gross)));
    told("douyin/douyin-orders.csv", "net_goods", money(sum(paid, (o) => o.gross - o.merchant)));
    toldBack("douyin/douyin-orders.csv", paid.map((o) => (o.state === "partly" ? { ...o, refund: 0 } : o)));

    const booked = [];
    let fees = 0;
    let net = 0;
    for (const o of list.filter((x) => ["done", "partly"].includes(x.state)))
        for (const l of o.lines) {
            const goodsPaid = l.due - l.postage;
            const fee = Math.round((goodsPaid + l.platform) * 0.05);
            const commission = o.r % 3 ? Math.round(goodsPaid * 0.15) : 0;
            const refund = o.state === "partly" && l === o.lines[0] ? Math.min(o.refund, goodsPaid) : 0;
            const amount = goodsPaid + l.postage + l.platform - fee - commission;
            fees += fee + commission;
            net += amount - refund;
            const row = { 动账时间: stamp(o.pay + 7 * DAY), 动帐流水号: `\t80${l.sub}`, 动账方向: "入账", 动账金额: money(amount), 动账场景: "货款结算入账", 计费类型: "小店自卖", 子订单号: `\t${l.sub}`, 订单号: `\t${o.number}`,
                订单实付应结: money(goodsPaid), 运费实付: money(l.postage), 实际平台补贴: money(l.platform), 订单退款: "0.00", 平台服务费: money(-fee), 佣金: money(-commission), 招商服务费: "0.00", 站外推广费: "0.00", 备注: "订单结算" };
            booked.push(row);
            if (refund)
                booked.push({ ...row, 动账时间: stamp(o.pay + 9 * DAY), 动帐流水号: `\t81${l.sub}`, 动账方向: "出账", 动账金额: money(refund), 动账场景: "退款-结算后退款-退用户", 订单实付应结: "0.00", 运费实付: "0.00", 实际平台补贴: "0.00", 订单退款: money(-refund), 平台服务费: "0.00", 佣金: "0.00", 备注: "已退款" });
        }
    write("douyin/douyin-settlement.csv", utf8(csv(Object.keys(booked[0]), booked)));
    told("douyin/douyin-settlement.csv", "rows", booked.length);
    told("douyin/douyin-settlement.csv", "fees", money(fees));
    told("douyin/douyin-settlement.csv", "net", money(net));

    const r = random(22);
    const ads = Array.from({ length: 24 }, (_, i) => ({ i, clicks: r.int(200, 900), spend: r.int(8000, 40000), deals: r.int(2, 14) }));
    const material = ads.map((a) => ({
        素材ID: `\t73${1000000 + a.i * 13}`, 素材名称: `短视频-${goods[a.i % goods.length].zh}-${a.i + 1}`, 整体消耗: money(a.spend), 基础消耗: money(a.spend), 追投调控消耗: "0.00", 整体展现次数: a.clicks * 25, 整体点击次数: a.clicks, 整体点击率: "4.00%", 整体转化率: percent(a.deals, a.clicks),
        整体成交订单数: a.deals, 整体成交金额: money(a.deals * 9900), 整体支付ROI: ((a.deals * 9900) / a.spend).toFixed(2), 整体成交订单成本: money(Math.round(a.spend / a.deals)), 净成交ROI: ((a.deals * 9000) / a.spend).toFixed(2), 净成交金额: money(a.deals * 9000), 净成交订单数: a.deals, 净成交金额结算率: "90.91%", "1小时内退款率": "3.10%",
    }));
    write("douyin/qianchuan_2025-03-01_2025-03-31.csv", utf8(csv(Object.keys(material[0]), material)));
    told("douyin/qianchuan_2025-03-01_2025-03-31.csv", "rows", ads.length);
    told("douyin/qianchuan_2025-03-01_2025-03-31.csv", "spend", money(sum(ads, (a) => a.spend)));
    shopDays("douyin/shop-day.csv", list, 23, { date: "日期", visitors: "访客数", views: "浏览量", buyers: "成交人数", orders: "成交订单数", units: "成交件数", amount: "成交金额" }, utf8);
}

// ---- Pinduoduo ----------------------------------------------------------------------------------

function pdd() {
    const state = { unpaid: "已取消", refunded: "未发货，退款成功", partly: "已收货", paid: "待发货", shipped: "已发货，待收货", done: "已收货" };
    const list = orders(31, 9, (i, at) => `250${String(at / 1000).slice(3, 6)}-${String(300000000000 + i * 977)}`);
    const rows = list.filter((o) => o.isPaid).map((o) => {
        const l = o.lines[0]; // one article an order
        const due = l.due + 0;
        o.due = due;
        return {
            商品: l.zh, 订单号: o.number, 订单状态: state[o.state], "商品总价(元)": money(l.gross), "邮费(元)": money(l.postage), "店铺优惠折扣(元)": money(l.merchant), "平台优惠折扣(元)": money(l.platform - (l.platform > 100 ? 100 : 0)), "多多支付立减金额(元)": money(l.platform > 100 ? 100 : 0),
            "用户实付金额(元)": money(due), "商家实收金额(元)": money(due + l.platform), "商品数量(件)": l.quantity, 发货时间: ["done", "shipped", "partly"].includes(o.state) ? stamp(o.pay + DAY) : "\t", 确认收货时间: ["done", "partly"].includes(o.state) ? stamp(o.pay + 5 * DAY) : "\t",
            商品id: `${l.item}\t`, 商品规格: "标准", 样式ID: `${l.item}1\t`, "商家编码-规格维度": l.sku + "\t", "商家编码-商品维度": "\t", 商家备注: "\t", 售后状态: o.state === "refunded" ? "退款成功" : "无售后或售后取消", 快递单号: "\t", 快递公司: "", 订单成交时间: stamp(o.pay),
        };
    });
    const broken = { ...rows[5], 订单号: "250301-999999999999", "用户实付金额(元)": money(12345) }; // says more than its parts
    write("pdd/pdd-orders.csv", utf8(csv(Object.keys(rows[0]), [...rows, broken])));
    const paid = list.filter((o) => o.isPaid);
    told("pdd/pdd-orders.csv", "rows", rows.length + 1);
    told("pdd/pdd-orders.csv", "broken", 1);
    told("pdd/pdd-orders.csv", "paid", money(sum(paid, (o) => o.due)));
    told("pdd/pdd-orders.csv", "receivable", money(sum(paid, (o) => o.due + o.lines[0].platform)));
    told("pdd/pdd-orders.csv", "net_goods", money(sum(paid, (o) => o.lines[0].gross - o.lines[0].merchant)));
    told("pdd/pdd-orders.csv", "refunded", money(sum(paid.filter((o) => o.state === "refunded"), (o) => o.due)));
    toldBack("pdd/pdd-orders.csv", paid.map((o) => ({ ...o, ...o.lines[0], refund: 0 })));
    shopDays("pdd/shop-day.csv", paid, 32, { date: "统计日期", visitors: "店铺访客数", views: "店铺浏览量", buyers: "成交买家数", orders: "成交订单数", units: "成交件数", amount: "成交金额" }, utf8);
}

// ---- JD -----------------------------------------------------------------------------------------

function jd() {
    const state = { unpaid: "(删除)等待付款", refunded: "(删除)取消", partly: "完成", paid: "等待出库", shipped: "等待确认收货", done: "完成" };
    const list = orders(41, 8, (i) => String(303100000000 + i * 7919));
    const rows = list.flatMap((o) => o.lines.map((l) => ({
        订单号: `="${o.number}"`, 商品ID: l.item, 商品名称: l.zh, 订购数量: l.quantity, 支付方式: "在线支付", 下单时间: stamp(o.at), 京东价: money(l.price), 订单金额: money(o.gross), 结算金额: money(o.gross - o.merchant), 余额支付: "0.00", 应付金额: money(o.due), 订单状态: state[o.state], 订单类型: "SOP",
        下单帐号: `jd_${(o.r % 400).toString(36)}`, 客户姓名: "李**", 商家备注: "", 运费金额: money(o.postage), 付款确认时间: o.isPaid ? stamp(o.pay) : "", 货号: l.sku, 订单完成时间: ["done", "partly"].includes(o.state) ? stamp(o.pay + 5 * DAY) : "", 订单来源: "手机", 订单渠道: "京东",
    })));
    write("jd/jd-orders.csv", toGb18030(csv(Object.keys(rows[0]), rows)));
    const paid = list.filter((o) => o.isPaid);
    told("jd/jd-orders.csv", "rows", rows.length);
    told("jd/jd-orders.csv", "paid", money(sum(paid, (o) => o.due)));
    told("jd/jd-orders.csv", "net_goods", money(sum(paid, (o) => o.gross - o.merchant)));
    told("jd/jd-orders.csv", "refunded", money(sum(paid.filter((o) => o.state === "refunded"), (o) => o.due)));
    toldBack("jd/jd-orders.csv", paid.map((o) => (o.state === "partly" ? { ...o, refund: 0 } : o)));

    const bill = [];
    let fees = 0;
    let net = 0;
    for (const o of list.filter((x) => x.state === "done"))
        for (const l of o.lines) {
            const base = { 订单编号: `="${o.number}"`, 售后服务单号: "", 商品编号: l.item, 商品数量: l.quantity };
            const proceeds = l.gross - l.merchant + (l === o.lines[0] ? o.postage : 0);
            const fee = Math.round(proceeds * 0.06);
            const pay = Math.round(proceeds * 0.006);
            fees += fee + pay;
            net += proceeds - fee - pay;
            bill.push({ ...base, 费用名称: "货款", 收支方向: "收入", 应结金额: money(proceeds) }, { ...base, 费用名称: "佣金", 收支方向: "支出", 应结金额: money(fee) }, { ...base, 费用名称: "支付服务费", 收支方向: "支出", 应结金额: money(pay) });
        }
    write("jd/jd-bill.csv", toGb18030(csv(Object.keys(bill[0]), bill)));
    told("jd/jd-bill.csv", "rows", bill.length);
    told("jd/jd-bill.csv", "fees", money(fees));
    told("jd/jd-bill.csv", "net", money(net));

    const ads = adRows(42, [["京东快车", "品类词"], ["京东展位", "首焦"]], (r, clicks) => clicks * r.int(50, 90));
    const out = ads.map((a, i) => ({
        日期: day(FIRST + a.d * DAY), 产品线: a.plan[0], 推广计划: a.plan[1], 推广单元: "单元1", "跟单SKU ID": goods[i % 4].item, 展现数: a.shown, 点击数: a.clicks, "点击率(%)": ((a.clicks / a.shown) * 100).toFixed(2), 总费用: money(a.spend), 千次展现成本: "", 平均点击成本: "",
        直接订单行: a.direct, 间接订单行: a.deals - a.direct, 总订单行: a.deals, 直接订单金额: money(Math.floor((a.amount * a.direct) / (a.deals || 1))), 间接订单金额: money(a.amount - Math.floor((a.amount * a.direct) / (a.deals || 1))), 总订单金额: money(a.amount), 总购物车数: a.carts, 下单新客数: a.fresh,
    }));
    write("jd/jd-ads.csv", toGb18030(csv(Object.keys(out[0]), out)));
    told("jd/jd-ads.csv", "rows", out.length);
    told("jd/jd-ads.csv", "spend", money(sum(ads, (a) => a.spend)));
    shopDays("jd/shop-day.csv", list, 43, { date: "日期", visitors: "访客数", views: "浏览量", buyers: "成交客户数", orders: "成交单量", units: "成交商品件数", amount: "成交金额" }, utf8);
}

// ---- WooCommerce, Shopify, Google, Meta ---------------------------------------------------------

function woo() {
    const list = orders(51, 6, (i) => String(4100 + i));
    const third = (o) => new Date(o.at).getUTCDate();
    const base = (o) => ({ Date: stamp(o.at), "Order #": o.number, Status: { unpaid: "cancelled", refunded: "completed", partly: "completed", paid: "processing", shipped: "processing", done: "completed" }[o.state], Customer: "Anna K.",
        "Product(s)": o.lines.map((l) => `${l.quantity}× ${l.en}`).join(", "), "Items sold": sum(o.lines, (l) => l.quantity), "Coupon(s)": o.merchant ? "spring" : "" });
    const net = (o) => o.gross - o.merchant;
    const parts = [
        ["woo/woocommerce-orders-n-revenue.csv", list.filter((o) => third(o) <= 10), (o) => { const { "Items sold": items, ...rest } = base(o); return { ...rest, "Items Sold": items, "N. Revenue": money(net(o)) }; }],
        ["woo/woocommerce-orders-emailed.csv", list.filter((o) => third(o) > 10 && third(o) <= 20), (o) => { const { Date: at, "Order #": n, ...rest } = base(o); return { Date: at, "Order #": n, "N. Revenue (formatted)": `€${money(net(o) + o.postage)}`, ...rest, "Customer type": "new", "N. Revenue": money(net(o)) }; }],
        ["woo/woocommerce-orders-net-sales.csv", list.filter((o) => third(o) > 20), (o) => ({ ...base(o), "Customer type": "returning", "Net Sales": money(net(o)), Attribution: "Organic: Google" })],
    ];
    for (const [file, some, row] of parts) {
        const rows = some.map(row);
        write(file, Buffer.from(csv(Object.keys(rows[0]), rows, { end: "\n" })));
        told(file, "rows", rows.length);
        told(file, "net", money(sum(some.filter((o) => o.isPaid), net)));
    }
}

function shopify() {
    const list = orders(61, 5, (i) => `#${1001 + i}`);
    const columns = ["Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method", "Created at",
        "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku", "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status", "Shipping City", "Shipping Province", "Shipping Country", "Notes", "Cancelled at", "Payment Method", "Refunded Amount", "Vendor", "Id", "Source", "Duties"];
    const rows = [];
    let gross = 0;
    let refunded = 0;
    let cards = 0;
    let duties = 0;
    for (const o of list.filter((x) => x.isPaid)) {
        const hasCard = o.r % 23 === 0;
        const duty = o.r % 17 === 0 ? 350 : 0;
        const lines = [...o.lines.map((l) => ({ name: l.en, price: l.price, quantity: l.quantity, sku: l.sku })), ...(hasCard ? [{ name: "Gift Card 50", price: 5000, quantity: 1, sku: "" }] : [])];
        gross += o.gross;
        cards += hasCard ? 5000 : 0;
        duties += duty;
        const total = o.gross - o.merchant + o.postage + (hasCard ? 5000 : 0) + duty;
        const back = o.state === "refunded" ? o.gross - o.merchant : o.state === "partly" ? Math.floor((o.gross - o.merchant) / 3) : 0;
        refunded += back;
        const when = (ms) => stamp(ms) + " +0000";
        lines.forEach((l, k) => rows.push({
            Name: o.number, Email: `buyer${o.r % 120}@example.com`, "Lineitem quantity": l.quantity, "Lineitem name": l.name, "Lineitem price": money(l.price), "Lineitem sku": l.sku, "Lineitem requires shipping": l.sku ? "true" : "false", "Lineitem taxable": "true", "Lineitem fulfillment status": "fulfilled", "Created at": when(o.at), Vendor: "Qingye",
            ...(k > 0 ? {} : { "Financial Status": back === 0 ? "paid" : o.state === "refunded" ? "refunded" : "partially_refunded", "Paid at": when(o.pay), "Fulfillment Status": "fulfilled", "Fulfilled at": when(o.pay + DAY), "Accepts Marketing": "no", Currency: "EUR", Subtotal: money(o.gross - o.merchant), Shipping: money(o.postage), Taxes: "0.00", Total: money(total),
                "Discount Code": o.merchant ? "SPRING" : "", "Discount Amount": money(o.merchant), "Shipping Method": "Standard", "Shipping City": "Berlin", "Shipping Country": "DE", "Payment Method": "Shopify Payments", "Refunded Amount": money(back), Id: String(5600000000000 + o.r), Source: "web", Duties: duty ? money(duty) : "" }),
        }));
    }
    write("shopify/shopify-orders.csv", Buffer.from(csv(columns, rows, { end: "\n" })));
    told("shopify/shopify-orders.csv", "rows", rows.length);
    told("shopify/shopify-orders.csv", "gross", money(gross));
    told("shopify/shopify-orders.csv", "refunded", money(refunded));
    told("shopify/shopify-orders.csv", "gift_cards", money(cards));
    told("shopify/shopify-orders.csv", "duties", money(duties));
}

function google() {
    const ads = adRows(52, ["Brand", "Shopping"], (r, clicks) => clicks * r.int(20, 45));
    const make = (file, names, title, foot) => {
        const lines = [title[0], title[1], names.join("\t"), ...ads.map((a) => [day(FIRST + a.d * DAY), a.plan, a.plan === "Brand" ? "20110001" : "20110002", "EUR", money(a.spend), grouped(a.shown), a.clicks, percent(a.clicks, a.shown), money(Math.round(a.spend / a.clicks)), (a.deals + 0.5).toFixed(2), money(a.amount), "", ""].join("\t"))];
        lines.push([foot, " --", " --", "EUR", money(sum(ads, (a) => a.spend)), grouped(sum(ads, (a) => a.shown)), sum(ads, (a) => a.clicks), "", "", sum(ads, (a) => a.deals + 0.5).toFixed(2), money(sum(ads, (a) => a.amount)), "", ""].join("\t"));
        write(file, Buffer.from(BOM + lines.join("\r\n") + "\r\n", "utf16le"));
        told(file, "rows", ads.length);
        told(file, "spend", money(sum(ads, (a) => a.spend)));
        told(file, "claimed", money(sum(ads, (a) => a.amount)));
    };
    make("woo/google-ads.csv", ["Day", "Campaign", "Campaign ID", "Currency code", "Cost", "Impr.", "Clicks", "CTR", "Avg. CPC", "Conversions", "Conv. value", "Cost / conv.", "Conv. value / cost"], ["Campaign report", "March 1, 2025 - March 31, 2025"], "Total: Account");
    make("woo/google-ads-zh.csv", ["天", "广告系列", "广告系列 ID", "货币代码", "费用", "展示次数", "点击次数", "点击率", "平均每次点击费用", "转化次数", "转化价值", "每次转化费用", "转化价值/费用"], ["广告系列报告", "2025年3月1日 - 2025年3月31日"], "总计：帐号");
}

function meta() {
    const ads = adRows(62, ["Spring prospecting", "Retargeting"], (r, clicks) => clicks * r.int(25, 50));
    const row = (a, extra) => ({ "Reporting starts": day(FIRST), "Reporting ends": day(FIRST + (DAYS - 1) * DAY), ...extra, "Campaign name": a.plan, "Ad set name": "EU 25-45", "Ad name": "Video 1", "Attribution setting": "7-day click or 1-day view", "Amount spent (EUR)": money(a.spend), Impressions: a.shown, Reach: Math.floor(a.shown * 0.8), "Link clicks": a.clicks, Results: a.deals, Purchases: a.deals, "Purchases conversion value": money(a.amount), "Purchase ROAS (return on ad spend)": (a.amount / a.spend).toFixed(2) });
    const daily = ads.map((a) => row(a, { Day: day(FIRST + a.d * DAY) }));
    write("shopify/meta-ads.csv", Buffer.from(csv(Object.keys(daily[0]), daily, { end: "\n" })));
    told("shopify/meta-ads.csv", "rows", daily.length);
    told("shopify/meta-ads.csv", "spend", money(sum(ads, (a) => a.spend)));
    const whole = ["Spring prospecting", "Retargeting"].map((plan) => { const mine = ads.filter((a) => a.plan === plan); return row({ plan, spend: sum(mine, (a) => a.spend), shown: sum(mine, (a) => a.shown), clicks: sum(mine, (a) => a.clicks), deals: sum(mine, (a) => a.deals), amount: sum(mine, (a) => a.amount) }, {}); });
    write("shopify/meta-ads-period.csv", Buffer.from(csv(Object.keys(whole[0]), whole, { end: "\n" })));
    told("shopify/meta-ads-period.csv", "rows", 2);
    told("shopify/meta-ads-period.csv", "spend", money(sum(ads, (a) => a.spend)));
}

function products() {
    const rows = goods.map((g) => ({ SKU: g.sku, 商品名称: g.zh, 类目: g.category, 售价: money(g.price), 成本价: money(g.cost) }));
    write("products.csv", utf8(csv(Object.keys(rows[0]), rows)));
    told("products.csv", "rows", rows.length);
}

/* What two other shops ask for the same goods, looked up every Monday. One of them is always a little dearer, the other cuts
 * the price of every third article from the third week on; two articles it does not sell. */
function rivals() {
    const rows = [];
    for (let week = 0; week < 5; week++)
        goods.forEach((g, i) => {
            const seen = { 采集日期: day(FIRST + (2 + 7 * week) * DAY), 商家编码: g.sku };
            rows.push({ ...seen, 竞店: "暖木生活馆", 竞品价格: money(Math.round(g.price * (1.02 + (i % 4) / 100))) });
            if (i < 8) rows.push({ ...seen, 竞店: "山前杂货", 竞品价格: money(Math.round(g.price * (i % 3 === 0 && week >= 2 ? 0.88 : 0.99))) });
        });
    write("rivals.csv", utf8(csv(Object.keys(rows[0]), rows)));
    told("rivals.csv", "rows", rows.length);
}

/* Made-up daily rates, so that the stores in euro add up with the others. */
function rates() {
    const rows = [];
    for (let d = -3; d < 45; d++)
        for (const [base, rate] of [["EUR", 7.8], ["USD", 7.2]])
            rows.push({ base, quote: "CNY", date: day(FIRST + d * DAY), rate: (rate + ((d * 7) % 11) / 100).toFixed(4) });
    write("fx-rates.csv", utf8(csv(Object.keys(rows[0]), rows)));
    told("fx-rates.csv", "rows", rows.length);
}

taobao();
douyin();
pdd();
jd();
woo();
shopify();
google();
meta();
products();
rivals();
rates();
write("figures.tsv", "file\tfigure\tvalue\n" + figures.map((f) => f.join("\t")).join("\n") + "\n");
