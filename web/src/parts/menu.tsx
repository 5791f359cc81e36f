/** A button that opens a small panel: closed by Escape, by a click outside, by picking. */
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

const CloseContext = createContext<() => void>(() => undefined);

export function usePopover() {
    return useContext(CloseContext);
}

/** Up and down go along the entries of a list, also from the field above that searches them; there Enter takes the
 *  first. Other fields keep their arrows. */
function moveInList(event: KeyboardEvent, box: HTMLElement | null): void {
    const entries = [...(box?.querySelectorAll<HTMLElement>('.panel .menu-item') ?? [])];
    const isSearch = event.target instanceof HTMLInputElement && event.target.type === 'search';
    const now = entries.indexOf(event.target as HTMLElement);
    if (entries.length === 0 || (!isSearch && now < 0)) return;
    if (isSearch && event.key === 'Enter') entries[0]?.click();
    else if (event.key === 'ArrowDown') entries[(now + 1) % entries.length]?.focus();
    else if (event.key === 'ArrowUp')
        entries[(Math.max(now, 0) - 1 + entries.length) % entries.length]?.focus();
    else return;
    event.preventDefault();
}

interface PopoverProps {
    label: string;
    button: ComponentChildren;
    buttonClass?: string;
    panelClass?: string;
    align?: 'left' | 'right';
    children: ComponentChildren;
    role?: 'menu' | 'dialog';
    title?: string;
}

export function Popover({
    label,
    button,
    buttonClass = 'icon-button',
    panelClass = '',
    align = 'right',
    children,
    role = 'dialog',
    title,
}: PopoverProps) {
    const [open, setOpen] = useState(false);
    const box = useRef<HTMLDivElement>(null);
    const opener = useRef<HTMLButtonElement>(null);
    const id = useId();
    useLayoutEffect(() => {
        if (!open) return;
        const outside = (event: Event) => {
            if (!box.current?.contains(event.target as Node)) setOpen(false);
        };
        const onEscape = (event: KeyboardEvent) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setOpen(false);
            opener.current?.focus();
        };
        document.addEventListener('pointerdown', outside);
        document.addEventListener('keydown', onEscape, true);
        const first = box.current?.querySelector<HTMLElement>(
            '.panel [autofocus], .panel button, .panel input, .panel a',
        );
        first?.focus({ preventScroll: true });
        return () => {
            document.removeEventListener('pointerdown', outside);
            document.removeEventListener('keydown', onEscape, true);
        };
    }, [open]);
    const close = () => {
        setOpen(false);
        opener.current?.focus();
    };
    return (
        <div class="popover" ref={box} onKeyDown={(event) => moveInList(event, box.current)}>
            <button
                ref={opener}
                type="button"
                class={buttonClass}
                aria-label={buttonClass === 'icon-button' ? label : undefined}
                aria-haspopup={role}
                aria-expanded={open}
                aria-controls={open ? id : undefined}
                title={title ?? label}
                onClick={() => setOpen(!open)}
            >
                {button}
            </button>
            {open && (
                <div id={id} class={`panel panel-${align} ${panelClass}`} role={role} aria-label={label}>
                    <CloseContext.Provider value={close}>{children}</CloseContext.Provider>
                </div>
            )}
        </div>
    );
}

export function Menu(props: Omit<PopoverProps, 'role'>) {
    return <Popover {...props} role="menu" panelClass={`menu ${props.panelClass ?? ''}`} />;
}

export function MenuItem({
    onPick,
    children,
    checked,
}: {
    onPick: () => void;
    children: ComponentChildren;
    checked?: boolean;
}) {
    const close = usePopover();
    return (
        <button
            type="button"
            role="menuitem"
            class={`menu-item${checked ? ' is-on' : ''}`}
            onClick={() => {
                close();
                onPick();
            }}
        >
            {children}
        </button>
    );
}

export function MenuLink({
    href,
    download,
    children,
}: {
    href: string;
    download?: boolean;
    children: ComponentChildren;
}) {
    const close = usePopover();
    return (
        <a role="menuitem" class="menu-item" href={href} download={download ? '' : undefined} onClick={close}>
            {children}
        </a>
    );
}
