// Writes old Excel workbooks (.xls: BIFF8 records in an OLE2 container) for tests and examples.
//
//   node tools/make_xls.mjs OUT.xls NAME=ROWS.tsv [NAME=ROWS.json]...
//
// A sheet per NAME=FILE. TSV: a row per line, cells between tabs; what looks like a number of at
// most 15 digits is one, 2024-03-01 and 2024-03-01 10:00:00 are dates, a leading ' makes text.
// JSON: { "rows": [[cell, ...], ...], "merges": ["A1:B2", ...] } or the rows alone; a cell is a
// string, a number, a boolean, null, or { "date": "2024-03-01 10:00:00" }.
//
//   import { writeXls } from "./make_xls.mjs";
//   const bytes = writeXls([{ name: "Orders", rows, merges }]);   // a Buffer
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RECORD_MAX = 8224;
const SECTOR = 512;
const END_OF_CHAIN = 0xfffffffe;
const FREE = 0xffffffff;
const FAT = 0xfffffffd;
const NOTHING = 0xffffffff;
const STYLE = { number: 15, date: 16, dateTime: 17 };

const u16 = (v) => { const b = Buffer.alloc(2); b.writeUInt16LE(v); return b; };
const u32 = (v) => { const b = Buffer.alloc(4); b.writeUInt32LE(v >>> 0); return b; };
const f64 = (v) => { const b = Buffer.alloc(8); b.writeDoubleLE(v); return b; };
const record = (id, ...parts) => {
    const body = Buffer.concat(parts);
    if (body.length > RECORD_MAX) throw new Error(`record ${id} of ${body.length} bytes`);
    return Buffer.concat([u16(id), u16(body.length), body]);
};

// Characters as the file holds them: one byte each when all are below U+0100.
function characters(text) {
    const isWide = [...text].some((c) => c.codePointAt(0) > 0xff);
    return { flag: Buffer.from([isWide ? 1 : 0]), bytes: Buffer.from(text, isWide ? "utf16le" : "latin1") };
}

function shortString(text) {
    const { flag, bytes } = characters(text);
    return Buffer.concat([Buffer.from([text.length]), flag, bytes]);
}

function longString(text) {
    if (text.length > 4000) throw new Error("a text above 4,000 characters");
    const { flag, bytes } = characters(text);
    return Buffer.concat([u16(text.length), flag, bytes]);
}

// Day number of Excel with its 29 February 1900.
function dayNumber(text) {
    const m = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
    if (!m) throw new Error(`not a date: ${text}`);
    const days = Date.UTC(+m[1], m[2] - 1, +m[3]) / 86400000 + 25569;
    return { value: days + ((+(m[4] ?? 0) * 60 + +(m[5] ?? 0)) * 60 + +(m[6] ?? 0)) / 86400, hasTime: m[4] !== undefined };
}

class Strings {
    constructor() { this.index = new Map(); this.count = 0; }
    at(text) {
        this.count++;
        if (!this.index.has(text)) this.index.set(text, this.index.size);
        return this.index.get(text);
    }
    // The shared string table; strings start in a record that has room for them.
    records() {
        const out = [];
        let parts = [u32(this.count), u32(this.index.size)];
        let size = 8;
        for (const text of this.index.keys()) {
            const s = longString(text);
            if (size + s.length > RECORD_MAX) {
                out.push(record(out.length ? 0x3c : 0xfc, ...parts));
                parts = [];
                size = 0;
            }
            parts.push(s);
            size += s.length;
        }
        out.push(record(out.length ? 0x3c : 0xfc, ...parts));
        return out;
    }
}

function cellRecord(row, column, cell, strings) {
    const place = (style) => Buffer.concat([u16(row), u16(column), u16(style)]);
    if (cell === null || cell === undefined || cell === "") return [];
    if (typeof cell === "boolean") return [record(0x205, place(STYLE.number), Buffer.from([cell ? 1 : 0, 0]))];
    if (typeof cell === "number") return [record(0x203, place(STYLE.number), f64(cell))];
    if (typeof cell === "string") return [record(0xfd, place(STYLE.number), u32(strings.at(cell)))];
    const { value, hasTime } = dayNumber(cell.date);
    return [record(0x203, place(hasTime ? STYLE.dateTime : STYLE.date), f64(value))];
}

const letters = (s) => [...s].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
function mergeRange(text) {
    const m = /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/.exec(text);
    if (!m) throw new Error(`not a range: ${text}`);
    return Buffer.concat([u16(m[2] - 1), u16(m[4] - 1), u16(letters(m[1])), u16(letters(m[3]))]);
}

function sheetStream({ rows, merges = [] }, strings) {
    const width = rows.reduce((n, r) => Math.max(n, r.length), 0);
    if (rows.length > 65536 || width > 256) throw new Error("a sheet holds 65,536 rows of 256 cells");
    const out = [record(0x809, u16(0x600), u16(0x10), u16(0x0dbb), u16(0x07cc), u32(0), u32(6))];
    out.push(record(0x200, u32(0), u32(rows.length), u16(0), u16(width), u16(0)));
    rows.forEach((cells, r) => cells.forEach((cell, c) => out.push(...cellRecord(r, c, cell, strings))));
    for (let i = 0; i < merges.length; i += 1000) {
        const part = merges.slice(i, i + 1000);
        out.push(record(0xe5, u16(part.length), ...part.map(mergeRange)));
    }
    out.push(record(0x0a));
    return Buffer.concat(out);
}

