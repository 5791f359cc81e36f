/** Asking from a page: one question at a time, cancelled when the page moves on, the last answer kept
 *  on screen meanwhile, and asked again by itself when the engine is busy. */
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
    ApiError,
    get,
    getShared,
    isOfThisState,
    lastAnswer,
    stateHeardSince,
    whenStateChanges,
} from './api';

export interface Asked<T> {
    data: T | undefined;
    error: ApiError | undefined;
    /** The answer to this very question has not come yet; `data` may be the one before. */
    pending: boolean;
    /** It has taken long enough to be shown as on its way. */
    loading: boolean;
    /** The engine is busy: the question waits and is sent again. */
    queued: boolean;
    /** When the answer came (or was found unchanged), as Date.now(). */
    at: number | undefined;
    again: () => void;
}

const QUEUE_WAIT_S = 2;
const SLOW_MS = 180;
const STATE_CHECK_MS = 1500;

interface State<T> {
    url: string | null;
    /** What was asked again has a higher turn. */
    turn: number;
    data?: T;
    error?: ApiError;
    loading: boolean;
    queued: boolean;
    at?: number;
}

/** What many parts of the board look things up in, and what no clock changes: the catalogue,
 *  dimensions and their values, bands of the calendar. Asked once for all; asked again when some
 *  answer tells that data, definitions, settings or rights are no longer those it was made of. */
export function useReference<T>(url: string | null): Asked<T> {
    const [, hear] = useState({});
    useLayoutEffect(() => whenStateChanges(() => hear({})), []);
    return useAsking<T>(url, 0, true);
}

/** `url` null asks nothing. `every` seconds asks again while the page is visible. */
export function useAsked<T>(url: string | null, every = 0): Asked<T> {
    return useAsking<T>(url, every, false);
}

function useAsking<T>(url: string | null, every: number, isReference: boolean): Asked<T> {
    const [state, setState] = useState<State<T>>(() => ({
        url,
        turn: -1,
        data: url ? lastAnswer<T>(url) : undefined,
        loading: url !== null,
        queued: false,
    }));
    const [turn, setTurn] = useState(0);
    const shown = useRef<string | null>(null);
    const began = useRef(performance.now());

    const known = isReference && url !== null && isOfThisState(url);
    // with the drawing, not after it: the question leaves a frame or two earlier
    useLayoutEffect(() => {
        if (url === null) {
            setState({ url, turn, loading: false, queued: false });
            return;
        }
        if (known) {
            const data = lastAnswer<T>(url);
            shown.current = url;
            setState((s) =>
                s.url === url && s.turn === turn && s.data === data && !s.loading
                    ? s
                    : { url, turn, data, loading: false, queued: false },
            );
            // a page that asks for nothing else would not hear of a change
            const timer = window.setTimeout(() => {
                if (!stateHeardSince(began.current)) void getShared<T>(url).catch(() => undefined);
            }, STATE_CHECK_MS);
            return () => window.clearTimeout(timer);
        }
        const cancel = new AbortController();
        let timer: number | undefined;
        const slow = window.setTimeout(
            () => setState((s) => (cancel.signal.aborted ? s : { ...s, loading: true })),
            shown.current === null ? 0 : SLOW_MS,
        );
        const ask = async () => {
            try {
                const data = await (isReference ? getShared<T>(url) : get<T>(url, cancel.signal));
                if (cancel.signal.aborted) return;
                window.clearTimeout(slow);
                shown.current = url;
                setState({ url, turn, data, loading: false, queued: false, at: Date.now() });
                if (every > 0) timer = window.setTimeout(refresh, every * 1000);
            } catch (reason) {
                if (cancel.signal.aborted) return;
                const error = reason instanceof ApiError ? reason : new ApiError(0, 'broken', String(reason));
                if (error.status === 503 || error.status === 429) {
                    setState((s) => ({ ...s, loading: true, queued: true, error: undefined }));
                    timer = window.setTimeout(ask, (error.retryAfter ?? QUEUE_WAIT_S) * 1000);
                    return;
                }
                window.clearTimeout(slow);
                setState((s) => ({
                    url,
                    turn,
                    data: s.url === url || error.status === 0 ? s.data : undefined,
                    at: s.at,
                    error,
                    loading: false,
                    queued: false,
                }));
                if (every > 0 && (error.status === 0 || error.status >= 500))
                    timer = window.setTimeout(ask, every * 1000);
            }
        };
        const refresh = () => {
            if (document.visibilityState === 'visible') void ask();
            else timer = window.setTimeout(refresh, 1000);
        };
        void ask();
        return () => {
            cancel.abort();
            window.clearTimeout(slow);
            window.clearTimeout(timer);
        };
    }, [url, turn, known]);

    const again = useCallback(() => setTurn((n) => n + 1), []);
    const fresh = state.url === url;
    return {
        data: fresh ? state.data : ((url ? lastAnswer<T>(url) : undefined) ?? state.data),
        error: fresh ? state.error : undefined,
        pending: url !== null && (!fresh || state.turn !== turn),
        loading: state.loading,
        queued: state.queued,
        at: state.at,
        again,
    };
}

/** A change of the data by the person: running, failed with the server's words, or done. */
export function useAction(): {
    busy: boolean;
    error: ApiError | undefined;
    run: <T>(act: () => Promise<T>) => Promise<T | undefined>;
    clear: () => void;
} {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<ApiError | undefined>(undefined);
    const run = useCallback(async <T>(act: () => Promise<T>): Promise<T | undefined> => {
        setBusy(true);
        setError(undefined);
        try {
            return await act();
        } catch (reason) {
            setError(reason instanceof ApiError ? reason : new ApiError(0, 'broken', String(reason)));
            return undefined;
        } finally {
            setBusy(false);
        }
    }, []);
    return { busy, error, run, clear: () => setError(undefined) };
}
