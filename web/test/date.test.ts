import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    addDays,
    addMonths,
    daysBetween,
    isDay,
    isoWeek,
    longDay,
    momentText,
    periodName,
    rangeText,
    shifted,
    useZone,
} from '../src/format/date';
import { spaced } from '../src/format/text';

test('days are civil: no zone, no summer time', () => {
    assert.equal(addDays('2026-03-28', 2), '2026-03-30');
    assert.equal(addDays('2024-02-28', 1), '2024-02-29');
    assert.equal(daysBetween('2026-10-01', '2026-10-31'), 31);
    assert.equal(addMonths('2026-01-31', 1), '2026-02-28');
    assert.equal(isDay('2026-02-29'), false);
    assert.equal(isDay('2024-02-29'), true);
});

test('ISO weeks', () => {
    assert.deepEqual(isoWeek('2027-01-01'), { year: 2026, week: 53 });
    assert.deepEqual(isoWeek('2026-01-01'), { year: 2026, week: 1 });
});

test('ranges in words', () => {
    assert.equal(rangeText('2026-10-27', '2026-11-23', 'en'), '27 Oct – 23 Nov 2026');
    assert.equal(rangeText('2025-12-27', '2026-01-23', 'en'), '27 Dec 2025 – 23 Jan 2026');
    assert.equal(rangeText('2026-10-27', '2026-11-23', 'zh'), '2026年10月27日至11月23日');
    assert.equal(longDay('2026-11-24', 'zh'), '2026年11月24日');
    assert.equal(periodName('2026-10-01', 'quarter', 'zh'), '2026年第4季度');
});

test('the period before: whole months by months, else by its length', () => {
    assert.deepEqual(shifted({ from: '2026-03-01', to: '2026-03-31' }, -1), {
        from: '2026-02-01',
        to: '2026-02-28',
    });
    assert.deepEqual(shifted({ from: '2026-01-01', to: '2026-03-31' }, 1), {
        from: '2026-04-01',
        to: '2026-06-30',
    });
    assert.deepEqual(shifted({ from: '2026-11-10', to: '2026-11-16' }, -1), {
        from: '2026-11-03',
        to: '2026-11-09',
    });
});

test('thin spaces between Han and Latin, none in dates and scaled numbers', () => {
    assert.equal(spaced('最近28天'), '最近 28 天');
    assert.equal(spaced('成交总额GMV'), '成交总额 GMV');
    assert.equal(spaced('2026年10月27日至11月23日'), '2026年10月27日至11月23日');
    assert.equal(spaced('¥1.2万'), '¥1.2万');
    assert.equal(spaced('双11'), '双11');
    assert.equal(spaced('plain'), 'plain');
});

test("moments are shown by the shop's clock", () => {
    useZone('Asia/Shanghai');
    assert.equal(momentText('2026-11-24T23:02:05Z', 'en'), '25 Nov 2026 07:02');
    assert.equal(momentText('2026-11-24T16:00:00Z', 'zh'), '2026年11月25日 00:00');
});
