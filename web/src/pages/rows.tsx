/** The rows behind a figure: what each of its measures adds up to, and the rows themselves. */
import { useCatalogue } from '../app/catalogue';
import type { PageModule, PageProps } from '../app/pages';
import { useRange } from '../app/range';
import { here, href, useRoute } from '../app/router';
import { useNumbers } from '../app/settings';
import type { List } from '../data/types';
import { longDay, momentText, rangeText } from '../format/date';
import { exactDecimal, exactValue, NO_VALUE, type Unit } from '../format/number';
import { language, named, t } from '../i18n';
import { wordOf } from '../i18n/words';
import { Section } from '../parts/controls';
import { FilterBar } from '../parts/filter-bar';
import { PagedTable } from '../parts/paged';
import { Empty, Skeleton } from '../parts/states';
import type { Column } from '../parts/table';
import { amountText, OrderLink, ProductLink } from './lists/fields';

type RowCell = string | number | null | undefined;
type FactRow = Record<string, RowCell>;

interface RowsAnswer extends List<FactRow> {
    kpi: string;
    name: string;
    unit: Unit;
    formula: string;
    value: string | null;
    reason: string | null;
    measures: {
        id: string;
        table: string;
        table_name: string;
        agg: string;
        rows: number;
        totals: { currency: string | null; value: string | null }[];
    }[];
    measure: string;
}

const MONEY = new Set(['gross', 'net', 'spend']);
const ORDER = [
    'day',
    'order_day',
    'at',
    'order_id',
    'sku',
    'title',
    'class',
    'kind',
    'name',
    'store',
    'channel',
    'campaign',
    'status',
    'reason',
    'quantity',
    'units',
    'gross',
    'net',
    'spend',
] as const;

export function RowsPage({ rest }: PageProps) {
    const { query } = useRoute();
    const range = useRange();
    const catalogue = useCatalogue();
    const id = rest[0];
    if (!id) return <Empty title={t('kpi.none')} />;
    if (!range || !catalogue) return <Skeleton height={520} />;
    return (
        <>
            <p class="crumbs">
                <a href={href(`/kpi/${id}`)}>{catalogue.name(id)}</a> / {t('page.rows')}
            </p>
            <Section>
                <FilterBar usable={catalogue.of(id)?.dimensions} />
                <PagedTable<FactRow, RowsAnswer>
                    path="rows"
                    query={{
                        kpi: id,
                        measure: query.get('measure'),
                        from: range.from,
                        to: range.to,
                        store: range.store,
                        basis: query.get('basis'),
                        where: query.get('where'),
                    }}
                    label={t('page.rows')}
                    columns={columnsOf}
                    rowKey={(_, i) => String(i)}
                    above={(answer) => <Sum answer={answer} from={range.from} to={range.to} />}
                />
            </Section>
        </>
    );
}

function Sum({ answer, from, to }: { answer: RowsAnswer; from: string; to: string }) {
    const style = useNumbers();
    return (
        <>
            <h1 class="rows-title">
                {named(answer.name)} {exactValue(answer.value, answer.unit, style)}
            </h1>
            <p class="muted">
                {rangeText(from, to, style.lang)} · <code>{answer.formula}</code>
            </p>
            {answer.reason && <p class="muted">{answer.reason}</p>}
            <ul class="measures">
                {answer.measures.map((m) => (
                    <li key={m.id} class={m.id === answer.measure ? 'is-on' : undefined}>
                        <a href={here({ measure: m.id })}>
                            <code>{m.id}</code>
                        </a>
                        <span>
                            {m.totals
                                .map((total) =>
                                    total.currency
                                        ? amountText(total.value, total.currency)
                                        : total.value === null
                                          ? NO_VALUE
                                          : exactDecimal(total.value),
                                )
                                .join(' + ') || NO_VALUE}
                        </span>
                        <span class="muted">
                            {t('rows.of', { rows: exactDecimal(String(m.rows)), table: named(m.table_name) })}
                        </span>
                    </li>
                ))}
            </ul>
        </>
    );
}

function cellText(key: string, row: FactRow) {
    const value = row[key];
    const lang = language();
    if (value === null || value === undefined) return NO_VALUE;
    if (key === 'order_id') return <OrderLink store={row.store as string | null} id={String(value)} />;
    if (key === 'sku') return <ProductLink sku={String(value)} />;
    if (key === 'day' || key === 'order_day') return longDay(String(value), lang);
    if (key === 'at') return momentText(String(value), lang);
    if (key === 'class' || key === 'status') return wordOf(key, String(value));
    if (MONEY.has(key)) return amountText(String(value), row.currency as string | null);
    return String(value);
}

/** The columns that the measure's table has. */
function columnsOf(answer: RowsAnswer): Column<FactRow>[] {
    const measure = answer.measures.find((m) => m.id === answer.measure);
    const money = measure?.totals.some((total) => total.currency) ?? false;
    const counted = measure?.agg === 'distinct'; // different ones of these: an article's name is no number
    return [
        {
            id: 'value',
            head: t('rows.counts'),
            number: !counted,
            cell: (row) =>
                row.value === null || row.value === undefined
                    ? NO_VALUE
                    : counted
                      ? String(row.value)
                      : exactDecimal(String(row.value), money ? 2 : 0),
            exact: (row) => String(row.value ?? ''),
        },
        ...ORDER.filter((key) => answer.items.some((row) => row[key] !== null && row[key] !== undefined)).map(
            (key): Column<FactRow> => ({
                id: key,
                head: t(`rowOf.${key}`),
                number: MONEY.has(key) || key === 'quantity' || key === 'units',
                cell: (row) => cellText(key, row),
                exact: (row) => String(row[key] ?? ''),
            }),
        ),
    ];
}

export const page: PageModule = { view: RowsPage };
