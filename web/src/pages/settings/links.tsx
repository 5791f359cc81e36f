/** Share links that were given out, and views that were kept; both can be taken back. */
import { apiUrl, change } from '../../data/api';
import type { List } from '../../data/types';
import { useAction, useAsked } from '../../data/use';
import { momentText } from '../../format/date';
import { language, t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Icon } from '../../parts/icon';
import type { SavedView } from '../../parts/share';
import { Answered, Below, FormError, isThere, Skeleton } from '../../parts/states';
import { Table, unseen } from '../../parts/table';

interface Link {
    id: number;
    user: string;
    path: string;
    created_at: string;
    expires_at: string;
    used_at: string | null;
}

export function Links() {
    const links = useAsked<List<Link>>(apiUrl('shares', { limit: 500 }));
    const views = useAsked<List<SavedView>>(apiUrl('views', { limit: 500 }));
    const { error, run } = useAction();
    const remove = async (path: string, then: () => void) => {
        if ((await run(() => change('DELETE', path))) !== undefined) then();
    };
    const trash = (label: string, path: string, then: () => void) => (
        <button
            type="button"
            class="icon-button"
            aria-label={label}
            title={label}
            onClick={() => void remove(path, then)}
        >
            <Icon name="trash" size={16} />
        </button>
    );
    return (
        <>
            <FormError error={error} />
            <Section title={t('links.title')}>
                <Answered asked={links} skeleton={<Skeleton height={160} />}>
                    {(list) => (
                        <Table
                            label={t('links.title')}
                            rows={list.items}
                            rowKey={(x) => String(x.id)}
                            empty={t('links.none')}
                            columns={[
                                {
                                    id: 'path',
                                    head: t('links.page'),
                                    cell: (x) => <a href={x.path}>{decodeURIComponent(x.path)}</a>,
                                    className: 'wrap',
                                },
                                { id: 'user', head: t('common.who'), cell: (x) => x.user },
                                {
                                    id: 'used',
                                    head: t('tokens.used'),
                                    cell: (x) => (x.used_at ? momentText(x.used_at, language()) : '–'),
                                },
                                {
                                    id: 'ends',
                                    head: t('tokens.ends'),
                                    cell: (x) => momentText(x.expires_at, language()),
                                    sort: (x) => x.expires_at,
                                },
                                {
                                    id: 'remove',
                                    head: unseen(t('action.remove')),
                                    cell: (x) => trash(t('links.remove'), `shares/${x.id}`, links.again),
                                },
                            ]}
                        />
                    )}
                </Answered>
            </Section>
            <Below ready={isThere(links)}>
                <Section title={t('views.title')}>
                    <Answered asked={views} skeleton={<Skeleton height={160} />}>
                        {(list) => (
                            <Table
                                label={t('views.title')}
                                rows={list.items}
                                rowKey={(v) => String(v.id)}
                                empty={t('views.none')}
                                columns={[
                                    {
                                        id: 'name',
                                        head: t('views.name'),
                                        cell: (v) => <a href={v.path}>{v.name}</a>,
                                        sort: (v) => v.name,
                                    },
                                    { id: 'user', head: t('common.who'), cell: (v) => v.user },
                                    {
                                        id: 'shared',
                                        head: t('views.shared'),
                                        cell: (v) => (v.shared ? <Icon name="check" size={16} /> : null),
                                    },
                                    {
                                        id: 'remove',
                                        head: unseen(t('action.remove')),
                                        cell: (v) =>
                                            v.mine
                                                ? trash(
                                                      t('views.remove', { name: v.name }),
                                                      `views/${v.id}`,
                                                      views.again,
                                                  )
                                                : null,
                                    },
                                ]}
                            />
                        )}
                    </Answered>
                </Section>
            </Below>
        </>
    );
}
