/** Profit: the way from GMV to contribution, for the shop and for each store, article, category, channel
 *  or order; how much of it is known and how much is estimated. */
import type { PageModule, PageProps } from '../app/pages';
import { type Range, useRange } from '../app/range';
import { setQuery, useRoute } from '../app/router';
import { useNumbers } from '../app/settings';
import { Chart } from '../charts/chart';
import { waterfallOption } from '../charts/waterfall';
import { apiUrl, type Query } from '../data/api';
import { useAsked } from '../data/use';
import { rangeText } from '../format/date';
import { exactValue, NO_VALUE, shareText, shortValue, tableValue } from '../format/number';
import { named, t } from '../i18n';
import { Section, Segmented } from '../parts/controls';
import { Delta } from '../parts/delta';
import { ExportMenu, LIST_FORMATS } from '../parts/export';
import { valueName } from '../parts/filter-bar';
import { Notes } from '../parts/notes';
import { Answered, Empty, Skeleton } from '../parts/states';
import { type Column, Table } from '../parts/table';

interface ProfitStep {
    id: string;
    name: string;
    role: 'start' | 'minus' | 'plus' | 'subtotal' | 'end';
    value: string | null;
    share: string | null;
    compare: string | null;
    change: string | null;
    relative: string | null;
    complete: boolean;
    reason: string | null;
}

interface ProfitRow {
    by: string | null;
    others: boolean;
    values: Record<string, string | null>;
    contribution_share: string | null;
    coverage: string | null;
    booked_share: string | null;
    break_even_roas: string | null;
}

interface Profit {
    range: { from: string; to: string; compare_from: string | null; compare_to: string | null };
    steps: ProfitStep[];
    rows: ProfitRow[];
    contribution_share: string | null;
    coverage: string | null;
    booked_share: string | null;
    break_even_roas: string | null;
    notes: string[];
}

const BY = ['store', 'channel', 'category', 'sku', 'order'] as const;
type By = (typeof BY)[number];
const TOP = 50;
const STEP_HEIGHT = 34;
const share = (text: string | null) => (text === null ? NO_VALUE : shareText(Number(text)));

function byOf(query: URLSearchParams): By {
    const asked = query.get('by') ?? 'channel';
    return (BY as readonly string[]).includes(asked) ? (asked as By) : 'channel';
}

const questionOf = (query: URLSearchParams, range: Range): Query => ({
    ...range.query,
    by: byOf(query),
    where: query.get('where'),
});

const urlOf = (question: Query) => apiUrl('profit', { ...question, top: TOP });

export function ProfitPage(_: PageProps) {
    const range = useRange();
    const { query } = useRoute();
    const by = byOf(query);
    const question = range && questionOf(query, range);
    const answer = useAsked<Profit>(question && urlOf(question));
    return (
        <Answered
            asked={answer}
            skeleton={
                <>
                    <Skeleton height={90} />
                    <Skeleton height={560} />
                </>
            }
        >
            {(profit) => <ProfitBody profit={profit} by={by} question={question ?? {}} />}
        </Answered>
    );
}

