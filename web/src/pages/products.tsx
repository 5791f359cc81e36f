/** Articles by what they sold, and one with its months, price, stock, returns and reviews. */

import { useCatalogue } from '../app/catalogue';
import type { PageModule, PageProps } from '../app/pages';
import { type Range, useRange } from '../app/range';
import { href, setQuery, useRoute } from '../app/router';
import { useNumbers } from '../app/settings';
import { Chart } from '../charts/chart';
import { timeOption } from '../charts/time';
import { apiUrl, type Query } from '../data/api';
import type { List } from '../data/types';
import { useAsked } from '../data/use';
import { longDay, momentText } from '../format/date';
import {
    exactDecimal,
    exactValue,
    NO_VALUE,
    relativeChange,
    rounded,
    tableValue,
    type Unit,
} from '../format/number';
import { language, named, t } from '../i18n';
import { wordOf } from '../i18n/words';
import { Section } from '../parts/controls';
import { Delta } from '../parts/delta';
import { ExportMenu, LIST_FORMATS } from '../parts/export';
import { FilterBar } from '../parts/filter-bar';
import { Notes } from '../parts/notes';
import { firstPage, PagedTable } from '../parts/paged';
import { Answered, Empty, Skeleton } from '../parts/states';
import { type Column, Table } from '../parts/table';
import { amountText, Facts } from './lists/fields';
import { setSort, sortOf } from './lists/sorting';

interface Product {
    sku: string;
    title: string | null;
    category: string | null;
    brand: string | null;
    variant: string | null;
    currency: string | null;
    price: string | null;
}

interface ListedProduct extends Product {
    values: Record<string, { value: string | null; compare: string | null; relative: string | null }>;
}

interface ProductList extends List<ListedProduct> {
    notes: string[];
}

type Month = { time: string; complete: boolean } & Record<string, string | boolean | null>;

interface ProductDetail extends Product {
    launched: string | null;
    retired: string | null;
    cost: string | null;
    months: Month[];
    stock: { store: string; day: string; on_hand: number | null }[];
    return_reasons: { reason: string | null; lines: number; units: number | null }[];
    reviews: { at: string | null; kind: string | null; score: string | null; text: string | null }[];
    review_count: number;
    review_score: string | null;
}

const MEASURES = ['net_sales', 'units', 'returns_amt', 'stock_units'] as const;

const USUAL_ORDER = '-net_sales';

export function ProductsPage({ rest }: PageProps) {
    return rest[0] ? <OneProduct sku={rest[0]} /> : <Listed />;
}

const listOf = (query: URLSearchParams, range: Range): Query => ({
    ...range.query,
    where: query.get('where'),
    q: query.get('q'),
    sort: sortOf(query, USUAL_ORDER).word,
});

const oneOf = (sku: string) => apiUrl(`products/${encodeURIComponent(sku)}`);

