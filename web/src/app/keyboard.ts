/** Keys of the whole board: `/` search, `g` and a letter for a page, `[` `]` for periods, `?` for all. */
import { useEffect, useRef } from 'preact/hooks';
import { PAGES, type Page } from './pages';
import { go, href } from './router';

const LETTER_WAIT_MS = 1200;

function typing(target: EventTarget | null): boolean {
    return (
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    );
}

export interface Keys {
    search: () => void;
    help: () => void;
    shift: (by: -1 | 1) => void;
}

/** One listener for the life of the board, so that a redraw between `g` and its letter loses nothing. */
export function useKeys(keys: Keys): void {
    const current = useRef(keys);
    current.current = keys;
    useEffect(() => {
        let waiting = 0;
        const onKey = (event: KeyboardEvent) => {
            if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
            if (document.querySelector('dialog[open]')) return;
            const now = Date.now();
            if (now - waiting < LETTER_WAIT_MS) {
                waiting = 0;
                const page = PAGES.find((p: Page) => p.letter === event.key);
                if (page) {
                    event.preventDefault();
                    go(href(page.path));
                }
                return;
            }
            if (event.key === 'g') waiting = now;
            else if (event.key === '/') current.current.search();
            else if (event.key === '?') current.current.help();
            else if (event.key === '[') current.current.shift(-1);
            else if (event.key === ']') current.current.shift(1);
            else return;
            event.preventDefault();
        };
        document.addEventListener('keydown', onKey);
        return () => document.removeEventListener('keydown', onKey);
    }, []);
}