// Fonts, formats and cell styles: fifteen of the program's own, then number, date, date with time.
function styles() {
    const font = record(0x31, u16(200), u16(0), u16(0x7fff), u16(400), u16(0), Buffer.alloc(4), shortString("Arial"));
    const style = (format, isCell) => record(0xe0, u16(0), u16(format), u16(isCell ? 1 : 0xfff5), Buffer.alloc(14));
    const format = record(0x41e, u16(164), longString("yyyy\\-mm\\-dd hh:mm:ss"));
    return [font, font, font, font, format, ...Array.from({ length: 15 }, () => style(0, false)),
        style(0, true), style(14, true), style(164, true)];
}

function workbookStream(sheets) {
    const strings = new Strings();
    const bodies = sheets.map((s) => sheetStream(s, strings));
    const head = [record(0x809, u16(0x600), u16(5), u16(0x0dbb), u16(0x07cc), u32(0), u32(6)),
        record(0x42, u16(1200)), record(0x22, u16(0)), ...styles()];
    const entries = (at) => sheets.map((s, i) => record(0x85, u32(at[i]), u16(0), shortString(s.name)));
    const rest = [...strings.records(), record(0x0a)];
    const blank = Buffer.concat([...head, ...entries(sheets.map(() => 0)), ...rest]);
    let next = blank.length;
    const at = bodies.map((b) => { const here = next; next += b.length; return here; });
    return Buffer.concat([...head, ...entries(at), ...rest, ...bodies]);
}

function directoryEntry(name, type, start, size, child) {
    const b = Buffer.alloc(128);
    b.write(name, 0, "utf16le");
    b.writeUInt16LE((name.length + 1) * 2, 64);
    b[66] = type;
    b[67] = 1;
    b.writeUInt32LE(NOTHING, 68);
    b.writeUInt32LE(NOTHING, 72);
    b.writeUInt32LE(child, 76);
    b.writeUInt32LE(start >>> 0, 116);
    b.writeUInt32LE(size, 120);
    return b;
}

// The container: the stream's sectors, the directory, the allocation table.
function container(stream) {
    const size = Math.max(stream.length, 4096); // smaller ones would go into the mini stream
    const data = Math.ceil(size / SECTOR);
    let fats = 1;
    while (fats * 128 < data + 1 + fats) fats++;
    if (fats > 109) throw new Error("a workbook above 7 MB");
    const chain = Array.from({ length: fats * 128 }, () => FREE);
    for (let i = 0; i < data; i++) chain[i] = i + 1 < data ? i + 1 : END_OF_CHAIN;
    chain[data] = END_OF_CHAIN;
    for (let i = 0; i < fats; i++) chain[data + 1 + i] = FAT;
    const header = Buffer.alloc(SECTOR);
    Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header);
    header.writeUInt16LE(0x3e, 24);
    header.writeUInt16LE(3, 26);
    header.writeUInt16LE(0xfffe, 28);
    header.writeUInt16LE(9, 30);
    header.writeUInt16LE(6, 32);
    header.writeUInt32LE(fats, 44);
    header.writeUInt32LE(data, 48);
    header.writeUInt32LE(4096, 56);
    header.writeUInt32LE(END_OF_CHAIN, 60);
    header.writeUInt32LE(END_OF_CHAIN, 68);
    for (let i = 0; i < 109; i++) header.writeUInt32LE(i < fats ? data + 1 + i : FREE, 76 + 4 * i);
    const directory = Buffer.concat([directoryEntry("Root Entry", 5, END_OF_CHAIN, 0, 1),
        directoryEntry("Workbook", 2, 0, size, NOTHING), Buffer.alloc(256)]);
    const padded = Buffer.concat([stream, Buffer.alloc(data * SECTOR - stream.length)]);
    return Buffer.concat([header, padded, directory, ...chain.map(u32)]);
}

export function writeXls(sheets) {
    return container(workbookStream(sheets));
}

function tsvCell(text) {
    if (text.startsWith("'")) return text.slice(1);
    if (/^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?$/.test(text)) return { date: text };
    const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) && text.replace(/\D/g, "").length <= 15;
    return isNumber ? Number(text) : text;
}

function readSheet(argument) {
    const at = argument.indexOf("=");
    if (at < 1) throw new Error(`NAME=FILE expected, not ${argument}`);
    const [name, file] = [argument.slice(0, at), argument.slice(at + 1)];
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".json")) {
        const value = JSON.parse(text);
        return { name, rows: value.rows ?? value, merges: value.merges ?? [] };
    }
    return { name, rows: text.replace(/\r?\n$/, "").split(/\r?\n/).map((l) => l.split("\t").map(tsvCell)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [out, ...sheets] = process.argv.slice(2);
    if (!out || sheets.length === 0) {
        console.error("node tools/make_xls.mjs OUT.xls NAME=ROWS.tsv [NAME=ROWS.json]...");
        process.exit(2);
    }
    writeFileSync(out, writeXls(sheets.map(readSheet)));
}
