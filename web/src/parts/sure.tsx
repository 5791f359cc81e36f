/** Asks before something is done that does not go by itself: in the board's own dialogue, with the keyboard
 *  in it, and read out whole. Gives the note that was written ('' without one); null: not to be done. */
import type { ComponentChildren } from 'preact';
import { useCallback, useId, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Field } from './controls';
import { Dialog } from './dialog';

export interface Question {
    title: string;
    text?: string;
    /** What the button that does it says. */
    act: string;
    /** Asked for beside it. */
    note?: string;
    danger?: boolean;
}

interface Asking extends Question {
    answer: (note: string | null) => void;
}

/** The dialogue, to be put behind what asks (not into a form), and the function that asks. */
export function useSure(): [ComponentChildren, (question: Question) => Promise<string | null>] {
    const [asking, setAsking] = useState<Asking | null>(null);
    const ask = useCallback(
        (question: Question) =>
            new Promise<string | null>((done) => {
                const answer = (note: string | null) => {
                    setAsking(null);
                    done(note);
                };
                setAsking({ ...question, answer });
            }),
        [],
    );
    return [asking && <Sure {...asking} />, ask];
}

function Sure({ title, text, act, note, danger, answer }: Asking) {
    const [words, setWords] = useState('');
    const id = useId();
    const done = (event: Event) => {
        event.preventDefault();
        answer(words.trim());
    };
    return (
        <Dialog title={title} onClose={() => answer(null)} describedBy={text ? id : undefined}>
            <form class="form" onSubmit={done}>
                {text && <p id={id}>{text}</p>}
                {note && <Field label={note} value={words} onValue={setWords} autoFocus />}
                <div class="form-actions">
                    <button type="submit" class={`button ${danger ? 'button-danger' : 'button-main'}`}>
                        {act}
                    </button>
                    <button type="button" class="button" autofocus={!note} onClick={() => answer(null)}>
                        {t('action.cancel')}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