function Listed() {
    const { query } = useRoute();
    const range = useRange();
    const style = useNumbers();
    const catalogue = useCatalogue();
    const { sorted } = sortOf(query, USUAL_ORDER);
    const q = query.get('q') ?? '';
    if (!range || !catalogue) return <Skeleton height={520} />;
    const unitOf = (id: string): Unit => catalogue.of(id)?.unit ?? 'count';
    const columns: Column<ListedProduct>[] = [
        {
            id: 'sku',
            head: t('products.one'),
            className: 'wrap',
            cell: (p) => (
                <a href={href(`/products/${encodeURIComponent(p.sku)}`)}>
                    {p.title ? named(p.title) : p.sku} {p.title && <span class="muted">{p.sku}</span>}
                </a>
            ),
            exact: (p) => p.sku,
        },
        {
            id: 'category',
            head: t('products.category'),
            cell: (p) => p.category ?? NO_VALUE,
            className: 'only-wide',
        },
        {
            id: 'price',
            head: t('products.price'),
            number: true,
            cell: (p) => amountText(p.price, p.currency),
            exact: (p) => p.price ?? '',
        },
        ...MEASURES.flatMap((id): Column<ListedProduct>[] => [
            {
                id,
                head: catalogue.name(id),
                number: true,
                cell: (p) => tableValue(p.values[id]?.value, unitOf(id), style),
                exact: (p) => p.values[id]?.value ?? '',
                title: (p) => exactValue(p.values[id]?.value, unitOf(id), style),
                sort: (p) => Number(p.values[id]?.value ?? 0),
            },
            ...(id === 'net_sales' && range.compare
                ? [
                      {
                          id: 'change',
                          head: t('table.change'),
                          number: true,
                          cell: (p: ListedProduct) => (
                              <Delta
                                  unit="money"
                                  change={undefined}
                                  relative={p.values[id]?.relative}
                                  direction="up"
                              />
                          ),
                          exact: (p: ListedProduct) => p.values[id]?.relative ?? '',
                          title: (p: ListedProduct) => relativeChange(p.values[id]?.relative),
                      },
                  ]
                : []),
        ]),
    ];
    const asked = listOf(query, range);
    return (
        <>
            <h1>{t('page.products')}</h1>
            <Section>
                <div class="toolbar no-print">
                    <FilterBar usable={['store', 'category', 'brand', 'supplier', 'variant', 'channel']} />
                    <span class="top-space" />
                    <input
                        type="search"
                        placeholder={t('products.search')}
                        aria-label={t('products.search')}
                        value={q}
                        onInput={(e) => setQuery({ q: (e.target as HTMLInputElement).value || null }, true)}
                    />
                    <ExportMenu path="products" query={asked} formats={LIST_FORMATS} />
                </div>
                <PagedTable<ListedProduct, ProductList>
                    path="products"
                    query={asked}
                    label={t('page.products')}
                    columns={columns}
                    rowKey={(p) => p.sku}
                    sorted={sorted}
                    onSort={setSort}
                    above={(answer) => <Notes notes={answer.notes} />}
                />
            </Section>
        </>
    );
}

function OneProduct({ sku }: { sku: string }) {
    const asked = useAsked<ProductDetail>(oneOf(sku));
    return (
        <>
            <p class="crumbs">
                <a href={href('/products')}>{t('page.products')}</a> / {sku}
            </p>
            <Answered asked={asked} skeleton={<Skeleton height={620} />}>
                {(product) => <ProductBody product={product} />}
            </Answered>
        </>
    );
}

function ProductBody({ product: p }: { product: ProductDetail }) {
    const lang = language();
    const where = `sku = '${p.sku.replace(/'/g, "''")}'`;
    return (
        <>
            <h1>{p.title ? named(p.title) : p.sku}</h1>
            <Section
                aside={
                    <a
                        class="button button-small"
                        href={href('/explore', { kpi: 'net_sales,units,returns_amt', where })}
                    >
                        {t('kpi.explore')}
                    </a>
                }
            >
                <Facts
                    facts={[
                        ['SKU', p.sku],
                        [t('products.category'), p.category ?? NO_VALUE],
                        [t('products.brand'), p.brand ?? NO_VALUE],
                        [t('products.variant'), p.variant ?? NO_VALUE],
                        [t('products.price'), amountText(p.price, p.currency)],
                        [t('orders.cost'), amountText(p.cost, p.currency)],
                        [t('products.launched'), p.launched ? longDay(p.launched, lang) : NO_VALUE],
                        [
                            t('products.rating'),
                            p.review_score === null
                                ? NO_VALUE
                                : `${rounded(p.review_score, 2)} (${p.review_count})`,
                        ],
                    ]}
                />
            </Section>
            <Months product={p} />
            <div class="two">
                <Stock product={p} />
                <Returns product={p} />
            </div>
            <Reviews product={p} />
        </>
    );
}

