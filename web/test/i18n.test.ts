// Every text that the board asks for exists in both languages, and none is there that nobody asks for.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';

const SRC = join(process.env.BOARD_SRC ?? 'src');

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return sources(path);
        return /\.tsx?$/.test(entry.name) && !/i18n[\\/](en|zh)\.ts$/.test(path) ? [path] : [];
    });
}

const code = sources(SRC)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
const literal = new Set([...code.matchAll(/'([a-zA-Z]+\.[a-zA-Z0-9]+)'/g)].map((hit) => hit[1]));
// t(`stage.${stage}`): every key of that beginning counts as used
const prefixes = [...code.matchAll(/`([a-zA-Z]+\.)\$\{/g)].map((hit) => hit[1] as string);

test('both locales have the same keys', () => {
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
});

test('every key is used', () => {
    const unused = Object.keys(en).filter(
        (key) => !literal.has(key) && !prefixes.some((p) => key.startsWith(p)),
    );
    assert.deepEqual(unused, []);
});

test('every key asked for exists', () => {
    const asked = [...code.matchAll(/\bt\(\s*'([a-zA-Z]+\.?[a-zA-Z0-9]*)'/g)].map((hit) => hit[1] as string);
    assert.ok(asked.length > 50);
    assert.deepEqual(
        asked.filter((key) => !(key in en)),
        [],
    );
});

test('the places of a text are the same in both languages', () => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1]).sort();
    for (const key of Object.keys(en) as (keyof typeof en)[])
        assert.deepEqual(places(zh[key]), places(en[key]), key);
});

test('Chinese texts are Chinese', () => {
    const same = (Object.keys(en) as (keyof typeof en)[]).filter(
        (key) => zh[key] === en[key] && /[a-z]{4}/.test(en[key]),
    );
    assert.deepEqual(same, []);
});
