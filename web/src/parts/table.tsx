/** Tables of figures: sortable heads, aligned digits; what is copied out of a cell is its exact value,
 *  whatever is shown. */
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { t } from '../i18n';

export interface Column<T> {
    id: string;
    head: ComponentChildren;
    /** What is shown. */
    cell: (row: T, index: number) => ComponentChildren;
    /** What is copied; absent: the text that is shown. */
    exact?: (row: T) => string | null;
    /** What is sorted by; absent: the column does not sort. */
    sort?: (row: T) => number | string | null;
    number?: boolean;
    className?: string;
    title?: (row: T) => string | undefined;
    /** Below an equal one it steps back, so that the eye sees where the next one begins. */
    repeats?: boolean;
}

/** The head of a column that needs none for the eye, such as one of buttons: it is read out. */
export const unseen = (text: string): ComponentChildren => <span class="sr-only">{text}</span>;

export interface TableProps<T> {
    label: string;
    columns: readonly Column<T>[];
    rows: readonly T[];
    rowKey: (row: T, index: number) => string;
    rowClass?: (row: T) => string | undefined;
    /** The line below, such as the total. */
    foot?: T;
    first?: { id: string; down: boolean };
    /** Sorting elsewhere (in the address, on the server). */
    sorted?: { id: string; down: boolean };
    onSort?: (id: string, down: boolean) => void;
    empty?: ComponentChildren;
    onRow?: (row: T) => void;
    /** Shows every row at once; else long tables begin with some. */
    whole?: boolean;
}

/** Long tables begin with these rows; a few more are not worth a button. */
const ROWS_AT_FIRST = 50;
const ROWS_SLACK = 15;

function compare(a: number | string | null, b: number | string | null): number {
    if (a === null) return b === null ? 0 : 1;
    if (b === null) return -1;
    return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

export function Table<T>({
    label,
    columns,
    rows,
    rowKey,
    rowClass,
    foot,
    first,
    sorted,
    onSort,
    empty,
    onRow,
    whole,
}: TableProps<T>) {
    const [own, setOwn] = useState(first ?? null);
    const by = sorted ?? own;
    const shown = useMemo(() => {
        const column = columns.find(({ id }) => id === by?.id);
        if (onSort || !by || !column?.sort) return rows;
        const key = column.sort;
        return [...rows].sort((a, b) => {
            const [x, y] = [key(a), key(b)];
            if (x === null || y === null) return compare(x, y);
            return by.down ? compare(y, x) : compare(x, y);
        });
    }, [rows, columns, by, onSort]);
    const [all, setAll] = useState(false);
    const visible =
        all || whole || shown.length <= ROWS_AT_FIRST + ROWS_SLACK ? shown : shown.slice(0, ROWS_AT_FIRST);
    const pick = (column: Column<T>) => {
        const down = by?.id === column.id ? !by.down : column.number === true;
        if (onSort) onSort(column.id, down);
        else setOwn({ id: column.id, down });
    };
    const isRepeated = (column: Column<T>, row: T, i: number) =>
        column.repeats === true && i > 0 && column.sort?.(visible[i - 1] as T) === column.sort?.(row);
    const line = (row: T, i: number, key: string, className?: string) => (
        <tr
            key={key}
            class={[className, onRow ? 'is-link' : ''].filter(Boolean).join(' ') || undefined}
            onClick={onRow ? () => onRow(row) : undefined}
        >
            {columns.map((column) => (
                <td
                    key={column.id}
                    class={`${column.number ? 'num' : ''} ${column.className ?? ''} ${isRepeated(column, row, i) ? 'repeated' : ''}`}
                    data-exact={column.exact?.(row) ?? undefined}
                    title={column.title?.(row)}
                >
                    {column.cell(row, i)}
                </td>
            ))}
        </tr>
    );
    return (
        <section class="table-box" tabIndex={0} aria-label={label}>
            <table class="table">
                <thead>
                    <tr>
                        {columns.map((column) => (
                            <th
                                key={column.id}
                                scope="col"
                                class={`${column.number ? 'num' : ''} ${column.className ?? ''}`}
                                aria-sort={
                                    by?.id === column.id ? (by.down ? 'descending' : 'ascending') : undefined
                                }
                            >
                                {column.sort ? (
                                    <button type="button" class="th-button" onClick={() => pick(column)}>
                                        {column.head}
                                        <span class="th-mark" aria-hidden="true">
                                            {by?.id === column.id ? (by.down ? '↓' : '↑') : ''}
                                        </span>
                                    </button>
                                ) : (
                                    column.head
                                )}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {visible.map((row, i) => line(row, i, rowKey(row, i), rowClass?.(row)))}
                    {shown.length === 0 && (
                        <tr>
                            <td colSpan={columns.length} class="table-empty">
                                {empty ?? t('table.empty')}
                            </td>
                        </tr>
                    )}
                </tbody>
                {foot && <tfoot>{line(foot, -1, 'foot')}</tfoot>}
            </table>
            {visible.length < shown.length && (
                <button
                    type="button"
                    class="button button-small table-more no-print"
                    onClick={() => setAll(true)}
                >
                    {t('table.all', { rows: shown.length })}
                </button>
            )}
        </section>
    );
}

/** The cells of a selection as tab-separated exact values; null when it holds none. */
export function exactOfSelection(selection: Selection): string | null {
    if (selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const start =
        range.startContainer instanceof Element ? range.startContainer : range.startContainer.parentElement;
    const table = start?.closest('table');
    if (!table || !range.intersectsNode(table)) return null;
    const lines: string[] = [];
    let exact = false;
    for (const tr of table.querySelectorAll('tr')) {
        const cells = [...tr.children].filter((cell) => range.intersectsNode(cell)) as HTMLElement[];
        if (cells.length === 0) continue;
        lines.push(
            cells
                .map((cell) => {
                    if (cell.dataset.exact !== undefined) exact = true;
                    return cell.dataset.exact ?? cell.textContent ?? '';
                })
                .join('\t'),
        );
    }
    return exact ? lines.join('\n') : null;
}

/** Called once, at the start. */
export function copyExactValues(): void {
    document.addEventListener('copy', (event) => {
        const selection = document.getSelection();
        const text = selection ? exactOfSelection(selection) : null;
        if (text === null) return;
        event.clipboardData?.setData('text/plain', text);
        event.preventDefault();
    });
}
