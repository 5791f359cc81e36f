/** Who logged in and who changed what. */
import { setQuery, useRoute } from '../../app/router';
import { apiUrl } from '../../data/api';
import type { List } from '../../data/types';
import { useAsked } from '../../data/use';
import { momentText } from '../../format/date';
import { capital, language, t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Answered, Skeleton } from '../../parts/states';
import { Table } from '../../parts/table';
import { actionName, actionOn } from './actions';

interface Entry {
    id: number;
    at: string;
    who: string;
    address: string;
    action: string;
    what: string;
}

export function Audit() {
    const { query } = useRoute();
    const q = query.get('q') ?? '';
    const asked = useAsked<List<Entry>>(apiUrl('audit', { q, limit: 200 }));
    return (
        <Section
            title={t('settingsOf.audit')}
            aside={
                <input
                    type="search"
                    placeholder={t('search.title')}
                    aria-label={t('search.title')}
                    value={q}
                    onInput={(e) => setQuery({ q: (e.target as HTMLInputElement).value || null }, true)}
                />
            }
        >
            <Answered asked={asked} skeleton={<Skeleton height={400} />}>
                {(list) => (
                    <Table
                        label={t('settingsOf.audit')}
                        rows={list.items}
                        rowKey={(x) => String(x.id)}
                        columns={[
                            {
                                id: 'at',
                                head: t('common.at'),
                                cell: (x) => momentText(x.at, language()),
                                exact: (x) => x.at,
                                sort: (x) => x.at,
                            },
                            { id: 'who', head: t('common.who'), cell: (x) => x.who, sort: (x) => x.who },
                            { id: 'address', head: t('audit.address'), cell: (x) => x.address },
                            {
                                id: 'action',
                                head: t('audit.action'),
                                cell: (x) => (
                                    <span title={x.action}>{capital(actionName(x.action, x.what))}</span>
                                ),
                                sort: (x) => actionName(x.action, x.what),
                            },
                            {
                                id: 'what',
                                head: t('audit.what'),
                                cell: (x) => actionOn(x.what),
                                className: 'wrap',
                            },
                        ]}
                    />
                )}
            </Answered>
        </Section>
    );
}
