/** What the figure is made of: values of a dimension with their share and their part in the change. */
import { addsUpBy } from '../../app/asking';
import { withFilter } from '../../app/filters';
import { href, setQuery, useRoute } from '../../app/router';
import { useMay, useNumbers } from '../../app/settings';
import { apiUrl } from '../../data/api';
import type { Answer, Row } from '../../data/types';
import { useAsked } from '../../data/use';
import { exactValue, shareText, tableValue } from '../../format/number';
import { t } from '../../i18n';
import { Select } from '../../parts/controls';
import { Delta } from '../../parts/delta';
import { ExportMenu } from '../../parts/export';
import { dimensionName, useDimensions, valueName } from '../../parts/filter-bar';
import { Icon } from '../../parts/icon';
import { Answered, Empty, Skeleton } from '../../parts/states';
import { type Column, Table, unseen } from '../../parts/table';
import { TrustMark } from '../../parts/trust';
import type { Asking } from '../kpi';

const TOP = 50;

export function Breakdown({ asking }: { asking: Asking }) {
    const dimensions = useDimensions();
    const usable = asking.entry?.dimensions ?? [];
    const query = { ...asking.query, by: asking.by, top: TOP };
    const asked = useAsked<Answer>(asking.by ? apiUrl('kpi', query) : null);
    if (!asking.by) return <Empty title={t('breakdown.none')} />;
    return (
        <>
            <div class="toolbar">
                <Select
                    label={t('breakdown.by')}
                    value={asking.by}
                    onPick={(by) => setQuery({ by })}
                    options={usable.map((id) => ({ value: id, label: dimensionName(dimensions, id) }))}
                />
                <span class="top-space" />
                <ExportMenu path="kpi" query={{ ...asking.query, by: asking.by }} />
            </div>
            <Answered asked={asked} skeleton={<Skeleton height={420} />}>
                {(answer) => (
                    <Rows answer={answer} asking={asking} title={dimensionName(dimensions, asking.by)} />
                )}
            </Answered>
        </>
    );
}

const number = (text: string | null | undefined) =>
    text === null || text === undefined ? null : Number(text);

/** Part of the whole's change that a row brings; only where parts add up to the whole. */
function contribution(row: Row, total: Row, adds: boolean): number | null {
    const change = number(row.compare?.change);
    const whole = number(total.compare?.value);
    return !adds || change === null || whole === null || whole === 0 ? null : change / Math.abs(whole);
}

function Rows({ answer, asking, title }: { answer: Answer; asking: Asking; title: string }) {
    const style = useNumbers();
    const { query } = useRoute();
    const analyst = useMay('analyst');
    const kpi = answer.kpis[0];
    if (!kpi) return null;
    const adds = addsUpBy(asking.entry, [asking.by]);
    const direction = asking.entry?.direction;
    const compared = answer.compare !== undefined;
    const whole = number(kpi.total.value);
    const share = (row: Row) =>
        !adds || whole === null || whole === 0 || row.value === null ? null : Number(row.value) / whole;
    const most = Math.max(...kpi.rows.map((row) => Math.abs(number(row.value) ?? 0)), 1e-12);
    const columns: Column<Row>[] = [
        {
            id: 'by',
            head: title,
            cell: (row) =>
                row === kpi.total ? (
                    t('table.total')
                ) : row.others ? (
                    <span class="muted">{t('table.others')}</span>
                ) : (
                    <button
                        type="button"
                        class="link-button"
                        title={t('breakdown.filter')}
                        onClick={() =>
                            setQuery({
                                where: withFilter(query.get('where'), {
                                    dimension: asking.by,
                                    values: [row.by[asking.by] ?? null],
                                    not: false,
                                }),
                            })
                        }
                    >
                        {valueName(row.by[asking.by])}
                    </button>
                ),
            exact: (row) =>
                row === kpi.total
                    ? t('table.total')
                    : row.others
                      ? t('table.others')
                      : (row.by[asking.by] ?? ''),
            sort: (row) => row.by[asking.by] ?? null,
        },
        {
            id: 'bar',
            head: unseen(t('table.bar')),
            className: 'only-wide',
            cell: (row) =>
                row === kpi.total || row.value === null ? null : (
                    <span class="bar-cell" aria-hidden="true">
                        <i style={{ width: `${(Math.abs(Number(row.value)) / most) * 100}%` }} />
                    </span>
                ),
        },
        {
            id: 'value',
            head: t('table.value'),
            number: true,
            cell: (row) => (
                <>
                    <TrustMark
                        trust={row.value === null && row.reason ? 'partial' : 'complete'}
                        why={row.reason}
                    />{' '}
                    {tableValue(row.value, kpi.unit, style)}
                </>
            ),
            exact: (row) => row.value ?? '',
            title: (row) => row.reason ?? exactValue(row.value, kpi.unit, style),
            sort: (row) => number(row.value),
        },
    ];
    if (adds)
        columns.push({
            id: 'share',
            head: t('table.share'),
            number: true,
            cell: (row) => shareText(share(row)),
            sort: share,
        });
    if (compared) {
        columns.push({
            id: 'before',
            head: t('table.before'),
            number: true,
            className: 'only-broad',
            cell: (row) => tableValue(row.compare?.value, kpi.unit, style),
            exact: (row) => row.compare?.value ?? '',
            sort: (row) => number(row.compare?.value),
        });
        columns.push({
            id: 'change',
            head: t('table.change'),
            number: true,
            cell: (row) => (
                <Delta
                    unit={kpi.unit}
                    change={row.compare?.change}
                    relative={row.compare?.relative}
                    direction={direction}
                />
            ),
            exact: (row) => row.compare?.change ?? '',
            sort: (row) => number(kpi.unit === 'percent' ? row.compare?.change : row.compare?.relative),
        });
    }
    if (compared && adds)
        columns.push({
            id: 'part',
            head: t('table.contribution'),
            number: true,
            cell: (row) => pointsOf(contribution(row, kpi.total, adds)),
            sort: (row) => Math.abs(contribution(row, kpi.total, adds) ?? 0),
            title: () => t('table.contributionHint'),
        });
    if (analyst)
        columns.push({
            id: 'rows',
            head: unseen(t('page.rows')),
            number: true,
            cell: (row) =>
                row.others || row === kpi.total ? null : (
                    <a
                        href={href(`/rows/${kpi.id}`, {
                            where: withFilter(query.get('where'), {
                                dimension: asking.by,
                                values: [row.by[asking.by] ?? null],
                                not: false,
                            }),
                        })}
                        aria-label={t('page.rows')}
                        title={t('page.rows')}
                        class="row-link"
                    >
                        <Icon name="right" size={14} />
                    </a>
                ),
        });
    const first = compared && adds ? { id: 'part', down: true } : { id: 'value', down: true };
    return (
        <>
            <Table
                label={title}
                columns={columns}
                rows={kpi.rows}
                rowKey={(row, i) => `${row.by[asking.by] ?? ''}${i}`}
                foot={kpi.total}
                first={first}
            />
            {asking.entry?.adds_up && !adds && <p class="hint">{t('breakdown.overlaps')}</p>}
        </>
    );
}

function pointsOf(part: number | null): string {
    if (part === null) return '–';
    const text = shareText(Math.abs(part));
    return part > 0 ? `+${text}` : part < 0 ? `−${text}` : text;
}
