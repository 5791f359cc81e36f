// Runs the suite and says "skipped" the way CTest understands it.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missing } from './lib.mjs';

const reason = missing();
if (reason) {
    console.log(`skipped: ${reason}`);
    process.exit(77);
}
const suite = join(dirname(fileURLToPath(import.meta.url)), 'board.test.mjs');
const { status } = spawnSync(process.execPath, ['--test', suite], { stdio: 'inherit' });
process.exit(status ?? 1);
