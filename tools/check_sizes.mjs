// Files up to 600 lines, headers 300, functions 60, base 4,000 in all; reasoned exceptions in
// tools/sizes.txt (FILE or FILE:FUNCTION, then the lines it may have).
import { existsSync } from 'node:fs';
import { filesUnder, linesOf, report, table } from './guard.mjs';

const FILE_MAX = 600;
const HEADER_MAX = 300;
const FUNCTION_MAX = 60;
const BASE_MAX = 4000;

const allowed = new Map(table('tools/sizes.txt').map(([what, lines]) => [what, Number(lines)]));
const used = new Set();
const problems = [];

function check(what, where, lines, limit) {
    if (lines <= limit) return;
    used.add(what);
    if (lines > (allowed.get(what) ?? limit)) problems.push(`${where}: ${lines} lines (at most ${limit})`);
}

// The body of a function stands between "{" and "}" at the start of a line.
function check_functions(path, lines) {
    let open = -1;
    let name = '';
    lines.forEach((line, i) => {
        const hit = /^[A-Za-z_].*?\b(\w+)\(/.exec(line);
        if (open < 0 && hit) name = hit[1];
        if (line === '{') open = i;
        if (line === '}' && open >= 0) {
            check(`${path}:${name}`, `${path}:${open + 1}: ${name}`, i - open + 1, FUNCTION_MAX);
            open = -1;
        }
    });
}

let base = 0;
for (const folder of ['src', 'tests', 'fuzz', 'bench', 'tools']) {
    for (const path of filesUnder(folder, /\.(c|h|cpp)$/)) {
        const lines = linesOf(path);
        const count = lines.length - 1;
        check(path, path, count, path.endsWith('.h') ? HEADER_MAX : FILE_MAX);
        check_functions(path, lines);
        if (path.startsWith('src/base/')) base += count;
    }
}
if (base > BASE_MAX) problems.push(`src/base: ${base} lines (at most ${BASE_MAX})`);
for (const what of allowed.keys())
    if (!used.has(what) || !existsSync(what.split(':')[0]))
        problems.push(`tools/sizes.txt: ${what} needs no exception any more`);
report('sizes', problems, 'files and functions are short enough');
