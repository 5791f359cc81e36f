/** Small controls: a row of choices, a labelled field, tabs in the address, chips. */
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';

export interface Choice<V extends string> {
    value: V;
    label: ComponentChildren;
    title?: string;
    disabled?: boolean;
}

/** A row of choices that is wider than the screen shows the one that is chosen. */
function useChosenSeen(chosen: string) {
    const box = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        const row = box.current;
        const one = row?.querySelector<HTMLElement>('[aria-pressed="true"], [aria-current]');
        if (!row || !one || row.scrollWidth <= row.clientWidth) return;
        const [left, right] = [
            one.offsetLeft - row.offsetLeft,
            one.offsetLeft - row.offsetLeft + one.offsetWidth,
        ];
        if (left < row.scrollLeft || right > row.scrollLeft + row.clientWidth)
            row.scrollLeft = left - (row.clientWidth - one.offsetWidth) / 2;
    }, [chosen]);
    return box;
}

export function Segmented<V extends string>({
    label,
    value,
    choices,
    onPick,
}: {
    label: string;
    value: V;
    choices: readonly Choice<V>[];
    onPick: (value: V) => void;
}) {
    const box = useChosenSeen(value);
    return (
        <div ref={box} class="segmented" role="group" aria-label={label}>
            {choices.map((c) => (
                <button
                    key={c.value}
                    type="button"
                    aria-pressed={c.value === value}
                    title={c.title}
                    disabled={c.disabled}
                    onClick={() => onPick(c.value)}
                >
                    {c.label}
                </button>
            ))}
        </div>
    );
}

export function Select({
    label,
    value,
    options,
    onPick,
    className,
    bare,
}: {
    label: string;
    value: string;
    options: readonly { value: string; label: string; disabled?: boolean }[];
    onPick: (value: string) => void;
    className?: string;
    bare?: boolean;
}) {
    const id = useId();
    return (
        <span class={`select ${className ?? ''}`}>
            {bare ? null : <label for={id}>{label}</label>}
            <select
                id={id}
                aria-label={bare ? label : undefined}
                value={value}
                onChange={(e) => onPick((e.target as HTMLSelectElement).value)}
            >
                {options.map((o) => (
                    <option key={o.value} value={o.value} disabled={o.disabled} selected={o.value === value}>
                        {o.label}
                    </option>
                ))}
            </select>
        </span>
    );
}

export interface FieldProps {
    label: string;
    value: string;
    onValue: (value: string) => void;
    type?: 'text' | 'password';
    hint?: string;
    autoComplete?: string;
    required?: boolean;
    minLength?: number;
    placeholder?: string;
    autoFocus?: boolean;
    inputMode?: 'decimal' | 'numeric' | 'text';
}

export function Field({
    label,
    value,
    onValue,
    hint,
    type = 'text',
    autoComplete = 'off',
    ...rest
}: FieldProps) {
    const id = useId();
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <input
                id={id}
                {...({ type } as object)}
                value={value}
                autocomplete={autoComplete}
                aria-describedby={hint ? `${id}-hint` : undefined}
                onInput={(e: Event) => onValue((e.target as HTMLInputElement).value)}
                {...(rest as object)}
            />
            {hint && (
                <p id={`${id}-hint`} class="field-hint">
                    {hint}
                </p>
            )}
        </div>
    );
}

export function Chip({
    children,
    onRemove,
    removeLabel,
}: {
    children: ComponentChildren;
    onRemove?: () => void;
    removeLabel?: string;
}) {
    return (
        <span class="chip">
            {children}
            {onRemove && (
                <button
                    type="button"
                    class="chip-remove"
                    aria-label={removeLabel ?? t('action.remove')}
                    onClick={onRemove}
                >
                    <Icon name="close" size={12} />
                </button>
            )}
        </span>
    );
}

export function Tabs({
    label,
    tabs,
    now,
}: {
    label: string;
    tabs: readonly { id: string; label: string; href: string }[];
    now: string;
}) {
    const box = useChosenSeen(now);
    return (
        <nav ref={box} class="tabs" aria-label={label}>
            {tabs.map((tab) => (
                <a key={tab.id} href={tab.href} aria-current={tab.id === now ? 'page' : undefined}>
                    {tab.label}
                </a>
            ))}
        </nav>
    );
}

export function Section({
    title,
    aside,
    children,
    id,
    note,
}: {
    title?: string;
    aside?: ComponentChildren;
    children: ComponentChildren;
    id?: string;
    note?: string;
}) {
    return (
        <section class="section" id={id}>
            {(title || aside) && (
                <div class="section-head">
                    {title && <h2>{title}</h2>}
                    {note && <span class="section-note">{note}</span>}
                    {aside && <div class="section-aside">{aside}</div>}
                </div>
            )}
            {children}
        </section>
    );
}
