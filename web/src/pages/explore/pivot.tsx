/** Two dimensions crossed: the first down, the second across, the first KPI inside. */
import { drillOf } from '../../app/drill';
import { useRoute } from '../../app/router';
import { useNumbers } from '../../app/settings';
import type { Answer, Row } from '../../data/types';
import { exactValue, tableValue } from '../../format/number';
import { named, t } from '../../i18n';
import { Drill } from '../../parts/drill';
import { dimensionName, useDimensions, valueName } from '../../parts/filter-bar';
import { type Column, Table } from '../../parts/table';
import type { Explored } from './state';

const COLUMNS_MAX = 14;

interface Line {
    name: string;
    cells: Map<string, Row>;
    sum: number;
}

export function Pivot({ answer, explored }: { answer: Answer; explored: Explored }) {
    const style = useNumbers();
    const dimensions = useDimensions();
    const cut = { by: explored.by, where: useRoute().query.get('where') };
    const [down, across] = explored.by;
    const kpi = answer.kpis[0];
    if (!kpi || !down || !across) return null;
    const lines = new Map<string, Line>();
    const heads = new Map<string, number>();
    for (const row of kpi.rows) {
        if (row.others) continue;
        const line = valueName(row.by[down]);
        const head = valueName(row.by[across]);
        const size = Math.abs(Number(row.value ?? 0));
        const known = lines.get(line) ?? { name: line, cells: new Map<string, Row>(), sum: 0 };
        known.cells.set(head, row);
        known.sum += size;
        lines.set(line, known);
        heads.set(head, (heads.get(head) ?? 0) + size);
    }
    const shown = [...heads]
        .sort((a, b) => b[1] - a[1])
        .slice(0, COLUMNS_MAX)
        .map(([head]) => head);
    const most = Math.max(...kpi.rows.map((row) => Math.abs(Number(row.value ?? 0))), 1e-12);
    const columns: Column<Line>[] = [
        {
            id: 'down',
            head: `${dimensionName(dimensions, down)} / ${dimensionName(dimensions, across)}`,
            cell: (l) => l.name,
            sort: (l) => l.name,
        },
        ...shown.map((head): Column<Line> => {
            const value = (l: Line) => l.cells.get(head)?.value;
            const rows = (row: Row | undefined) =>
                row && row.value !== null ? drillOf(answer, row, cut) : null;
            return {
                id: `c-${head}`,
                head,
                number: true,
                cell: (l) => (
                    <span
                        class="pivot-cell"
                        style={{
                            '--heat': String(Math.round((Math.abs(Number(value(l) ?? 0)) / most) * 100)),
                        }}
                    >
                        <Drill kpi={kpi.id} into={rows(l.cells.get(head))}>
                            {tableValue(value(l), kpi.unit, style)}
                        </Drill>
                    </span>
                ),
                exact: (l) => value(l) ?? '',
                title: (l) => exactValue(value(l), kpi.unit, style),
                sort: (l) => (value(l) == null ? null : Number(value(l))),
            };
        }),
    ];
    return (
        <>
            <p class="muted">
                {named(kpi.name)}
                {heads.size > COLUMNS_MAX
                    ? ` · ${t('explore.pivotMore', { shown: COLUMNS_MAX, all: heads.size })}`
                    : ''}
            </p>
            <Table
                label={t('look.pivot')}
                columns={columns}
                rows={[...lines.values()].sort((a, b) => b.sum - a.sum)}
                rowKey={(l) => l.name}
            />
        </>
    );
}
