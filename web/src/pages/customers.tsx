/** Customers by their value to date, and one with the orders. */
import type { PageModule, PageProps } from '../app/pages';
import { setQuery, useRoute } from '../app/router';
import { apiUrl, type Query } from '../data/api';
import { useAsked } from '../data/use';
import { longDay } from '../format/date';
import { exactDecimal, NO_VALUE } from '../format/number';
import { language, t } from '../i18n';
import { Section } from '../parts/controls';
import { ExportMenu, LIST_FORMATS } from '../parts/export';
import { firstPage, PagedTable } from '../parts/paged';
import { Answered, Skeleton } from '../parts/states';
import { Table } from '../parts/table';
import { amountText, CustomerLink, Facts, numberedOf } from './lists/fields';
import { setSort, sortOf } from './lists/sorting';
import { type Order, orderColumns } from './orders';

interface Customer {
    store: string;
    id: string | null;
    segment: string | null;
    country: string | null;
    acquired_channel: string | null;
    orders: number;
    units: number | null;
    value: string | null;
    currency: string | null;
    first_day: string | null;
    last_day: string | null;
}

interface CustomerDetail extends Customer {
    order_list: Order[];
}

const USUAL_ORDER = '-value';

export function CustomersPage({ rest }: PageProps) {
    const one = numberedOf(rest);
    return one ? <OneCustomer {...one} /> : <CustomerList />;
}

const listOf = (query: URLSearchParams): Query => ({
    store: query.get('store'),
    q: query.get('q'),
    sort: sortOf(query, USUAL_ORDER).word,
});

function CustomerList() {
    const { query } = useRoute();
    const lang = language();
    const { sorted } = sortOf(query, USUAL_ORDER);
    const q = query.get('q') ?? '';
    const day = (text: string | null) => (text ? longDay(text, lang) : NO_VALUE);
    const asked = listOf(query);
    return (
        <>
            <h1>{t('page.customers')}</h1>
            <Section
                note={t('customers.text')}
                aside={
                    <>
                        <input
                            type="search"
                            placeholder={t('customers.search')}
                            aria-label={t('customers.search')}
                            value={q}
                            onInput={(e) =>
                                setQuery({ q: (e.target as HTMLInputElement).value || null }, true)
                            }
                        />
                        <ExportMenu path="customers" query={asked} formats={LIST_FORMATS} />
                    </>
                }
            >
                <PagedTable<Customer>
                    path="customers"
                    query={asked}
                    label={t('page.customers')}
                    rowKey={(c, i) => `${c.store} ${c.id} ${i}`}
                    sorted={sorted}
                    onSort={setSort}
                    columns={[
                        {
                            id: 'id',
                            head: t('orders.customer'),
                            cell: (c) => <CustomerLink store={c.store} id={c.id} />,
                        },
                        {
                            id: 'value',
                            head: t('customers.value'),
                            number: true,
                            cell: (c) => amountText(c.value, c.currency),
                            exact: (c) => c.value ?? '',
                            sort: (c) => Number(c.value ?? 0),
                        },
                        {
                            id: 'orders',
                            head: t('page.orders'),
                            number: true,
                            cell: (c) => exactDecimal(String(c.orders)),
                            sort: (c) => c.orders,
                        },
                        {
                            id: 'units',
                            head: t('imports.units'),
                            number: true,
                            cell: (c) => (c.units === null ? NO_VALUE : exactDecimal(String(c.units))),
                            sort: (c) => c.units,
                        },
                        {
                            id: 'first_day',
                            head: t('customers.first'),
                            cell: (c) => day(c.first_day),
                            exact: (c) => c.first_day ?? '',
                            sort: (c) => c.first_day,
                        },
                        {
                            id: 'last_day',
                            head: t('customers.last'),
                            cell: (c) => day(c.last_day),
                            exact: (c) => c.last_day ?? '',
                            sort: (c) => c.last_day,
                        },
                        {
                            id: 'channel',
                            head: t('customers.channel'),
                            cell: (c) => c.acquired_channel ?? NO_VALUE,
                        },
                        { id: 'segment', head: t('customers.segment'), cell: (c) => c.segment ?? NO_VALUE },
                        { id: 'country', head: t('orders.place'), cell: (c) => c.country ?? NO_VALUE },
                        { id: 'store', head: t('store.one'), cell: (c) => c.store },
                    ]}
                />
            </Section>
        </>
    );
}

function OneCustomer({ store, id }: { store: string | null; id: string }) {
    const lang = language();
    const asked = useAsked<CustomerDetail>(apiUrl(`customers/${encodeURIComponent(id)}`, { store }));
    return (
        <>
            <p class="crumbs">
                <a href="/customers">{t('page.customers')}</a> / {id}
            </p>
            <h1>{t('customers.title', { id })}</h1>
            <Answered asked={asked} skeleton={<Skeleton height={480} />}>
                {(c) => (
                    <>
                        <Section>
                            <Facts
                                facts={[
                                    [t('customers.value'), amountText(c.value, c.currency)],
                                    [t('page.orders'), exactDecimal(String(c.orders))],
                                    [
                                        t('imports.units'),
                                        c.units === null ? NO_VALUE : exactDecimal(String(c.units)),
                                    ],
                                    [
                                        t('customers.first'),
                                        c.first_day ? longDay(c.first_day, lang) : NO_VALUE,
                                    ],
                                    [t('customers.last'), c.last_day ? longDay(c.last_day, lang) : NO_VALUE],
                                    [t('customers.channel'), c.acquired_channel ?? NO_VALUE],
                                    [t('customers.segment'), c.segment ?? NO_VALUE],
                                    [t('store.one'), c.store],
                                ]}
                            />
                        </Section>
                        <Section title={t('page.orders')}>
                            <Table<Order>
                                label={t('page.orders')}
                                rows={c.order_list}
                                columns={orderColumns()}
                                rowKey={(o, i) => `${o.id} ${i}`}
                                first={{ id: 'placed_at', down: true }}
                            />
                        </Section>
                    </>
                )}
            </Answered>
        </>
    );
}

export const page: PageModule = {
    view: CustomersPage,
    asks: ({ rest, query }) => (rest.length === 0 ? firstPage('customers', listOf(query)) : null),
};
