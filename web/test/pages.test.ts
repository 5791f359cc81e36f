import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addsUpBy, commonGrains, grainOf } from '../src/app/asking';
import { daysOf, drillOf } from '../src/app/drill';
import { filterText, parseWhere, withFilter, withoutFilter } from '../src/app/filters';
import { bins } from '../src/charts/histogram';
import { waterfallBars } from '../src/charts/waterfall';
import type { Answer, KpiEntry, Row } from '../src/data/types';
import { diffLines } from '../src/pages/definitions/diff';
import { valuesBeyond } from '../src/pages/explore/state';
import { byWeekdayAndHour } from '../src/pages/kpi/weekdays';
import { sumOfDays } from '../src/pages/targets/days';

test('filters: chips and the filter language are the same thing', () => {
    const where = "country in ('Germany', 'France') and channel != 'it''s' and medium is null";
    const filters = parseWhere(where);
    assert.deepEqual(filters, [
        { dimension: 'country', values: ['Germany', 'France'], not: false },
        { dimension: 'channel', values: ["it's"], not: true },
        { dimension: 'medium', values: [null], not: false },
    ]);
    assert.equal(filters?.map(filterText).join(' and '), where);
    assert.deepEqual(parseWhere("国家 = 'UK'"), [{ dimension: '国家', values: ['UK'], not: false }]);
});

test('what chips cannot say stays as it is written', () => {
    for (const text of [
        "a = 'x' or b = 'y'",
        'quantity > 3',
        "title contains 'mug'",
        "(a = 'x')",
        "a = 'x' and",
        "a in ('x'",
    ])
        assert.equal(parseWhere(text), null, text);
    assert.equal(
        withFilter("a = 'x' or b = 'y'", { dimension: 'c', values: ['z'], not: false }),
        "(a = 'x' or b = 'y') and c = 'z'",
    );
});

test('a filter of the same dimension gives way; one can be taken out', () => {
    assert.equal(
        withFilter("channel = 'live' and device = 'app'", {
            dimension: 'channel',
            values: ['crm'],
            not: false,
        }),
        "device = 'app' and channel = 'crm'",
    );
    assert.equal(withFilter(null, { dimension: 'sku', values: [null], not: false }), 'sku is null');
    assert.equal(withoutFilter("channel = 'live' and device = 'app'", 0), "device = 'app'");
    assert.equal(withoutFilter("channel = 'live'", 0), null);
});

test('injected quotes stay inside their value', () => {
    const evil = "x' or 1 = 1 --";
    assert.deepEqual(parseWhere(filterText({ dimension: 'channel', values: [evil], not: false })), [
        { dimension: 'channel', values: [evil], not: false },
    ]);
});

test('a histogram holds every value once, in bins of a round width', () => {
    const values = Array.from({ length: 101 }, (_, i) => i * 0.37);
    const made = bins(values);
    assert.equal(
        made.reduce((sum, b) => sum + b.count, 0),
        values.length,
    );
    assert.ok(
        made.every((b) => Math.abs(b.to - b.from - 5) < 1e-9),
        JSON.stringify(made[0]),
    );
    assert.deepEqual(bins([]), []);
    assert.deepEqual(bins([4, 4]), [{ from: 4, to: 4, count: 2 }]);
});

test('a waterfall ends where its steps lead', () => {
    const bars = waterfallBars([
        { name: 'GMV', role: 'start', value: '100.0000', share: null },
        { name: 'returns', role: 'minus', value: '30.0000', share: null },
        { name: 'net', role: 'subtotal', value: '70.0000', share: null },
        { name: 'postage', role: 'plus', value: '5.0000', share: null },
        { name: 'goods', role: 'minus', value: '90.0000', share: null },
        { name: 'left', role: 'end', value: '-15.0000', share: null },
    ]);
    assert.deepEqual(
        bars.map(({ from, to }) => [from, to]),
        [
            [0, 100],
            [100, 70],
            [0, 70],
            [70, 75],
            [75, -15],
            [0, -15],
        ],
    );
});

test('hours fold into a week: quotients by sums, no value is left out', () => {
    const row = (
        time: string,
        hour: number,
        value: string | null,
        num: string | null,
        den: string | null,
    ): Row => ({ time, hour, by: {}, value, num, den, compare: null, complete: true });
    const cells = byWeekdayAndHour(
        [
            row('2026-11-02', 9, '0.5', '1', '2'),
            row('2026-11-09', 9, '0.1', '1', '10'),
            row('2026-11-09', 10, null, null, null),
            row('2026-11-08', 9, '4', null, null),
        ],
        1,
    );
    assert.deepEqual(cells, [
        [9, 0, 2 / 12],
        [9, 6, 4],
    ]);
});

test('a difference of texts rebuilds both', () => {
    const before = ['a', 'b', 'c', 'd'];
    const after = ['a', 'x', 'c', 'd', 'e'];
    const lines = diffLines(before, after);
    assert.deepEqual(
        lines.filter((l) => l.kind !== 'added').map((l) => l.text),
        before,
    );
    assert.deepEqual(
        lines.filter((l) => l.kind !== 'removed').map((l) => l.text),
        after,
    );
    assert.equal(lines.filter((l) => l.kind === 'same').length, 3);
});

