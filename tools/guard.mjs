// What the guards share: files, a small scanner of C, the report.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';

export function filesUnder(folder, pattern) {
    if (!existsSync(folder)) return [];
    const found = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) found.push(...filesUnder(path, pattern));
        else if (pattern.test(path)) found.push(path);
    }
    return found.sort();
}

export function linesOf(path) {
    return readFileSync(path, 'utf8').split('\n');
}

// Rows of a table file: words, without comments and empty lines.
export function table(path) {
    return linesOf(path)
        .map((line) => line.replace(/#.*/, '').trim())
        .filter((line) => line !== '')
        .map((line) => line.split(/\s+/));
}

export function modules() {
    return table('src/layers.txt').map(([floor, name]) => ({ floor: Number(floor), name }));
}

export function run(command, ...args) {
    return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

// Ends the guard: status 1 and the problems when there are any.
export function report(name, problems, done) {
    for (const problem of problems) console.log(problem);
    if (problems.length > 0) {
        console.log(`${name}: ${problems.length} problem(s)`);
        process.exitCode = 1;
    } else {
        console.log(`${name}: ${done}`);
    }
}

// Tokens of C: { kind: 'name' | 'text' | 'other', text, line }. Comments are left out.
export function tokens(source) {
    const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_]\w*|\d[\w.]*|\s+|[\s\S]/g;
    const list = [];
    let line = 1;
    for (const [text] of source.matchAll(pattern)) {
        const first = text[0];
        if (first === '"') list.push({ kind: 'text', text: text.slice(1, -1), line });
        else if (/[A-Za-z_]/.test(first)) list.push({ kind: 'name', text, line });
        else if (!/^\s/.test(text) && !text.startsWith('/*') && !text.startsWith('//'))
            list.push({ kind: 'other', text, line });
        line += text.split('\n').length - 1;
    }
    return list;
}

const conversions = { PRId64: 'ld', PRIi64: 'ld', PRIu64: 'lu', PRIx64: 'lx', PRId32: 'd', PRIu32: 'u' };

// Whole literals among the tokens: adjacent pieces joined, conversions of inttypes.h resolved.
export function literals(list) {
    const found = [];
    let open = null;
    for (const token of list) {
        const piece = token.kind === 'text' ? token.text : conversions[token.text];
        if (piece === undefined) {
            open = null;
        } else if (open !== null) {
            open.text += piece;
        } else {
            open = { text: piece, line: token.line };
            found.push(open);
        }
    }
    return found;
}

// Splits what stands between the bracket at `at` and its twin by commas of the same depth.
export function bracketed(list, at) {
    const parts = [[]];
    let depth = 0;
    for (let i = at; i < list.length; i++) {
        const { kind, text } = list[i];
        if (kind === 'other' && '([{'.includes(text)) {
            if (depth++ === 0) continue;
        } else if (kind === 'other' && ')]}'.includes(text)) {
            if (--depth === 0) return { parts, end: i };
        } else if (kind === 'other' && text === ',' && depth === 1) {
            parts.push([]);
            continue;
        }
        parts[parts.length - 1].push(list[i]);
    }
    return { parts, end: list.length };
}