function Months({ product: p }: { product: ProductDetail }) {
    const style = useNumbers();
    const catalogue = useCatalogue();
    const first = p.months[0];
    if (!first) return null;
    const shown = ['net_sales', 'units', 'returns_amt'].filter((id) => id in first);
    return (
        <div class="multiples multiples-wide">
            {shown.map((id) => (
                <Section key={id} title={catalogue?.name(id) ?? id}>
                    <Chart
                        of={p.months}
                        height={190}
                        label={`${catalogue?.name(id) ?? id}: ${p.title ?? p.sku}`}
                        build={(theme, width) =>
                            timeOption(
                                {
                                    series: [
                                        {
                                            name: catalogue?.name(id) ?? id,
                                            points: p.months.map((m) => ({
                                                time: m.time,
                                                value: m[id] as string | null,
                                                complete: m.complete,
                                            })),
                                        },
                                    ],
                                    unit: catalogue?.of(id)?.unit ?? 'count',
                                    grain: 'month',
                                    look: 'bar',
                                    style,
                                    from: first.time,
                                    to: p.months[p.months.length - 1]?.time ?? first.time,
                                },
                                theme,
                                width,
                            )
                        }
                    />
                </Section>
            ))}
        </div>
    );
}

/** Stock of all stores a day, as one line. */
function Stock({ product: p }: { product: ProductDetail }) {
    const style = useNumbers();
    const days = new Map<string, number>();
    for (const s of p.stock) if (s.on_hand !== null) days.set(s.day, (days.get(s.day) ?? 0) + s.on_hand);
    const points = [...days].map(([time, value]) => ({ time, value: String(value), complete: true }));
    const first = points[0];
    return (
        <Section title={t('products.stock')}>
            {first ? (
                <Chart
                    of={p.stock}
                    height={200}
                    label={t('products.stock')}
                    build={(theme, width) =>
                        timeOption(
                            {
                                series: [{ name: t('products.stock'), points }],
                                unit: 'count',
                                grain: 'day',
                                look: 'area',
                                style,
                                from: first.time,
                                to: points[points.length - 1]?.time ?? first.time,
                            },
                            theme,
                            width,
                        )
                    }
                />
            ) : (
                <Empty title={t('products.noStock')} />
            )}
        </Section>
    );
}

function Returns({ product: p }: { product: ProductDetail }) {
    return (
        <Section title={t('products.returns')}>
            <Table
                label={t('products.returns')}
                rows={p.return_reasons}
                rowKey={(r) => r.reason ?? ''}
                empty={t('products.noReturns')}
                columns={[
                    {
                        id: 'reason',
                        head: t('quarantine.reason'),
                        cell: (r) => r.reason ?? t('dimension.notSet'),
                    },
                    {
                        id: 'lines',
                        head: t('imports.lines'),
                        number: true,
                        cell: (r) => exactDecimal(String(r.lines)),
                        sort: (r) => r.lines,
                    },
                    {
                        id: 'units',
                        head: t('imports.units'),
                        number: true,
                        cell: (r) => (r.units === null ? NO_VALUE : exactDecimal(String(r.units))),
                        sort: (r) => r.units,
                    },
                ]}
            />
        </Section>
    );
}

function Reviews({ product: p }: { product: ProductDetail }) {
    const lang = language();
    return (
        <Section title={t('products.reviews')} note={t('products.reviewCount', { count: p.review_count })}>
            <Table
                label={t('products.reviews')}
                rows={p.reviews}
                rowKey={(_, i) => String(i)}
                empty={t('products.noReviews')}
                columns={[
                    {
                        id: 'score',
                        head: t('products.rating'),
                        number: true,
                        cell: (r) => (r.score === null ? NO_VALUE : exactDecimal(r.score)),
                        sort: (r) => Number(r.score ?? 0),
                    },
                    {
                        id: 'text',
                        head: t('products.words'),
                        cell: (r) => r.text ?? NO_VALUE,
                        className: 'wrap',
                    },
                    {
                        id: 'kind',
                        head: t('products.kind'),
                        cell: (r) => (r.kind ? wordOf('feedback', r.kind) : NO_VALUE),
                    },
                    {
                        id: 'at',
                        head: t('common.at'),
                        cell: (r) => (r.at ? momentText(r.at, lang) : NO_VALUE),
                        sort: (r) => r.at,
                    },
                ]}
            />
        </Section>
    );
}

export const page: PageModule = {
    view: ProductsPage,
    asks: ({ rest, query, range }) =>
        rest[0] ? oneOf(rest[0]) : firstPage('products', listOf(query, range)),
};
