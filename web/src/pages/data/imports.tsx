/** The list of imports. */
import { go, setQuery, useRoute } from '../../app/router';
import { apiUrl } from '../../data/api';
import type { List } from '../../data/types';
import { useAsked } from '../../data/use';
import { momentText, rangeText } from '../../format/date';
import { byteText, exactDecimal } from '../../format/number';
import { capital, language, named, t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Icon } from '../../parts/icon';
import { Answered, Skeleton } from '../../parts/states';
import { Table } from '../../parts/table';
import type { Import } from './types';

/** What its rows are, or whose export it was. */
export const kindOf = (x: Import) => capital(named(x.preset === 'generic' ? x.target_name : x.preset_name));

export const countText = (n: number | null) => (n === null ? '–' : exactDecimal(String(n)));

export function Imports() {
    const { query } = useRoute();
    const q = query.get('q') ?? '';
    const lang = language();
    const asked = useAsked<List<Import>>(apiUrl('imports', { q, limit: 200 }));
    return (
        <Section
            aside={
                <>
                    <input
                        type="search"
                        placeholder={t('search.title')}
                        aria-label={t('search.title')}
                        value={q}
                        onInput={(e) => setQuery({ q: (e.target as HTMLInputElement).value || null }, true)}
                    />
                    <a class="button button-main" href="/data/upload">
                        <Icon name="upload" size={15} /> {t('dataOf.upload')}
                    </a>
                </>
            }
        >
            <Answered asked={asked} skeleton={<Skeleton height={480} />}>
                {(list) => (
                    <Table
                        label={t('dataOf.imports')}
                        rows={list.items}
                        rowKey={(x) => String(x.id)}
                        rowClass={(x) => (x.undone_at ? 'is-off' : undefined)}
                        onRow={(x) => go(`/data/imports/${x.id}`)}
                        empty={t('imports.none')}
                        columns={[
                            {
                                id: 'id',
                                head: '#',
                                cell: (x) => <a href={`/data/imports/${x.id}`}>{x.id}</a>,
                                sort: (x) => x.id,
                            },
                            {
                                id: 'file',
                                head: t('evidence.file'),
                                cell: (x) => x.file ?? '–',
                                className: 'wrap',
                                sort: (x) => x.file,
                            },
                            {
                                id: 'at',
                                head: t('common.at'),
                                cell: (x) => (x.at ? momentText(x.at, lang) : '–'),
                                sort: (x) => x.at,
                            },
                            {
                                id: 'store',
                                head: t('store.one'),
                                cell: (x) => x.store || '–',
                                sort: (x) => x.store,
                            },
                            {
                                id: 'preset',
                                head: t('evidence.preset'),
                                cell: (x) => kindOf(x),
                                sort: (x) => kindOf(x),
                            },
                            {
                                id: 'range',
                                head: t('evidence.range'),
                                cell: (x) => (x.from && x.to ? rangeText(x.from, x.to, lang) : '–'),
                                sort: (x) => x.from,
                            },
                            {
                                id: 'rows',
                                head: t('imports.rows'),
                                number: true,
                                cell: (x) => countText(x.rows_read),
                                exact: (x) => String(x.rows_read ?? ''),
                                sort: (x) => x.rows_read,
                            },
                            {
                                id: 'refused',
                                head: t('imports.refused'),
                                number: true,
                                cell: (x) =>
                                    x.rows_refused ? (
                                        <a href={`/data/quarantine?import=${x.id}`}>
                                            {countText(x.rows_refused)}
                                        </a>
                                    ) : (
                                        countText(x.rows_refused)
                                    ),
                                sort: (x) => x.rows_refused,
                            },
                            {
                                id: 'bytes',
                                head: t('imports.size'),
                                number: true,
                                cell: (x) => (x.bytes === null ? '–' : byteText(x.bytes)),
                                sort: (x) => x.bytes,
                            },
                            {
                                id: 'state',
                                head: t('users.state'),
                                cell: (x) => t(x.undone_at ? 'imports.undone' : 'imports.counts'),
                            },
                        ]}
                    />
                )}
            </Answered>
        </Section>
    );
}
