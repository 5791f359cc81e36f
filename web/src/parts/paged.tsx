/** A list of the server, page after page: the first at once, the next ones asked for. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { apiUrl, get, type Query } from '../data/api';
import type { List } from '../data/types';
import { useAction, useAsked } from '../data/use';
import { exactDecimal } from '../format/number';
import { t } from '../i18n';
import { Answered, FormError, Skeleton } from './states';
import { type Column, Table, type TableProps } from './table';

export interface PagedProps<T, A extends List<T>> extends Omit<TableProps<T>, 'rows' | 'columns'> {
    columns: readonly Column<T>[] | ((answer: A) => readonly Column<T>[]);
    path: string;
    query: Query;
    /** What stands above the table, made of the first answer. */
    above?: (answer: A) => ComponentChildren;
}

const PAGE_ROWS = 50;

export const firstPage = (path: string, query: Query) => apiUrl(path, { ...query, limit: PAGE_ROWS });

export function PagedTable<T, A extends List<T> = List<T>>({
    path,
    query,
    above,
    columns,
    ...table
}: PagedProps<T, A>) {
    const url = firstPage(path, query);
    const asked = useAsked<A>(url);
    const [more, setMore] = useState<{ url: string; items: T[]; next: string | null } | null>(null);
    const { busy, error, run } = useAction();
    useEffect(() => setMore(null), [url]);
    return (
        <Answered asked={asked} skeleton={<Skeleton height={520} />}>
            {(first) => {
                const added = more?.url === url ? more : null;
                const rows = added ? [...first.items, ...added.items] : first.items;
                const next = added ? added.next : (first.next ?? null);
                const load = async () => {
                    const answer = await run(() =>
                        get<A>(apiUrl(path, { ...query, limit: PAGE_ROWS, cursor: next })),
                    );
                    if (answer)
                        setMore({
                            url,
                            items: [...(added?.items ?? []), ...answer.items],
                            next: answer.next ?? null,
                        });
                };
                return (
                    <>
                        {above?.(first)}
                        <Table<T>
                            {...table}
                            columns={typeof columns === 'function' ? columns(first) : columns}
                            rows={rows}
                            whole
                        />
                        <FormError error={error} />
                        <div class="list-foot">
                            {first.total !== undefined && (
                                <span class="muted">
                                    {t('list.of', {
                                        shown: exactDecimal(String(rows.length)),
                                        all: exactDecimal(String(first.total)),
                                    })}
                                </span>
                            )}
                            {next && (
                                <button
                                    type="button"
                                    class="button button-small no-print"
                                    disabled={busy}
                                    onClick={() => void load()}
                                >
                                    {t('list.next')}
                                </button>
                            )}
                        </div>
                    </>
                );
            }}
        </Answered>
    );
}
