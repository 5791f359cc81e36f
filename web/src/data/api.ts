/** The one way to the server: typed requests below /api/v1, ETags, CSRF, and what each failure means.
 *  An answer is kept with its ETag, so that an unchanged page costs the server a 304. */
import { language } from '../i18n';

export type Query = Record<string, string | number | boolean | null | undefined>;

export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
        readonly retryAfter: number | null = null,
        readonly problems: Problem[] = [],
    ) {
        super(message);
    }
}

export interface Problem {
    line?: number;
    column?: number;
    field?: string;
    message: string;
}

interface Kept {
    etag: string;
    /** Of the shop, when the answer was given: X-Shop-State. */
    state: string | null;
    data: unknown;
}

const KEPT_MAX = 200;
const kept = new Map<string, Kept>();
const AHEAD_MS = 5000;
const ahead = new Map<string, Promise<unknown>>();
const shared = new Map<string, Promise<unknown>>();
let shopState: string | null = null;
let stateHeardAt = 0;
// Questions are numbered as they leave. An answer that comes late does not overrule what the answer to a
// later question told, nor a change of our own.
let questions = 0;
let heardOf = 0;
const stateListeners = new Set<() => void>();
let csrf: string | null = null;
let onUnauthorised: () => void = () => undefined;

export function useCsrf(token: string | null): void {
    csrf = token;
}

export function whenUnauthorised(act: () => void): void {
    onUnauthorised = act;
}

/** What was kept belongs to one person: forgotten when another logs in. */
export function forgetAnswers(): void {
    kept.clear();
    ahead.clear();
    shared.clear();
    heardOf = ++questions;
    shopState = null;
}

export function apiUrl(path: string, query: Query = {}): string {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
        if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
    if (!params.has('lang')) params.set('lang', language());
    return `/api/v1/${path}?${params}`;
}

/** Of another state than what a later question was told, or from before a change. */
function tellsOfBefore(response: Response, question: number): boolean {
    return question < heardOf && response.headers.get('X-Shop-State') !== shopState;
}

/** Every answer of figures tells in which state data, definitions, settings and rights are. */
function hearState(response: Response, question: number): string | null {
    const heard = response.headers.get('X-Shop-State');
    if (heard === null || tellsOfBefore(response, question)) return null;
    heardOf = Math.max(heardOf, question);
    stateHeardAt = performance.now();
    if (heard !== shopState) setState(heard);
    return heard;
}

function setState(state: string | null): void {
    shopState = state;
    for (const listener of [...stateListeners]) listener();
}

/** Some answer has told the state since then, as performance.now(). */
export function stateHeardSince(then: number): boolean {
    return stateHeardAt >= then;
}

export function whenStateChanges(act: () => void): () => void {
    stateListeners.add(act);
    return () => stateListeners.delete(act);
}

/** Was given in the state of the shop that the latest answer told of. */
export function isOfThisState(url: string): boolean {
    const state = kept.get(url)?.state;
    return shopState !== null && state === shopState;
}

function keep(url: string, etag: string, state: string | null, data: unknown): void {
    kept.delete(url);
    kept.set(url, { etag, state, data });
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value as string);
}

/** The last answer to a question, to be shown while it is asked again. */
export function lastAnswer<T>(url: string): T | undefined {
    return kept.get(url)?.data as T | undefined;
}

async function failure(response: Response): Promise<ApiError> {
    let code = '';
    let message = response.statusText;
    let problems: Problem[] = [];
    try {
        const body = await response.json();
        code = body.error?.code ?? '';
        message = body.error?.message ?? message;
        problems = body.problems ?? body.error?.problems ?? [];
    } catch {
        // not JSON: the status has to do
    }
    const wait = Number(response.headers.get('Retry-After'));
    if (response.status === 401) onUnauthorised();
    return new ApiError(
        response.status,
        code,
        message,
        Number.isFinite(wait) && wait > 0 ? wait : null,
        problems,
    );
}

async function send(url: string, init: RequestInit): Promise<Response> {
    try {
        return await fetch(url, { credentials: 'same-origin', ...init });
    } catch (reason) {
        if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
        throw new ApiError(0, 'unreachable', '');
    }
}

/** Asks what will be asked in a moment: the first who asks takes this answer, if he comes soon. */
export function getAhead(url: string): Promise<unknown> {
    const before = ahead.get(url);
    if (before) return before;
    const coming = get(url);
    const forget = () => window.setTimeout(() => ahead.delete(url), AHEAD_MS);
    coming.then(forget, forget); // a failure is told to who asks
    ahead.set(url, coming);
    return coming;
}

/** Late is an answer that tells of the shop as it was before a later question's answer, or a change: also
 *  one that came while this answer's text was on its way. */
async function receive<T>(url: string, signal?: AbortSignal): Promise<{ data: T; isLate: boolean }> {
    const question = ++questions;
    const before = kept.get(url);
    const headers: Record<string, string> = before ? { 'If-None-Match': before.etag } : {};
    const response = await send(url, { headers, signal, cache: 'no-store' });
    const state = response.ok || response.status === 304 ? hearState(response, question) : null;
    if (response.status === 304 && before) {
        before.state = state;
        return { data: before.data as T, isLate: tellsOfBefore(response, question) };
    }
    if (!response.ok) throw await failure(response);
    const data = (await response.json()) as T;
    const etag = response.headers.get('ETag');
    if (etag) keep(url, etag, state, data);
    return { data, isLate: tellsOfBefore(response, question) };
}

export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
    const coming = ahead.get(url);
    if (!coming) return (await receive<T>(url, signal)).data;
    ahead.delete(url);
    return coming as Promise<T>;
}

/** Asked until the answer is of the shop as it is: who waits for a reference does not ask again. */
async function getOfNow<T>(url: string): Promise<T> {
    for (;;) {
        const { data, isLate } = await receive<T>(url);
        if (!isLate) return data;
    }
}

/** The same answer for all who ask before it has come; it is not taken back. */
export function getShared<T>(url: string): Promise<T> {
    const before = shared.get(url);
    if (before) return before as Promise<T>;
    const coming = getOfNow<T>(url).finally(() => {
        if (shared.get(url) === coming) shared.delete(url);
    });
    shared.set(url, coming);
    return coming;
}

export async function getText(url: string, signal?: AbortSignal): Promise<string> {
    const response = await send(url, { signal });
    if (!response.ok) throw await failure(response);
    return response.text();
}

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export async function change<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = {};
    if (csrf) headers['X-CSRF-Token'] = csrf;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const response = await send(apiUrl(path), {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw await failure(response);
    heardOf = ++questions; // what was asked before may no longer be so
    ahead.clear();
    setState(null);
    if (response.status === 204) return undefined as T;
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Sends a file as it is; `progress` hears of the bytes sent. */
export function upload<T>(
    path: string,
    query: Query,
    file: Blob,
    progress: (sent: number) => void,
    signal?: AbortSignal,
): Promise<T> {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('POST', apiUrl(path, query));
        request.setRequestHeader('Content-Type', 'application/octet-stream');
        if (csrf) request.setRequestHeader('X-CSRF-Token', csrf);
        request.upload.onprogress = (event) => progress(event.loaded);
        request.onerror = () => reject(new ApiError(0, 'unreachable', ''));
        request.onload = async () => {
            const response = new Response(request.responseText, { status: request.status });
            if (response.ok) resolve(JSON.parse(request.responseText) as T);
            else reject(await failure(response));
        };
        signal?.addEventListener('abort', () => request.abort());
        request.send(file);
    });
}
