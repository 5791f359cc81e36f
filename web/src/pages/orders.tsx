/** Orders of a range, and one order with its lines, payments, refunds and parcels. */
import type { PageModule, PageProps } from '../app/pages';
import { BEGINNING, useRange } from '../app/range';
import { here, setQuery, useRoute } from '../app/router';
import { apiUrl } from '../data/api';
import { useAsked } from '../data/use';
import { longDay, momentText } from '../format/date';
import { exactDecimal, NO_VALUE } from '../format/number';
import { language, t } from '../i18n';
import { wordOf } from '../i18n/words';
import { Section } from '../parts/controls';
import { ExportMenu, LIST_FORMATS } from '../parts/export';
import { FilterBar } from '../parts/filter-bar';
import { PagedTable } from '../parts/paged';
import { Answered, Skeleton } from '../parts/states';
import { type Column, Table } from '../parts/table';
import { amountText, CustomerLink, Facts, numberedOf, OrderLink, ProductLink } from './lists/fields';
import { setSort, sortOf } from './lists/sorting';

export interface Order {
    store: string;
    id: string | null;
    name: string | null;
    placed_at: string | null;
    day: string | null;
    status: string | null;
    customer: string | null;
    customer_type: string | null;
    channel: string | null;
    country: string | null;
    region: string | null;
    units: number | null;
    gross: string | null;
    total: string | null;
    paid: string | null;
    refunded: string | null;
    currency: string | null;
    cancelled_day: string | null;
    test: boolean;
}

interface OrderLine {
    class: string;
    sku: string | null;
    title: string | null;
    day: string | null;
    quantity: number | null;
    unit_price: string | null;
    gross: string | null;
    discount: string | null;
    tax: string | null;
    net: string | null;
    cost: string | null;
    reason: string | null;
    import: number | null;
    row: number | null;
}

interface OrderDetail extends Order {
    lines: OrderLine[];
    payments: {
        id: string | null;
        method: string | null;
        status: string | null;
        amount: string | null;
        fee: string | null;
        at: string | null;
    }[];
    refunds: {
        id: string | null;
        sku: string | null;
        quantity: number | null;
        amount: string | null;
        status: string | null;
        stage: string | null;
        reason: string | null;
        at: string | null;
    }[];
    shipments: {
        id: string | null;
        carrier: string | null;
        at: string | null;
        delivered_at: string | null;
        cost: string | null;
    }[];
}

export function OrdersPage({ rest }: PageProps) {
    const one = numberedOf(rest);
    return one ? <OneOrder {...one} /> : <OrderList />;
}

const statusOf = ({ status }: { status: string | null }) => (status ? wordOf('status', status) : NO_VALUE);

export function orderColumns(): Column<Order>[] {
    const lang = language();
    return [
        { id: 'id', head: t('orders.order'), cell: (o) => <OrderLink store={o.store} id={o.id} /> },
        {
            id: 'placed_at',
            head: t('orders.placed'),
            cell: (o) =>
                o.placed_at ? momentText(o.placed_at, lang) : o.day ? longDay(o.day, lang) : NO_VALUE,
            exact: (o) => o.placed_at ?? o.day ?? '',
            sort: (o) => o.placed_at ?? o.day,
        },
        { id: 'store', head: t('store.one'), cell: (o) => o.store, className: 'only-wide' },
        {
            id: 'customer',
            head: t('orders.customer'),
            cell: (o) => <CustomerLink store={o.store} id={o.customer} />,
        },
        {
            id: 'channel',
            head: t('orders.channel'),
            cell: (o) => o.channel ?? NO_VALUE,
            className: 'only-wide',
        },
        {
            id: 'status',
            head: t('users.state'),
            cell: (o) => (o.cancelled_day ? t('orders.cancelled') : statusOf(o)),
        },
        {
            id: 'units',
            head: t('imports.units'),
            number: true,
            cell: (o) => (o.units === null ? NO_VALUE : exactDecimal(String(o.units))),
            exact: (o) => String(o.units ?? ''),
            sort: (o) => o.units,
        },
        {
            id: 'total',
            head: t('orders.total'),
            number: true,
            cell: (o) => amountText(o.total ?? o.gross, o.currency),
            exact: (o) => o.total ?? o.gross ?? '',
            sort: (o) => Number(o.total ?? o.gross ?? 0),
        },
        {
            id: 'refunded',
            head: t('orders.refunded'),
            number: true,
            cell: (o) => (Number(o.refunded ?? 0) === 0 ? NO_VALUE : amountText(o.refunded, o.currency)),
            exact: (o) => o.refunded ?? '',
        },
    ];
}

