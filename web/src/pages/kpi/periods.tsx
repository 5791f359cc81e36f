/** The chart as a table: a row a period. */
import { drillOf } from '../../app/drill';
import { useRoute } from '../../app/router';
import { useNumbers } from '../../app/settings';
import type { Answer, KpiFigures, Row } from '../../data/types';
import { type Grain, periodName, rangeText } from '../../format/date';
import { exactValue, tableValue } from '../../format/number';
import { t } from '../../i18n';
import { Delta } from '../../parts/delta';
import { Drill } from '../../parts/drill';
import { type Column, Table } from '../../parts/table';
import { TrustMark } from '../../parts/trust';

export function periodColumn(grain: Grain, lang: 'en' | 'zh', answer: Answer): Column<Row> {
    return {
        id: 'time',
        head: t('table.period'),
        cell: (row) =>
            row.time === null
                ? rangeText(answer.from, answer.to, lang)
                : periodName(row.time, grain, lang, row.hour),
        exact: (row) => row.time ?? `${answer.from}..${answer.to}`,
        sort: (row) => `${row.time ?? ''} ${String(row.hour ?? '').padStart(2, '0')}`,
    };
}

export function PeriodTable({ answer, kpi }: { answer: Answer; kpi: KpiFigures }) {
    const style = useNumbers();
    const cut = { by: [], where: useRoute().query.get('where') };
    const number = (text: string | null | undefined) =>
        text === null || text === undefined ? null : Number(text);
    const columns: Column<Row>[] = [
        periodColumn(answer.grain, style.lang, answer),
        {
            id: 'value',
            head: t('table.value'),
            number: true,
            cell: (row) => (
                <>
                    <TrustMark trust={row.complete ? 'complete' : 'partial'} why={row.reason} />{' '}
                    <Drill kpi={kpi.id} into={row.value === null ? null : drillOf(answer, row, cut)}>
                        {tableValue(row.value, kpi.unit, style)}
                    </Drill>
                </>
            ),
            exact: (row) => row.value ?? '',
            title: (row) => row.reason ?? exactValue(row.value, kpi.unit, style),
            sort: (row) => number(row.value),
        },
    ];
    if (answer.compare)
        columns.push(
            {
                id: 'before',
                head: t('table.before'),
                number: true,
                cell: (row) => tableValue(row.compare?.value, kpi.unit, style),
                exact: (row) => row.compare?.value ?? '',
                sort: (row) => number(row.compare?.value),
            },
            {
                id: 'change',
                head: t('table.change'),
                number: true,
                cell: (row) => (
                    <Delta unit={kpi.unit} change={row.compare?.change} relative={row.compare?.relative} />
                ),
                exact: (row) => row.compare?.change ?? '',
                sort: (row) => number(row.compare?.relative),
            },
        );
    return (
        <Table
            label={t('view.periods')}
            columns={columns}
            rows={kpi.rows}
            rowKey={(row) => `${row.time}${row.hour ?? ''}`}
            foot={kpi.total}
            first={{ id: 'time', down: true }}
        />
    );
}
