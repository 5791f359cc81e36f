/** Tokens for programs: shown once, with an end. */
import { useState } from 'preact/hooks';
import { apiUrl, change } from '../../data/api';
import type { List } from '../../data/types';
import { useAction, useAsked } from '../../data/use';
import { momentText } from '../../format/date';
import { language, t } from '../../i18n';
import { Field, Section, Select } from '../../parts/controls';
import { Dialog } from '../../parts/dialog';
import { Icon } from '../../parts/icon';
import { Answered, FormError, Skeleton } from '../../parts/states';
import { useSure } from '../../parts/sure';
import { Table, unseen } from '../../parts/table';

interface Token {
    id: number;
    user: string;
    name: string;
    scopes: string[];
    created_at: string;
    expires_at: string;
    used_at: string | null;
}

export function Tokens() {
    const asked = useAsked<List<Token>>(apiUrl('tokens', { limit: 500 }));
    const [making, setMaking] = useState(false);
    const { error, run } = useAction();
    const [asking, ask] = useSure();
    const remove = async (token: Token) => {
        const sure = await ask({
            title: t('action.remove'),
            text: t('tokens.removeSure', { name: token.name }),
            act: t('action.remove'),
            danger: true,
        });
        if (sure === null) return;
        if ((await run(() => change('DELETE', `tokens/${token.id}`))) !== undefined) asked.again();
    };
    return (
        <Section
            title={t('settingsOf.tokens')}
            note={t('tokens.text')}
            aside={
                <button type="button" class="button button-main" onClick={() => setMaking(true)}>
                    <Icon name="plus" size={15} /> {t('tokens.make')}
                </button>
            }
        >
            {asking}
            <FormError error={error} />
            <Answered asked={asked} skeleton={<Skeleton height={200} />}>
                {(list) => (
                    <Table
                        label={t('settingsOf.tokens')}
                        rows={list.items}
                        rowKey={(x) => String(x.id)}
                        empty={t('tokens.none')}
                        columns={[
                            { id: 'name', head: t('tokens.name'), cell: (x) => x.name, sort: (x) => x.name },
                            { id: 'user', head: t('common.who'), cell: (x) => x.user, sort: (x) => x.user },
                            {
                                id: 'scopes',
                                head: t('tokens.scopes'),
                                cell: (x) =>
                                    x.scopes
                                        .map((s) => t(s === 'write' ? 'tokens.write' : 'tokens.read'))
                                        .join(', '),
                            },
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
                                cell: (x) => (
                                    <button
                                        type="button"
                                        class="icon-button"
                                        aria-label={t('tokens.remove', { name: x.name })}
                                        title={t('tokens.remove', { name: x.name })}
                                        onClick={() => void remove(x)}
                                    >
                                        <Icon name="trash" size={16} />
                                    </button>
                                ),
                            },
                        ]}
                    />
                )}
            </Answered>
            {making && (
                <MakeToken
                    onClose={() => {
                        setMaking(false);
                        asked.again();
                    }}
                />
            )}
        </Section>
    );
}

function MakeToken({ onClose }: { onClose: () => void }) {
    const [name, setName] = useState('');
    const [scope, setScope] = useState('read');
    const [days, setDays] = useState('90');
    const [made, setMade] = useState<string | null>(null);
    const { busy, error, run } = useAction();
    const make = async (event: Event) => {
        event.preventDefault();
        const token = await run(() =>
            change<Token & { token: string }>('POST', 'tokens', {
                name: name.trim(),
                scopes: scope === 'write' ? ['read', 'write'] : ['read'],
                expires_days: Number(days),
            }),
        );
        if (token) setMade(token.token);
    };
    return (
        <Dialog title={t('tokens.make')} onClose={onClose}>
            {made ? (
                <div class="form">
                    <p>{t('tokens.once')}</p>
                    <pre class="secret">{made}</pre>
                    <button
                        type="button"
                        class="button"
                        onClick={() => void navigator.clipboard?.writeText(made)}
                    >
                        {t('action.copy')}
                    </button>
                </div>
            ) : (
                <form class="form" onSubmit={make}>
                    <Field label={t('tokens.name')} value={name} onValue={setName} required autoFocus />
                    <Select
                        label={t('tokens.scopes')}
                        value={scope}
                        onPick={setScope}
                        options={[
                            { value: 'read', label: t('tokens.read') },
                            { value: 'write', label: t('tokens.readWrite') },
                        ]}
                    />
                    <Select
                        label={t('share.expires')}
                        value={days}
                        onPick={setDays}
                        options={['30', '90', '180', '365'].map((d) => ({
                            value: d,
                            label: t('share.days', { days: d }),
                        }))}
                    />
                    <FormError error={error} />
                    <button type="submit" class="button button-main" disabled={busy || name.trim() === ''}>
                        {t('tokens.make')}
                    </button>
                </form>
            )}
        </Dialog>
    );
}
