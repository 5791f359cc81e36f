import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
    byteText,
    changeText,
    compactNumber,
    exactDecimal,
    exactValue,
    pointsChange,
    relativeChange,
    rounded,
    shareText,
    shortValue,
    tableValue,
    timesHundred,
} from '../src/format/number';

const en = { lang: 'en', currency: 'USD' } as const;
const zh = { lang: 'zh', currency: 'CNY' } as const;

test('money: short, exact, in tables', () => {
    assert.equal(shortValue('1053044.1400', 'money', en), '$1.053M');
    assert.equal(shortValue('1053044.1400', 'money', zh), '¥105.3万');
    assert.equal(shortValue('251.6812', 'money', en), '$251.7');
    assert.equal(shortValue('3.5000', 'money', en), '$3.50');
    assert.equal(shortValue('-4210.0000', 'money', en), '−$4,210');
    assert.equal(exactValue('1234.5000', 'money', en), '$1,234.50');
    assert.equal(exactValue('-0.1234', 'money', en), '−$0.1234');
    assert.equal(exactValue('9223372036854775.8070', 'money', en), '$9,223,372,036,854,775.807');
    assert.equal(tableValue('1234567.8950', 'money', en), '1,234,567.90');
    assert.equal(tableValue('-0.0040', 'money', en), '0.00');
    assert.equal(tableValue('0.0000', 'money', en), '0.00');
});

test('no value is never zero', () => {
    for (const form of [shortValue, exactValue, tableValue]) {
        assert.equal(form(null, 'money', en), '–');
        assert.equal(form(undefined, 'count', zh), '–');
    }
    assert.equal(shortValue('0.0000', 'money', en), '$0.00');
    assert.equal(shortValue('0', 'count', en), '0');
});

test('counts: 万 and 亿 in Chinese, k and M in English, never more than four digits', () => {
    assert.equal(shortValue('9999', 'count', zh), '9,999');
    assert.equal(shortValue('12345', 'count', zh), '1.234万');
    assert.equal(shortValue('123456789', 'count', zh), '1.235亿');
    assert.equal(shortValue('12345', 'count', en), '12.34k');
    assert.equal(shortValue('4500000', 'count', en), '4.5M');
    assert.equal(compactNumber(999_960, 'en'), '1M');
    assert.equal(compactNumber(99_999_999, 'zh'), '1亿');
    assert.equal(compactNumber(-20000, 'zh'), '−2万');
});

test('rates are exact and their changes are percentage points', () => {
    assert.equal(shortValue('0.0377914768159', 'percent', en), '3.78%');
    assert.equal(exactValue('0.0377914768159', 'percent', en), '3.77914768159%');
    assert.equal(timesHundred('-0.5'), '-50');
    assert.equal(timesHundred('1'), '100');
    assert.equal(pointsChange('-0.00182564628969', 'en'), '−0.18 pp');
    assert.equal(pointsChange('0.0042', 'zh'), '+0.42 个百分点');
    assert.equal(changeText('percent', '0.0042', '0.1', en), '+0.42 pp');
    assert.equal(changeText('percent', '0.0042', '0.1', { ...en, lang: 'zh' }), '+0.42 个百分点');
    assert.equal(changeText('money', '12.0000', '0.0421', en), '+4.2%');
});

test('a change too small to show has no sign', () => {
    assert.equal(relativeChange('0.00004'), '0.0%');
    assert.equal(relativeChange('-0.00004'), '0.0%');
    assert.equal(relativeChange('12.5'), '+1,250%');
    assert.equal(relativeChange(null), '–');
});

test('times and other units', () => {
    assert.equal(shortValue('68', 's', zh), '68 秒');
    assert.equal(shortValue('26.0432', 'h', en), '26.0 h');
    assert.equal(shortValue('1.114', 'ratio', en), '1.11');
    assert.equal(shortValue('2412.6', 'ms', en), '2,413 ms');
    assert.equal(byteText(0), '0 B');
    assert.equal(byteText(188_743_680), '189 MB');
    assert.equal(exactDecimal('-1234567.50'), '−1,234,567.5');
});

test('money has the decimals of its currency', () => {
    const shown = (currency: string) => tableValue('1234.5000', 'money', { ...en, currency });
    assert.equal(shown('GBP'), '1,234.50');
    assert.equal(shown('JPY'), '1,234');
    assert.equal(shown('KWD'), '1,234.500');
});

test('every list of decimals is rounded as the program rounds it', () => {
    const lines = readFileSync('../tests/golden/rounding.txt', 'utf8').split('\n');
    let n = 0;
    for (const line of lines) {
        const [text = '', shift, decimals, shown] = line.split(' ');
        if (text === '#' || text === '') continue;
        n++;
        const minus = (shown ?? '').replace('-', '−');
        assert.equal(rounded(text, Number(decimals), Number(shift)), shown?.replaceAll(',', ''), line);
        if (shift === '0' && decimals === '2') assert.equal(tableValue(text, 'money', en), minus, line);
        if (shift === '0' && decimals === '0')
            assert.equal(tableValue(text, 'money', { ...en, currency: 'JPY' }), minus, line);
        if (shift === '2' && decimals === '2')
            assert.equal(tableValue(text, 'percent', en), `${minus}%`, line);
        if (shift === '2' && decimals === '1') assert.equal(shareText(text), `${minus}%`, line);
        if (shift === '0' && decimals === '1') assert.equal(tableValue(text, 'h', en), `${minus} h`, line);
    }
    assert.ok(n > 300);
});

test('short forms round the text, not a double that is nearly it', () => {
    assert.equal(shortValue('10.1250', 'money', en), '$10.12');
    assert.equal(shortValue('1.005', 'ratio', en), '1.00');
    assert.equal(shortValue('1.0050001', 'ratio', en), '1.01');
    assert.equal(shortValue('4210.5000', 'money', en), '$4,210');
    assert.equal(shortValue('9999.5000', 'money', en), '$10k');
    assert.equal(shortValue('999960', 'count', en), '1M');
    assert.equal(shortValue('-0.0010', 'money', en), '$0.00');
    assert.equal(shortValue('0.00000012', 'ratio', en), '0.00');
    assert.equal(compactNumber(1.5e21, 'en'), '1500000000000B');
    assert.equal(compactNumber(9.99996, 'en'), '10.00');
    assert.equal(relativeChange('-0.0425'), '−4.2%');
    assert.equal(shareText(0.0435), '4.4%');
});
