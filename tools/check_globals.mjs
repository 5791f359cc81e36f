// check_globals BUILD: nothing in our libraries or in main can change at run time except what
// tools/globals.txt names with its reason.
import { existsSync } from 'node:fs';
import { modules, report, run, table } from './guard.mjs';

const build = process.argv[2] ?? 'build/gcc';
const allowed = new Set(table('tools/globals.txt').map(([name]) => name));
const problems = [];
let count = 0;

for (const { name } of modules()) {
    const library = `${build}/libsv_${name}.a`;
    if (!existsSync(library)) continue;
    let file = '';
    for (const line of run('objdump', '-t', library).split('\n')) {
        const head = /^(\S+\.o):\s+file format/.exec(line);
        if (head) file = head[1];
        const hit = /\sO\s+(\S+)\s+[0-9a-f]+\s+(?:\.hidden\s+)?(\S+)$/.exec(line);
        if (!hit) continue;
        count++;
        const [, section, symbol] = hit;
        if (!/^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/.test(section) || section.startsWith('.data.rel.ro')) continue;
        if (symbol.startsWith('DW.ref.') || allowed.has(symbol.replace(/\.\d+$/, ''))) continue;
        problems.push(`src/${name}: ${symbol} (${file}, ${section}) can change: const, or a field of its owner`);
    }
}
if (count === 0) problems.push(`${build} has no libraries: build first`);
report('globals', problems, `${count} objects, none can change`);
