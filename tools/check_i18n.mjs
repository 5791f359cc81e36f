// Every text that a user can see in English has its Chinese twin in lang/zh/*.po: what is passed as a
// literal to error_set, tr, problem_add, yaml_problem and the like, and what tables of the CLI hold.
// "check_i18n.mjs MODULE..." lists only those modules; --unused names the msgids nobody uses.
import { bracketed, filesUnder, linesOf, literals, report, tokens } from './guard.mjs';
import { readFileSync } from 'node:fs';

// Function -> which arguments are translated (0 is the first).
const TRANSLATES = { error_set: [2], tr: [1], problem_add: [4], yaml_problem: [2] };
const NEVER = new Set(['arena_printf', 'buf_addf', 'text_table_cellf', 'derive_execf', 'job_exec']);

const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const sources = filesUnder('src', /\.(c|h)$/);

// Functions of ours that hand their format on to tr(): they are declared PRINTF_LIKE.
for (const path of sources) {
    const text = readFileSync(path, 'utf8');
    for (const [, name, , format] of text.matchAll(/(\w+)\(([^;{}()]*)\)\s*PRINTF_LIKE\((\d+),/g))
        if (!NEVER.has(name)) TRANSLATES[name] = [Number(format) - 1];
}

const twins = new Map();
const problems = [];
for (const path of filesUnder('lang/zh', /\.po$/)) {
    let field = '';
    let entry = { msgid: '', msgstr: '', line: 0 };
    const keep = () => {
        if (entry.msgid === '') return;
        if (entry.msgstr === '') problems.push(`${path}:${entry.line}: no Chinese text`);
        twins.set(entry.msgid, { ...entry, path, used: false });
    };
    linesOf(path).forEach((line, i) => {
        const hit = /^(msgid|msgstr)?\s*"(.*)"\s*$/.exec(line);
        if (!hit) return;
        if (hit[1] === 'msgid') {
            keep();
            entry = { msgid: '', msgstr: '', line: i + 1 };
        }
        field = hit[1] ?? field;
        entry[field] += hit[2];
    });
    keep();
}

// Only digits, marks and conversions: the same in every language.
function has_words(text) {
    return /[A-Za-z]{2}/.test(text.replace(/%[-+ #0]*[\d.*]*(?:hh?|ll?|z|j)?[a-zA-Z]/g, '').replace(/\\./g, ''));
}

const missing = [];
const everything = new Set();
function need(path, { text, line }) {
    if (!has_words(text)) return;
    const twin = twins.get(text);
    if (twin) twin.used = true;
    else missing.push({ path, line, text });
}

function texts_of_calls(path, list) {
    for (let i = 0; i + 1 < list.length; i++) {
        const wanted = TRANSLATES[list[i].text];
        if (list[i].kind !== 'name' || wanted === undefined || list[i + 1].text !== '(') continue;
        const { parts } = bracketed(list, i + 1);
        for (const n of wanted)
            for (const literal of literals(parts[n] ?? [])) need(path, literal);
    }
}

// Rows of `struct option NAME[] = { { name, type, value, help, offset }, ...}` and summaries.
function texts_of_commands(path, list) {
    for (let i = 0; i + 2 < list.length; i++) {
        if (list[i].text === 'summary' && list[i + 1].text === '=' && list[i - 1].text === '.')
            need(path, literals(list.slice(i + 2, list.findIndex((t, j) => j > i && t.text === ',')))[0]);
        if (list[i].text !== 'struct' || list[i + 1].text !== 'option' || list[i + 3]?.text !== '[') continue;
        const at = list.findIndex((t, j) => j > i && (t.text === '{' || t.text === ';' || t.text === ')'));
        if (list[at]?.text !== '{') continue;
        for (const row of bracketed(list, at).parts) {
            const help = row.length > 0 && row[0].text === '{' ? bracketed(row, 0).parts[3] : undefined;
            if (help) for (const literal of literals(help)) need(path, literal);
        }
    }
}

for (const path of sources) {
    const list = tokens(readFileSync(path, 'utf8'));
    for (const { text } of literals(list)) everything.add(text);
    if (only.length > 0 && !only.includes(path.split('/')[1])) continue;
    texts_of_calls(path, list);
    if (path.startsWith('src/cli/')) texts_of_commands(path, list);
}
for (const { path, line, text } of missing) problems.push(`${path}:${line}: no Chinese twin of "${text}"`);

// Texts in tables reach tr() at run time: an entry is used when its text stands anywhere in src/.
const unused = [...twins.values()].filter(({ used, msgid }) => !used && !everything.has(msgid));
if (process.argv.includes('--unused'))
    for (const { path, line, msgid } of unused) console.log(`${path}:${line}: nobody uses "${msgid}"`);
report('i18n', problems, `${twins.size} texts have their twins, ${unused.length} unused (--unused names them)`);
