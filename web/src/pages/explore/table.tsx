/** The answer as rows: periods and values of dimensions, every KPI with its change, a way to the orders. */
import { useMemo } from 'preact/hooks';
import type { Catalogue } from '../../app/catalogue';
import { drillOf } from '../../app/drill';
import { href, useRoute } from '../../app/router';
import { useMay, useNumbers } from '../../app/settings';
import type { Answer, KpiFigures, Row } from '../../data/types';
import { rangeText } from '../../format/date';
import { exactValue, tableValue } from '../../format/number';
import { named, t } from '../../i18n';
import { Delta } from '../../parts/delta';
import { Drill } from '../../parts/drill';
import { dimensionName, useDimensions, valueName } from '../../parts/filter-bar';
import { type Column, Table, unseen } from '../../parts/table';
import { periodColumn } from '../kpi/periods';
import type { Explored } from './state';

/** Rows by dimensions that have no value at all are left out: days to come would fill the table with them. */
function withValues(kpis: readonly KpiFigures[], cut: boolean): number[] {
    const all = (kpis[0]?.rows ?? []).map((_, i) => i);
    return cut ? all.filter((i) => kpis.some((k) => k.rows[i]?.value != null)) : all;
}

export function ResultTable({
    answer,
    explored,
    catalogue,
}: {
    answer: Answer;
    explored: Explored;
    catalogue: Catalogue;
}) {
    const style = useNumbers();
    const dimensions = useDimensions();
    const analyst = useMay('analyst');
    const cut = { by: explored.by, where: useRoute().query.get('where') };
    const kpis = answer.kpis;
    const first = kpis[0];
    // rows of all KPIs stand in the same order: a row of the table is an index
    const indexes = useMemo(() => withValues(kpis, explored.by.length > 0), [kpis, explored.by.length]);
    if (!first) return null;
    const rowOf = (k: number, i: number): Row | undefined => (i < 0 ? kpis[k]?.total : kpis[k]?.rows[i]);
    const lead = (i: number) => rowOf(0, i);
    const columns: Column<number>[] = [];
    if (answer.grain !== 'total') {
        const period = periodColumn(answer.grain, style.lang, answer);
        columns.push({
            id: 'time',
            head: period.head,
            cell: (i) => period.cell(lead(i) as Row, i),
            exact: (i) => period.exact?.(lead(i) as Row) ?? null,
            sort: (i) => period.sort?.(lead(i) as Row) ?? null,
            repeats: true,
        });
    }
    for (const d of explored.by)
        columns.push({
            id: `by-${d}`,
            head: dimensionName(dimensions, d),
            cell: (i) =>
                i < 0 ? (
                    d === explored.by[0] && answer.grain === 'total' ? (
                        t('table.total')
                    ) : (
                        ''
                    )
                ) : lead(i)?.others ? (
                    <span class="muted">{t('table.others')}</span>
                ) : (
                    valueName(lead(i)?.by[d])
                ),
            exact: (i) => lead(i)?.by[d] ?? '',
            sort: (i) => lead(i)?.by[d] ?? null,
        });
    if (columns.length === 0)
        columns.push({
            id: 'all',
            head: t('table.period'),
            cell: () => rangeText(answer.from, answer.to, style.lang),
        });
    kpis.forEach((kpi, k) => {
        const value = (i: number) => rowOf(k, i)?.value;
        columns.push({
            id: kpi.id,
            head: named(kpi.name),
            number: true,
            cell: (i) => (
                <Drill kpi={kpi.id} into={value(i) == null ? null : drillOf(answer, rowOf(k, i) as Row, cut)}>
                    {tableValue(value(i), kpi.unit, style)}
                </Drill>
            ),
            exact: (i) => value(i) ?? '',
            title: (i) => rowOf(k, i)?.reason ?? exactValue(value(i), kpi.unit, style),
            sort: (i) => (value(i) == null ? null : Number(value(i))),
        });
        if (answer.compare)
            columns.push({
                id: `${kpi.id}-change`,
                head: t('table.change'),
                number: true,
                cell: (i) => (
                    <Delta
                        unit={kpi.unit}
                        change={rowOf(k, i)?.compare?.change}
                        relative={rowOf(k, i)?.compare?.relative}
                        direction={catalogue.of(kpi.id)?.direction}
                    />
                ),
                exact: (i) => rowOf(k, i)?.compare?.change ?? '',
                sort: (i) =>
                    rowOf(k, i)?.compare?.relative == null ? null : Number(rowOf(k, i)?.compare?.relative),
            });
    });
    if (analyst)
        columns.push({
            id: 'orders',
            head: unseen(t('table.orders')),
            number: true,
            cell: (i) => {
                const into = drillOf(answer, lead(i) as Row, cut);
                return into && <a href={href('/orders', into)}>{t('table.orders')}</a>;
            },
        });
    const order = answer.grain !== 'total' ? { id: 'time', down: true } : { id: first.id, down: true };
    return (
        <Table
            label={t('page.explore')}
            columns={columns}
            rows={indexes}
            rowKey={(i) => String(i)}
            foot={answer.grain === 'total' && explored.by.length === 0 ? undefined : -1}
            first={order}
        />
    );
}