function OrderList() {
    const { query } = useRoute();
    const range = useRange();
    const { word, sorted } = sortOf(query, '-placed_at');
    const q = query.get('q') ?? '';
    if (!range) return <Skeleton height={520} />;
    const asked = {
        from: range.from,
        to: range.to,
        store: range.store,
        where: query.get('where'),
        q,
        sort: word,
    };
    return (
        <>
            <h1>{t('page.orders')}</h1>
            <Section>
                <div class="toolbar no-print">
                    <FilterBar />
                    <span class="top-space" />
                    <input
                        type="search"
                        placeholder={t('orders.search')}
                        aria-label={t('orders.search')}
                        value={q}
                        onInput={(e) => setQuery({ q: (e.target as HTMLInputElement).value || null }, true)}
                    />
                    <ExportMenu path="orders" query={asked} formats={LIST_FORMATS} />
                </div>
                <PagedTable<Order>
                    path="orders"
                    query={asked}
                    label={t('page.orders')}
                    columns={orderColumns()}
                    rowKey={(o, i) => `${o.store} ${o.id} ${i}`}
                    sorted={sorted}
                    onSort={setSort}
                    empty={
                        q && range.from > BEGINNING ? (
                            <>
                                {t('orders.none')}{' '}
                                <a href={here({ from: BEGINNING, to: range.to, period: null })}>
                                    {t('orders.anyDay')}
                                </a>
                            </>
                        ) : (
                            t('orders.none')
                        )
                    }
                />
            </Section>
        </>
    );
}

function OneOrder({ store, id }: { store: string | null; id: string }) {
    const asked = useAsked<OrderDetail>(apiUrl(`orders/${encodeURIComponent(id)}`, { store }));
    return (
        <>
            <p class="crumbs">
                <a href="/orders">{t('page.orders')}</a> / {id}
            </p>
            <h1>{t('orders.title', { id })}</h1>
            <Answered asked={asked} skeleton={<Skeleton height={520} />}>
                {(order) => <OrderBody order={order} />}
            </Answered>
        </>
    );
}

