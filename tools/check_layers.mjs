// A module includes front doors and private headers of its own, and of others only headers without
// _priv, of modules on lower floors (src/layers.txt). Each module has a README.
import { basename } from 'node:path';
import { existsSync } from 'node:fs';
import { filesUnder, linesOf, modules, report } from './guard.mjs';

const floors = new Map(modules().map(({ floor, name }) => [name, floor]));
const problems = [];

function check_include(path, number, module, target) {
    const [owner] = target.split('/');
    if (!target.includes('/') && !existsSync(`src/${target}`)) {
        if (!target.startsWith('duckdb')) problems.push(`${path}:${number}: include "${target}" with its module`);
        return;
    }
    if (!floors.has(owner)) {
        problems.push(`${path}:${number}: "${owner}" is no module of src/layers.txt`);
    } else if (owner !== module && target.includes('_priv.h')) {
        problems.push(`${path}:${number}: "${target}" is private to ${owner}`);
    } else if (owner !== module && floors.get(owner) >= floors.get(module)) {
        problems.push(`${path}:${number}: ${module} (floor ${floors.get(module)}) includes ` +
            `${owner} (floor ${floors.get(owner)})`);
    }
}

const names = new Map();
for (const path of filesUnder('src', /\.(c|h|cpp)$/)) {
    const module = path.split('/')[1];
    if (!floors.has(module)) {
        problems.push(`${path}: its module is not in src/layers.txt`);
        continue;
    }
    if (names.has(basename(path))) problems.push(`${path}: same file name as ${names.get(basename(path))}`);
    names.set(basename(path), path);
    linesOf(path).forEach((line, i) => {
        const hit = /^\s*#\s*include\s+"([^"]+)"/.exec(line);
        if (hit) check_include(path, i + 1, module, hit[1]);
    });
}
for (const module of floors.keys())
    if (existsSync(`src/${module}`) && !existsSync(`src/${module}/README.md`))
        problems.push(`src/${module}: README.md is missing`);
report('layers', problems, `${names.size} files keep to src/layers.txt`);
