/** How far the data reaches, table by table and store by store, and which file is due. */
import { apiUrl } from '../../data/api';
import { useAsked } from '../../data/use';
import { longDay, momentText, rangeText } from '../../format/date';
import { capital, language, named, t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Answered, Skeleton } from '../../parts/states';
import { Table } from '../../parts/table';
import { countText } from './imports';
import type { Sources } from './types';

export const sourcesUrl = () => apiUrl('sources');

export function Freshness() {
    const lang = language();
    const asked = useAsked<Sources>(sourcesUrl(), 60);
    return (
        <Answered asked={asked} skeleton={<Skeleton height={560} />}>
            {(data) => (
                <>
                    {data.missing.length > 0 && (
                        <Section title={t('freshness.missing')}>
                            <ul class="plain">
                                {data.missing.map((m) => (
                                    <li key={`${m.store} ${m.preset}`}>
                                        {t('freshness.missingOne', {
                                            store: m.store,
                                            preset: named(m.preset_name),
                                            last: longDay(m.last, lang),
                                            expected: longDay(m.expected, lang),
                                        })}
                                    </li>
                                ))}
                            </ul>
                        </Section>
                    )}
                    <Section title={t('freshness.tables')}>
                        <Table
                            label={t('freshness.tables')}
                            rows={data.tables}
                            rowKey={(x) => `${x.store} ${x.table}`}
                            columns={[
                                {
                                    id: 'table',
                                    head: t('evidence.table'),
                                    cell: (x) => <span title={x.table}>{capital(named(x.name))}</span>,
                                    sort: (x) => x.name,
                                },
                                {
                                    id: 'store',
                                    head: t('store.one'),
                                    cell: (x) => x.store || t('store.all'),
                                    sort: (x) => x.store,
                                },
                                {
                                    id: 'newest',
                                    head: t('evidence.newest'),
                                    cell: (x) => (x.newest ? longDay(x.newest, lang) : '–'),
                                    sort: (x) => x.newest,
                                },
                                {
                                    id: 'complete',
                                    head: t('evidence.completeTo'),
                                    cell: (x) => (x.complete_until ? longDay(x.complete_until, lang) : '–'),
                                    sort: (x) => x.complete_until,
                                },
                            ]}
                        />
                    </Section>
                    <Section title={t('freshness.sources')}>
                        <Table
                            label={t('freshness.sources')}
                            rows={data.items}
                            rowKey={(x) => `${x.store} ${x.preset} ${x.target}`}
                            empty={t('imports.none')}
                            columns={[
                                {
                                    id: 'preset',
                                    head: t('evidence.preset'),
                                    cell: (x) => (
                                        <span title={x.preset ?? undefined}>
                                            {capital(named(x.preset_name))}
                                        </span>
                                    ),
                                    sort: (x) => x.preset_name,
                                },
                                {
                                    id: 'store',
                                    head: t('store.one'),
                                    cell: (x) => x.store ?? '–',
                                    sort: (x) => x.store,
                                },
                                {
                                    id: 'target',
                                    head: t('upload.target'),
                                    cell: (x) => (
                                        <span title={x.target ?? undefined}>
                                            {capital(named(x.target_name))}
                                        </span>
                                    ),
                                    sort: (x) => x.target_name,
                                },
                                {
                                    id: 'imports',
                                    head: t('dataOf.imports'),
                                    number: true,
                                    cell: (x) => x.imports,
                                    sort: (x) => x.imports,
                                },
                                {
                                    id: 'rows',
                                    head: t('imports.rows'),
                                    number: true,
                                    cell: (x) => countText(x.rows_read),
                                    sort: (x) => x.rows_read,
                                },
                                {
                                    id: 'refused',
                                    head: t('imports.refused'),
                                    number: true,
                                    cell: (x) => countText(x.rows_refused),
                                    sort: (x) => x.rows_refused,
                                },
                                {
                                    id: 'range',
                                    head: t('evidence.range'),
                                    cell: (x) => (x.from && x.to ? rangeText(x.from, x.to, lang) : '–'),
                                    sort: (x) => x.to,
                                },
                                {
                                    id: 'last',
                                    head: t('freshness.last'),
                                    cell: (x) => (x.last_at ? momentText(x.last_at, lang) : '–'),
                                    sort: (x) => x.last_at,
                                },
                            ]}
                        />
                    </Section>
                </>
            )}
        </Answered>
    );
}