function ProfitBody({ profit, by, question }: { profit: Profit; by: By; question: Query }) {
    const style = useNumbers();
    const end = profit.steps.find((s) => s.role === 'end');
    const start = profit.steps.find((s) => s.role === 'start');
    if (!end || !start || start.value === null)
        return <Empty title={t('profit.none')}>{start?.reason ?? ''}</Empty>;
    // a cost of nothing is either free or not known: named below, not drawn
    const drawn = profit.steps.filter((s) => s.role !== 'minus' || Number(s.value ?? 0) !== 0);
    const empty = profit.steps.filter((s) => !drawn.includes(s));
    return (
        <>
            <h1 class="sentence">
                {t('profit.sentence', {
                    contribution: shortValue(end.value, 'money', style),
                    gmv: shortValue(start.value, 'money', style),
                    share: share(end.share),
                })}
            </h1>
            <p class="sentence-sub">
                {rangeText(profit.range.from, profit.range.to, style.lang)}{' '}
                {profit.range.compare_from && profit.range.compare_to && (
                    <span class="muted">
                        {t('overview.against', {
                            range: rangeText(profit.range.compare_from, profit.range.compare_to, style.lang),
                        })}
                    </span>
                )}{' '}
                <Delta unit="money" change={end.change} relative={end.relative} direction="up" />
            </p>
            <dl class="facts">
                <Fact
                    name={t('profit.share')}
                    value={share(profit.contribution_share)}
                    hint={t('profit.shareHint')}
                />
                <Fact
                    name={t('profit.coverage')}
                    value={share(profit.coverage)}
                    hint={t('profit.coverageHint')}
                />
                <Fact
                    name={t('profit.booked')}
                    value={share(profit.booked_share)}
                    hint={t('profit.bookedHint')}
                />
                <Fact
                    name={t('profit.breakEven')}
                    value={shortValue(profit.break_even_roas, 'ratio', style)}
                    hint={t('profit.breakEvenHint')}
                />
            </dl>
            <Notes notes={profit.notes} />
            <Section
                title={t('profit.way')}
                aside={<ExportMenu path="profit" query={{ ...question, by: null }} formats={LIST_FORMATS} />}
            >
                <Chart
                    of={profit.steps}
                    height={drawn.length * STEP_HEIGHT + 40}
                    label={t('profit.way')}
                    build={(theme, width) =>
                        waterfallOption(
                            drawn.map((s) => ({ ...s, name: named(s.name) })),
                            style,
                            theme,
                            width,
                        )
                    }
                />
                {empty.length > 0 && (
                    <p class="hint">
                        {t('profit.zero', {
                            names: empty.map((s) => named(s.name)).join(style.lang === 'zh' ? '、' : ', '),
                        })}
                    </p>
                )}
            </Section>
            <Section
                title={t('profit.by')}
                aside={
                    <>
                        <Segmented
                            label={t('profit.by')}
                            value={by}
                            onPick={(b) => setQuery({ by: b === 'channel' ? null : b })}
                            choices={BY.map((b) => ({ value: b, label: t(`profitBy.${b}`) }))}
                        />
                        <ExportMenu path="profit" query={question} formats={LIST_FORMATS} />
                    </>
                }
            >
                <ProfitTable profit={profit} by={by} />
            </Section>
        </>
    );
}

function Fact({ name, value, hint }: { name: string; value: string; hint?: string }) {
    return (
        <div title={hint}>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    );
}

function ProfitTable({ profit, by }: { profit: Profit; by: By }) {
    const style = useNumbers();
    const steps = profit.steps.filter(
        (s) => s.role !== 'minus' || profit.rows.some((row) => Number(row.values[s.id] ?? 0) !== 0),
    );
    const total: ProfitRow = {
        by: null,
        others: false,
        values: Object.fromEntries(profit.steps.map((s) => [s.id, s.value])),
        contribution_share: profit.contribution_share,
        coverage: profit.coverage,
        booked_share: profit.booked_share,
        break_even_roas: profit.break_even_roas,
    };
    const number = (text: string | null | undefined) =>
        text === null || text === undefined ? null : Number(text);
    const columns: Column<ProfitRow>[] = [
        {
            id: 'by',
            head: t(`profitBy.${by}`),
            cell: (row) =>
                row === total ? (
                    t('table.total')
                ) : row.others ? (
                    <span class="muted">{t('table.others')}</span>
                ) : by === 'sku' && row.by ? (
                    <a href={`/products/${encodeURIComponent(row.by)}`}>{row.by}</a>
                ) : by === 'order' && row.by ? (
                    <a href={`/orders/${encodeURIComponent(row.by)}`}>{row.by}</a>
                ) : (
                    valueName(row.by)
                ),
            exact: (row) => row.by ?? '',
            sort: (row) => row.by,
        },
        ...steps.map(
            (s): Column<ProfitRow> => ({
                id: s.id,
                head: named(s.name),
                number: true,
                className: s.role === 'end' || s.role === 'subtotal' ? 'strong' : undefined,
                cell: (row) => tableValue(row.values[s.id], 'money', style),
                exact: (row) => row.values[s.id] ?? '',
                title: (row) => exactValue(row.values[s.id], 'money', style),
                sort: (row) => number(row.values[s.id]),
            }),
        ),
        {
            id: 'share',
            head: t('profit.share'),
            number: true,
            cell: (row) => share(row.contribution_share),
            exact: (row) => row.contribution_share ?? '',
            sort: (row) => number(row.contribution_share),
        },
        {
            id: 'coverage',
            head: t('profit.coverage'),
            number: true,
            cell: (row) => share(row.coverage),
            exact: (row) => row.coverage ?? '',
            sort: (row) => number(row.coverage),
        },
    ];
    const end = profit.steps.find((s) => s.role === 'end');
    return (
        <Table
            label={t('profit.by')}
            columns={columns}
            rows={profit.rows}
            rowKey={(row, i) => `${row.by}${i}`}
            foot={total}
            first={end ? { id: end.id, down: true } : undefined}
        />
    );
}

export const page: PageModule = {
    view: ProfitPage,
    asks: ({ query, range }) => urlOf(questionOf(query, range)),
};
