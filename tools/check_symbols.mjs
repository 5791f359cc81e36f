// check_symbols BUILD: every global symbol of a module's library starts with a prefix (or is a name)
// that src/prefixes.txt gives to that module.
import { existsSync } from 'node:fs';
import { modules, report, run, table } from './guard.mjs';

const build = process.argv[2] ?? 'build/gcc';
const prefixes = table('src/prefixes.txt').flatMap(([module, ...list]) => list.map((text) => ({ module, text })));
const problems = [];
let count = 0;

function owners(symbol) {
    const fits = prefixes.filter(({ text }) => (text.endsWith('_') ? symbol.startsWith(text) : symbol === text));
    const longest = Math.max(0, ...fits.map(({ text }) => text.length));
    return fits.filter(({ text }) => text.length === longest).map(({ module }) => module);
}

for (const { name } of modules()) {
    const library = `${build}/libsv_${name}.a`;
    if (!existsSync(library)) continue;
    for (const line of run('nm', '-g', '--defined-only', library).split('\n')) {
        const hit = /^[0-9a-f]+ [A-Z] (\w+)$/.exec(line); // weak symbols are the C++ library's
        if (!hit || /^(_Z|DW|[VW])/.test(hit[1])) continue;
        count++;
        const owner = owners(hit[1]);
        if (!owner.includes(name))
            problems.push(`src/${name}: ${hit[1]} has no prefix of ${name} in src/prefixes.txt` +
                (owner.length > 0 ? ` (it belongs to ${owner.join(', ')})` : ''));
    }
}
if (count === 0) problems.push(`${build} has no libraries: build first`);
report('symbols', problems, `${count} global symbols have their module's prefix`);