test('a figure leads to its own days, filters and values, and to nothing wider', () => {
    const row = (time: string | null, by: Row['by'], more: Partial<Row> = {}): Row => ({
        time,
        by,
        value: '1',
        num: null,
        den: null,
        compare: null,
        complete: true,
        ...more,
    });
    const rows = ['2026-10-26', '2026-11-02', '2026-11-09'].map((time) => row(time, { channel: 'live' }));
    const total = row(null, {});
    const weeks = { from: '2026-10-28', to: '2026-11-12', grain: 'week', kpis: [{ rows, total }] };
    const answer = weeks as unknown as Answer;
    assert.deepEqual(
        rows.map((one) => daysOf(answer, one)),
        [
            { from: '2026-10-28', to: '2026-11-01' },
            { from: '2026-11-02', to: '2026-11-08' },
            { from: '2026-11-09', to: '2026-11-12' },
        ],
    );
    assert.deepEqual(daysOf(answer, total), { from: '2026-10-28', to: '2026-11-12' });
    const cut = { by: ['channel'], where: "device = 'app' and channel in ('live', 'crm')" };
    assert.deepEqual(drillOf(answer, rows[1] as Row, cut), {
        from: '2026-11-02',
        to: '2026-11-08',
        period: null,
        where: "device = 'app' and channel = 'live'",
    });
    assert.equal(drillOf(answer, total, cut)?.where, cut.where);
    assert.equal(drillOf(answer, row('2026-11-02', {}, { others: true }), cut), null);
    const hours = { ...answer, grain: 'hour' } as Answer;
    assert.equal(drillOf(hours, row('2026-11-02', {}, { hour: 9 }), cut), null);
});

test('days of a target add up exactly, and not at all where one has none', () => {
    const day = (target: string | null, actual: string | null) => ({
        day: '2026-11-01',
        target,
        actual,
        complete: true,
        locked: false,
    });
    assert.deepEqual(sumOfDays([day('0.1000', '-1.0001'), day('0.2', '0.5000'), day('1000000.0003', null)]), {
        target: '1000000.3003',
        actual: '-0.5001',
    });
    assert.deepEqual(sumOfDays([day('1', '1'), day(null, '2')]), { target: null, actual: '3.0000' });
    assert.deepEqual(sumOfDays([]), { target: null, actual: null });
});

test('a question asks by a grain that all of its KPIs have', () => {
    const hours = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'total'] as const;
    const days = hours.slice(1);
    const one = ['2026-11-02', '2026-11-02'] as const;
    assert.equal(grainOf(commonGrains([hours], null), null, ...one), 'hour');
    assert.equal(grainOf(commonGrains([hours, days], null), null, ...one), 'day');
    assert.equal(grainOf(commonGrains([hours, days], null), 'hour', ...one), 'day');
    assert.equal(grainOf(commonGrains([hours, undefined], null), 'week', ...one), 'week');
    assert.equal(grainOf(commonGrains([hours], 'order'), null, ...one), 'day');
    assert.equal(grainOf(commonGrains([['month', 'total']], null), null, ...one), 'month');
    assert.equal(grainOf(commonGrains([['total']], null), 'nonsense', '2026-01-01', '2026-12-31'), 'total');
});

test('shares are shown where each figure is a part of one whole', () => {
    const orders = { adds_up: true, adds_up_by: ['channel', 'store'] } as unknown as KpiEntry;
    assert.equal(addsUpBy(orders, ['channel']), true);
    assert.equal(addsUpBy(orders, ['channel', 'category']), false);
    assert.equal(addsUpBy({ ...orders, adds_up: false }, ['channel']), false);
    assert.equal(addsUpBy(undefined, []), false);
});

test('a pivot asks by name for the sums that are not among the greatest of its edge', () => {
    const row = (sku: string | null, others = false) => ({ by: { sku }, others, value: '1.0000' });
    const of = (...rows: unknown[]) => ({ kpis: [{ id: 'net_sales', rows }] }) as unknown as Answer;
    const shown = of(row('A'), row('B'), row('C'), row(null), row('C'), row(null, true));
    assert.deepEqual(valuesBeyond(shown, of(row('A'), row(null, true)), 'sku'), ['B', 'C', null]);
    assert.deepEqual(valuesBeyond(shown, of(row('A'), row('B'), row('C'), row(null)), 'sku'), []);
    // all that there is: nothing is missing, and nothing is asked
    assert.deepEqual(valuesBeyond(shown, of(row('A')), 'sku'), []);
    const many = of(...Array.from({ length: 200 }, (_, i) => row(`${'x'.repeat(90)}${i}`)));
    assert.equal(valuesBeyond(many, of(row('A'), row(null, true)), 'sku').length, 39);
});
