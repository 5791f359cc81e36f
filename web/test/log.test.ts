/** Whatever the server writes into its log of changes has words on the page of the log. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadLanguage } from '../src/i18n';
import { actionName, actionOn } from '../src/pages/settings/actions';

const PROGRAM = join(process.env.BOARD_SRC ?? 'src', '../../src');
const textOf = (module: string) =>
    readdirSync(join(PROGRAM, module))
        .filter((name) => name.endsWith('.c'))
        .map((name) => readFileSync(join(PROGRAM, module, name), 'utf8'))
        .join('\n');

test('every change that the server logs has a name in both languages', async () => {
    Object.assign(globalThis, { document: { documentElement: {} } });
    const changes = [
        ...textOf('server').matchAll(
            /\.method = "(POST|PUT|PATCH|DELETE)",\s*\.path = "([^"]+)",([\s\S]*?)\.answer/g,
        ),
    ].filter(([, , , rest]) => !/logs_itself = true|changes_nothing = true/.test(rest ?? ''));
    assert.ok(changes.length > 20);
    const ids = [...textOf('access').matchAll(/"((?:login|user|token|share|view)(?:\.[a-z]+)?)"/g)]
        .map(([, id]) => id ?? '')
        .filter((id) => id === 'login' || id.includes('.'));
    assert.ok(ids.length > 8);
    for (const lang of ['en', 'zh'] as const) {
        await loadLanguage(lang);
        for (const id of ids) assert.notEqual(actionName(id, ''), id, `${lang}: ${id}`);
        for (const [, method = '', path = ''] of changes) {
            const what = path.replace(/\{\w+\}/g, 'x');
            if (!/check$|shares|tokens|views/.test(what))
                assert.notEqual(actionName(method, what), method, `${lang}: ${method} ${path}`);
        }
    }
    assert.equal(actionOn('/api/v1/definitions/aov'), 'definitions/aov');
    assert.equal(actionName('new.one', ''), 'new.one');
});
