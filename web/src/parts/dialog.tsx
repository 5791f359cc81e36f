/** A dialogue above the page: the browser's own, so that focus stays in it and Escape closes it. It opens
 *  with the drawing that brings it, so that no key pressed meanwhile is the page's. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';

export function Dialog({
    title,
    onClose,
    children,
    wide,
    className,
    describedBy,
}: {
    title: string;
    onClose: () => void;
    children: ComponentChildren;
    wide?: boolean;
    className?: string;
    /** The id of a question's text: read out as the dialogue opens, which then wants an answer. */
    describedBy?: string;
}) {
    const box = useRef<HTMLDialogElement>(null);
    useLayoutEffect(() => {
        const dialog = box.current;
        if (dialog && !dialog.open) dialog.showModal();
        return () => dialog?.close();
    }, []);
    return (
        <dialog
            ref={box}
            class={`dialog${wide ? ' dialog-wide' : ''} ${className ?? ''}`}
            role={describedBy ? 'alertdialog' : undefined}
            aria-label={title}
            aria-describedby={describedBy}
            onCancel={(e) => {
                e.preventDefault();
                onClose();
            }}
            onClick={(e) => e.target === box.current && onClose()}
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2>{title}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label={t('action.close')}
                        onClick={onClose}
                    >
                        <Icon name="close" />
                    </button>
                </header>
                {children}
            </div>
        </dialog>
    );
}
