/** Answers that overtake each other: what was asked before a change says nothing of the shop after it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, get, getShared, isOfThisState, lastAnswer } from '../src/data/api';

/** Requests that wait until the test answers them. */
const waiting: { url: string; answer: (state: string, data: unknown, text?: ReadableStream) => void }[] = [];

Object.assign(globalThis, {
    fetch: (url: string) =>
        new Promise<Response>((done) => {
            waiting.push({
                url,
                answer: (state, data, text) =>
                    done(
                        new Response(text ?? JSON.stringify(data), {
                            headers: { 'X-Shop-State': state, ETag: `"${state}${url}"` },
                        }),
                    ),
            });
        }),
});

const turn = () => new Promise((done) => setTimeout(done, 0));
/** Answers the oldest request of that address. */
async function answer(url: RegExp, state: string, data: unknown, text?: ReadableStream): Promise<void> {
    const at = waiting.findIndex((request) => url.test(request.url));
    assert.notEqual(at, -1, `nothing has asked ${url}`);
    waiting.splice(at, 1)[0]?.answer(state, data, text);
    await turn();
}

test('an answer from before a change is asked for again', async () => {
    const asked = getShared('/kpis');
    const changing = change('DELETE', 'definitions/aov');
    await answer(/definitions/, '', {});
    await changing;
    await answer(/kpis/, 'old', 'as it was');
    assert.equal(isOfThisState('/kpis'), false);
    await answer(/kpis/, 'new', 'as it is');
    assert.equal(await asked, 'as it is');
    assert.equal(isOfThisState('/kpis'), true);
});

test('an answer whose text arrives after a change is asked for again', async () => {
    const pipe = new TransformStream();
    const asked = getShared('/bands');
    await answer(/bands/, 'old', null, pipe.readable);
    const changing = change('DELETE', 'definitions/aov');
    await answer(/definitions/, '', {});
    await changing;
    const writer = pipe.writable.getWriter();
    void writer.write(new TextEncoder().encode('"as they were"'));
    void writer.close();
    await turn();
    await answer(/bands/, 'new', 'as they are');
    assert.equal(await asked, 'as they are');
    assert.equal(isOfThisState('/bands'), true);
});

test('an answer that comes late does not overrule a later one', async () => {
    const early = getShared('/dimensions');
    const late = get('/kpi');
    await answer(/kpi$/, 'newer', 1);
    await late;
    await answer(/dimensions/, 'older', 'as they were');
    assert.equal(isOfThisState('/kpi'), true);
    await answer(/dimensions/, 'newer', 'as they are');
    assert.equal(await early, 'as they are');
    assert.equal(lastAnswer('/dimensions'), 'as they are');
    assert.equal(isOfThisState('/kpi'), true);
    assert.equal(waiting.length, 0);
});

test('an answer that comes late and tells of the same shop is not asked for again', async () => {
    const early = getShared('/stores');
    const late = get('/kpi?again');
    await answer(/kpi/, 'newer', 1);
    await late;
    await answer(/stores/, 'newer', 'all');
    assert.equal(await early, 'all');
    assert.equal(isOfThisState('/stores'), true);
    assert.equal(waiting.length, 0);
});
