/** What charts are made of, without drawing them; and words beside them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { funnelOption, treeOption } from '../src/charts/shapes';
import { type ChartTheme, textRoom } from '../src/charts/theme';
import { type WaterfallStep, waterfallOption } from '../src/charts/waterfall';
import type { PeriodPreset } from '../src/data/types';
import { compareName, compareWords } from '../src/format/compare';
import { loadLanguage } from '../src/i18n';

test('a tree map is whole as soon as it is drawn: nothing of it fades in', () => {
    const theme = { ground: '#ffffff', good: '#00aa00', bad: '#aa0000', muted: '#888888' } as ChartTheme;
    const item = { name: 'Tea', value: '10', change: 0.1 };
    const option = treeOption([item], 'count', { lang: 'en', currency: 'CNY' }, theme, 900) as {
        animation: boolean;
        series: { animation?: boolean }[];
    };
    assert.equal(option.animation, false);
    for (const one of option.series) assert.equal(one.animation, false); // the series has a default of its own
});

test('on a phone bars have room, and so have the words beside them', () => {
    const theme = {
        ground: '#ffffff',
        accent: '#0000ff',
        series: ['#000000'],
        heat: ['#eeeeee'],
    } as unknown as ChartTheme;
    const style = { lang: 'zh', currency: 'CNY' } as const;
    const [phone, desk] = [310, 1100];
    const steps = [
        { name: '访客数', value: '53597', unit: 'count' },
        { name: '支付买家数', value: '3651', unit: 'count' },
    ] as const;
    const right = (width: number) =>
        (funnelOption(steps, style, theme, width) as { grid: { right: number } }).grid.right;
    assert.ok(right(phone) < phone / 2, `${right(phone)} of ${phone} px are left free beside the bars`);
    assert.ok(right(phone) < right(desk));

    const way = [
        { name: 'GMV', role: 'start', value: '1175546.80', share: '1' },
        { name: '取消', role: 'minus', value: '14850.30', share: '0.0126' },
    ] as WaterfallStep[];
    const { grid } = waterfallOption(way, style, theme, phone) as { grid: { right: number } };
    assert.ok(grid.right > textRoom('−¥1.485万', 12), `${grid.right} px`);
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
