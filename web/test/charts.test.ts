/** What charts are made of, without drawing them; and words beside them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeOption } from '../src/charts/shapes';
import type { ChartTheme } from '../src/charts/theme';
import type { PeriodPreset } from '../src/data/types';
import { compareName, compareWords } from '../src/format/compare';
import { loadLanguage } from '../src/i18n';

test('a tree map is whole as soon as it is drawn: nothing of it fades in', () => {
    const theme = { ground: '#ffffff', good: '#00aa00', bad: '#aa0000', muted: '#888888' } as ChartTheme;
    const item = { name: 'Tea', value: '10', change: 0.1 };
    const option = treeOption([item], 'count', { lang: 'en', currency: 'CNY' }, theme) as {
        animation: boolean;
        series: { animation?: boolean }[];
    };
    assert.equal(option.animation, false);
    for (const one of option.series) assert.equal(one.animation, false); // the series has a default of its own
});

test('a comparison goes by its name, not by its id, and festivals keep their capitals', async () => {
    Object.assign(globalThis, { document: { documentElement: {} } });
    await loadLanguage('en');
    const periods = [
        { id: '1111', name: '11.11', compare_default: 'festival:double-11' },
        { id: 'black-friday', name: 'Black Friday', compare_default: 'festival:black-friday' },
    ] as PeriodPreset[];
    assert.equal(compareName('festival:double-11', periods), 'Same days of 11.11');
    assert.equal(compareWords('festival:black-friday', periods), 'same days of Black Friday');
    assert.equal(compareWords('festival:spring-festival', periods), 'same days around Spring Festival');
    assert.equal(compareName(null, periods), 'No comparison');
});
