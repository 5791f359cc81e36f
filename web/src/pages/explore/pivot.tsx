/** Two dimensions crossed: the first down, the second across, a table for each KPI. Sums at the edge are asked for: a
 *  rate of a whole row is no sum of its cells. */
import { drillOf } from '../../app/drill';
import { withFilter } from '../../app/filters';
import { useRoute } from '../../app/router';
import { useNumbers } from '../../app/settings';
import { apiUrl } from '../../data/api';
import type { Answer, KpiFigures, Row } from '../../data/types';
import { useAsked } from '../../data/use';
import { exactValue, tableValue } from '../../format/number';
import { named, t } from '../../i18n';
import { Drill } from '../../parts/drill';
import { dimensionName, useDimensions, valueName } from '../../parts/filter-bar';
import { isThere, Skeleton } from '../../parts/states';
import { type Column, Table } from '../../parts/table';
import { type Explored, valuesBeyond } from './state';

const COLUMNS_MAX = 14;

/** Of the sums at an edge, the greatest; those of values shown that are not among them are asked for by name. */
const EDGE_MAX = 1000;

interface Line {
    name: string;
    cells: Map<string, Row>;
    sum: number;
    total: Row | undefined;
}

interface PivotProps {
    answer: Answer;
    explored: Explored;
}

export function Pivot({ answer, explored }: PivotProps) {
    const [down, across] = explored.by;
    const ofLines = useEdge(answer, explored, down);
    const ofHeads = useEdge(answer, explored, across);
    if (!ofLines || !ofHeads) return <Skeleton height={420} />;
    return (
        <>
            {answer.kpis
                .filter((kpi) => !kpi.needs)
                .map((kpi) => (
                    <Crossed
                        key={kpi.id}
                        answer={answer}
                        explored={explored}
                        kpi={kpi}
                        ofLines={ofLines(kpi.id)}
                        ofHeads={ofHeads(kpi.id)}
                    />
                ))}
        </>
    );
}

/** The sums of one dimension's values, KPI by KPI; undefined while they are on their way. */
function useEdge(answer: Answer, explored: Explored, by = '') {
    const { query } = explored;
    const greatest = useAsked<Answer>(apiUrl('kpi', { ...query, by, top: EDGE_MAX }));
    const values = greatest.data ? valuesBeyond(answer, greatest.data, by) : [];
    const where = withFilter(query.where ? String(query.where) : null, { dimension: by, values, not: false });
    const named = useAsked<Answer>(
        values.length > 0 ? apiUrl('kpi', { ...query, by, where, top: values.length }) : null,
    );
    if (!isThere(greatest) || (values.length > 0 && !isThere(named))) return undefined;
    return (kpi: string) =>
        [greatest.data, values.length > 0 ? named.data : undefined].flatMap(
            (edges) => edges?.kpis.find(({ id }) => id === kpi)?.rows ?? [],
        );
}

/** Rows by the value of one dimension, under the name that it has in the table. */
function byValue(rows: readonly Row[], dimension: string): Map<string, Row> {
    return new Map(rows.filter((row) => !row.others).map((row) => [valueName(row.by[dimension]), row]));
}

function Crossed({
    answer,
    explored,
    kpi,
    ofLines,
    ofHeads,
}: PivotProps & { kpi: KpiFigures; ofLines: readonly Row[]; ofHeads: readonly Row[] }) {
    const style = useNumbers();
    const dimensions = useDimensions();
    const where = useRoute().query.get('where');
    const [down = '', across = ''] = explored.by;
    const cut = { by: explored.by, where };
    const sums = byValue(ofLines, down);
    const lines = new Map<string, Line>();
    const heads = new Map<string, number>();
    for (const row of kpi.rows) {
        if (row.others) continue;
        const line = valueName(row.by[down]);
        const head = valueName(row.by[across]);
        const size = Math.abs(Number(row.value ?? 0));
        const known = lines.get(line) ?? {
            name: line,
            cells: new Map<string, Row>(),
            sum: 0,
            total: sums.get(line),
        };
        known.cells.set(head, row);
        known.sum += size;
        lines.set(line, known);
        heads.set(head, (heads.get(head) ?? 0) + size);
    }
    const shown = [...heads]
        .sort((a, b) => b[1] - a[1])
        .slice(0, COLUMNS_MAX)
        .map(([head]) => head);
    const listed = kpi.rows.filter((row) => !row.others);
    const cutOff = listed.length < kpi.rows.length ? t('explore.pivotTop', { shown: explored.top }) : '';
    const most = Math.max(...listed.map((row) => Math.abs(Number(row.value ?? 0))), 1e-12);
    const foot: Line = { name: t('table.total'), cells: byValue(ofHeads, across), sum: 0, total: kpi.total };
    const into = (line: Line, row: Row | undefined, by: string[]) =>
        row && row.value !== null ? drillOf(answer, row, { by: line === foot ? [across] : by, where }) : null;
    const columns: Column<Line>[] = [
        {
            id: 'down',
            head: `${dimensionName(dimensions, down)} / ${dimensionName(dimensions, across)}`,
            cell: (l) => l.name,
            sort: (l) => l.name,
        },
        ...shown.map((head): Column<Line> => {
            const value = (l: Line) => l.cells.get(head)?.value;
            return {
                id: `c-${head}`,
                head,
                number: true,
                cell: (l) => (
                    <span
                        class="pivot-cell"
                        style={{
                            '--heat': String(
                                l === foot ? 0 : Math.round((Math.abs(Number(value(l) ?? 0)) / most) * 100),
                            ),
                        }}
                    >
                        <Drill kpi={kpi.id} into={into(l, l.cells.get(head), cut.by)}>
                            {cutOff && !l.cells.has(head) ? '…' : tableValue(value(l), kpi.unit, style)}
                        </Drill>
                    </span>
                ),
                exact: (l) => value(l) ?? '',
                title: (l) => (cutOff && !l.cells.has(head) ? cutOff : exactValue(value(l), kpi.unit, style)),
                sort: (l) => (value(l) == null ? null : Number(value(l))),
            };
        }),
        {
            id: 'total',
            head: t('table.total'),
            number: true,
            cell: (l) => (
                <Drill kpi={kpi.id} into={l === foot ? null : into(l, l.total, [down])}>
                    {l.total ? tableValue(l.total.value, kpi.unit, style) : '…'}
                </Drill>
            ),
            exact: (l) => l.total?.value ?? '',
            title: (l) => (l.total ? exactValue(l.total.value, kpi.unit, style) : t('explore.pivotBeyond')),
            sort: (l) => (l.total?.value == null ? null : Number(l.total.value)),
        },
    ];
    return (
        <div class="pivot">
            <p class="muted">
                {named(kpi.name)}
                {cutOff && ` · ${cutOff}`}
                {heads.size > COLUMNS_MAX
                    ? ` · ${t('explore.pivotMore', { shown: COLUMNS_MAX, all: heads.size })}`
                    : ''}
            </p>
            <Table
                label={`${t('look.pivot')}: ${named(kpi.name)}`}
                columns={columns}
                rows={[...lines.values()].sort((a, b) => b.sum - a.sum)}
                rowKey={(l) => l.name}
                foot={foot}
            />
        </div>
    );
}