function OrderBody({ order }: { order: OrderDetail }) {
    const lang = language();
    const money = (text: string | null) => amountText(text, order.currency);
    const moment = (at: string | null) => (at ? momentText(at, lang) : NO_VALUE);
    return (
        <>
            <Section>
                <Facts
                    facts={[
                        [t('orders.placed'), moment(order.placed_at)],
                        [t('store.one'), order.store],
                        [
                            t('users.state'),
                            order.cancelled_day
                                ? t('orders.cancelledOn', { day: longDay(order.cancelled_day, lang) })
                                : statusOf(order),
                        ],
                        [
                            t('orders.customer'),
                            <CustomerLink key="c" store={order.store} id={order.customer} />,
                        ],
                        [t('orders.channel'), order.channel ?? NO_VALUE],
                        [
                            t('orders.place'),
                            [order.region, order.country].filter(Boolean).join(', ') || NO_VALUE,
                        ],
                        [t('orders.total'), money(order.total)],
                        [t('orders.paid'), money(order.paid)],
                        [t('orders.refunded'), money(order.refunded)],
                    ]}
                />
            </Section>
            <Section title={t('orders.lines')}>
                <Table<OrderLine>
                    label={t('orders.lines')}
                    rows={order.lines}
                    rowKey={(_, i) => String(i)}
                    columns={[
                        { id: 'class', head: t('imports.class'), cell: (l) => wordOf('class', l.class) },
                        {
                            id: 'sku',
                            head: t('products.one'),
                            cell: (l) => <ProductLink sku={l.sku} title={l.title} />,
                            className: 'wrap',
                        },
                        {
                            id: 'day',
                            head: t('report.day'),
                            cell: (l) => (l.day ? longDay(l.day, lang) : NO_VALUE),
                            sort: (l) => l.day,
                        },
                        {
                            id: 'quantity',
                            head: t('imports.units'),
                            number: true,
                            cell: (l) => l.quantity ?? NO_VALUE,
                        },
                        {
                            id: 'price',
                            head: t('orders.unitPrice'),
                            number: true,
                            cell: (l) => money(l.unit_price),
                            exact: (l) => l.unit_price ?? '',
                        },
                        {
                            id: 'discount',
                            head: t('orders.discount'),
                            number: true,
                            cell: (l) => money(l.discount),
                            exact: (l) => l.discount ?? '',
                        },
                        {
                            id: 'net',
                            head: t('orders.net'),
                            number: true,
                            cell: (l) => money(l.net),
                            exact: (l) => l.net ?? '',
                        },
                        {
                            id: 'cost',
                            head: t('orders.cost'),
                            number: true,
                            cell: (l) => money(l.cost),
                            exact: (l) => l.cost ?? '',
                        },
                        { id: 'reason', head: t('quarantine.reason'), cell: (l) => l.reason ?? '' },
                        {
                            id: 'import',
                            head: t('orders.source'),
                            cell: (l) =>
                                l.import === null ? (
                                    NO_VALUE
                                ) : (
                                    <a href={`/data/imports/${l.import}`}>{`#${l.import}:${l.row ?? ''}`}</a>
                                ),
                        },
                    ]}
                />
            </Section>
            {order.payments.length > 0 && (
                <Section title={t('orders.payments')}>
                    <Table
                        label={t('orders.payments')}
                        rows={order.payments}
                        rowKey={(_, i) => String(i)}
                        columns={[
                            { id: 'at', head: t('common.at'), cell: (p) => moment(p.at) },
                            { id: 'method', head: t('orders.method'), cell: (p) => p.method ?? NO_VALUE },
                            { id: 'status', head: t('users.state'), cell: (p) => statusOf(p) },
                            {
                                id: 'amount',
                                head: t('imports.amount'),
                                number: true,
                                cell: (p) => money(p.amount),
                                exact: (p) => p.amount ?? '',
                            },
                            {
                                id: 'fee',
                                head: t('orders.fee'),
                                number: true,
                                cell: (p) => money(p.fee),
                                exact: (p) => p.fee ?? '',
                            },
                        ]}
                    />
                </Section>
            )}
            {order.refunds.length > 0 && (
                <Section title={t('orders.refunds')}>
                    <Table
                        label={t('orders.refunds')}
                        rows={order.refunds}
                        rowKey={(_, i) => String(i)}
                        columns={[
                            { id: 'at', head: t('common.at'), cell: (r) => moment(r.at) },
                            { id: 'sku', head: t('products.one'), cell: (r) => <ProductLink sku={r.sku} /> },
                            {
                                id: 'quantity',
                                head: t('imports.units'),
                                number: true,
                                cell: (r) => r.quantity ?? NO_VALUE,
                            },
                            {
                                id: 'amount',
                                head: t('imports.amount'),
                                number: true,
                                cell: (r) => money(r.amount),
                                exact: (r) => r.amount ?? '',
                            },
                            {
                                id: 'stage',
                                head: t('definitions.stage'),
                                cell: (r) => (r.stage ? wordOf('stage', r.stage) : NO_VALUE),
                            },
                            {
                                id: 'reason',
                                head: t('quarantine.reason'),
                                cell: (r) => r.reason ?? NO_VALUE,
                                className: 'wrap',
                            },
                            { id: 'status', head: t('users.state'), cell: (r) => statusOf(r) },
                        ]}
                    />
                </Section>
            )}
            {order.shipments.length > 0 && (
                <Section title={t('orders.shipments')}>
                    <Table
                        label={t('orders.shipments')}
                        rows={order.shipments}
                        rowKey={(_, i) => String(i)}
                        columns={[
                            { id: 'id', head: t('orders.parcel'), cell: (s) => s.id ?? NO_VALUE },
                            { id: 'carrier', head: t('orders.carrier'), cell: (s) => s.carrier ?? NO_VALUE },
                            { id: 'at', head: t('orders.sent'), cell: (s) => moment(s.at) },
                            {
                                id: 'delivered',
                                head: t('orders.delivered'),
                                cell: (s) => moment(s.delivered_at),
                            },
                            {
                                id: 'cost',
                                head: t('orders.cost'),
                                number: true,
                                cell: (s) => money(s.cost),
                                exact: (s) => s.cost ?? '',
                            },
                        ]}
                    />
                </Section>
            )}
        </>
    );
}

export const page: PageModule = { view: OrdersPage };
