// Nothing in the repository may depend on the machine or the place where it was written: no absolute
// paths of work folders, no hosts of package registries or mirrors, no keys.
import { readFileSync } from 'node:fs';
import { report, run } from './guard.mjs';

// Written in pieces, so that this file passes its own check.
const FORBIDDEN = [
    [new RegExp('(^|[^\\w./-])/wo' + 'rk/', 'm'), 'a path of one machine'],
    [new RegExp('/ho' + 'me/\\w+/|/ro' + 'ot/|/tmp/n' + 'pm', 'm'), 'a path of one machine'],
    [new RegExp('registry\\.(npm' + 'js|yarn' + 'pkg)|npm' + 'mirror|arti' + 'factory|"reso' + 'lved"\\s*:', 'i'),
        'the host of a package registry'],
    [new RegExp('\\b(sub' + 'agents?|cla' + 'ude|anth' + 'ropic|chat' + 'gpt|open' + 'ai|co' + 'pilot)\\b', 'i'),
        'how the project is written'],
    [new RegExp('BEGIN [A-Z ]*PRIVATE' + ' KEY|AKIA[0-9A-Z]{16}'), 'a secret'],
];

const problems = [];
const files = run('git', 'ls-files', '-z').split('\0').filter((path) => path !== '');
for (const path of files) {
    let text;
    try {
        text = readFileSync(path, 'latin1');
    } catch {
        continue; // removed, not yet committed
    }
    text.split('\n').forEach((line, i) => {
        for (const [pattern, what] of FORBIDDEN)
            if (pattern.test(line)) problems.push(`${path}:${i + 1}: ${what}: ${line.trim().slice(0, 100)}`);
    });
}
report('names', problems, `${files.length} files name no machine, registry or secret`);
