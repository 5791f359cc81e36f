/** People and their rights. A person's stores narrow all that they see. */
import { useState } from 'preact/hooks';
import { useSettings } from '../../app/settings';
import { apiUrl, change } from '../../data/api';
import type { List, Role } from '../../data/types';
import { useAction, useAsked } from '../../data/use';
import { momentText } from '../../format/date';
import { language, t } from '../../i18n';
import { Field, Section, Select } from '../../parts/controls';
import { Dialog } from '../../parts/dialog';
import { Icon } from '../../parts/icon';
import { Answered, FormError, Skeleton } from '../../parts/states';
import { useSure } from '../../parts/sure';
import { Table, unseen } from '../../parts/table';
import { PASSWORD_MIN } from '../gate';

interface Account {
    id: number;
    name: string;
    role: Role;
    stores: string[];
    teams: string[];
    disabled: boolean;
    has_password: boolean;
    created_at: string;
    seen_at: string | null;
}

const ROLES: readonly Role[] = ['viewer', 'analyst', 'editor', 'admin'];

export function Users() {
    const { session } = useSettings();
    const asked = useAsked<List<Account>>(apiUrl('users', { limit: 500 }));
    const [editing, setEditing] = useState<Account | 'new' | null>(null);
    return (
        <Section
            title={t('settingsOf.users')}
            aside={
                <button type="button" class="button button-main" onClick={() => setEditing('new')}>
                    <Icon name="plus" size={15} /> {t('users.add')}
                </button>
            }
        >
            <Answered asked={asked} skeleton={<Skeleton height={240} />}>
                {(list) => (
                    <Table
                        label={t('settingsOf.users')}
                        rows={list.items}
                        rowKey={(u) => String(u.id)}
                        rowClass={(u) => (u.disabled ? 'is-off' : undefined)}
                        columns={[
                            {
                                id: 'name',
                                head: t('gate.name'),
                                cell: (u) =>
                                    u.id === session.user?.id ? `${u.name} (${t('users.you')})` : u.name,
                                sort: (u) => u.name,
                            },
                            {
                                id: 'role',
                                head: t('users.role'),
                                cell: (u) => t(`role.${u.role}`),
                                sort: (u) => ROLES.indexOf(u.role),
                            },
                            {
                                id: 'stores',
                                head: t('overview.stores'),
                                cell: (u) => (u.stores.length === 0 ? t('store.all') : u.stores.join(', ')),
                            },
                            { id: 'teams', head: t('users.teams'), cell: (u) => u.teams.join(', ') || '–' },
                            {
                                id: 'seen',
                                head: t('users.seen'),
                                cell: (u) => (u.seen_at ? momentText(u.seen_at, language()) : '–'),
                                sort: (u) => u.seen_at,
                            },
                            {
                                id: 'state',
                                head: t('users.state'),
                                cell: (u) => t(u.disabled ? 'users.disabled' : 'users.active'),
                            },
                            {
                                id: 'edit',
                                head: unseen(t('action.edit')),
                                cell: (u) => (
                                    <button
                                        type="button"
                                        class="icon-button"
                                        aria-label={t('users.edit', { name: u.name })}
                                        title={t('users.edit', { name: u.name })}
                                        onClick={() => setEditing(u)}
                                    >
                                        <Icon name="edit" size={16} />
                                    </button>
                                ),
                            },
                        ]}
                    />
                )}
            </Answered>
            {editing !== null && (
                <EditUser
                    account={editing === 'new' ? null : editing}
                    onClose={(changed) => {
                        setEditing(null);
                        if (changed) asked.again();
                    }}
                />
            )}
        </Section>
    );
}

const listOf = (text: string) =>
    text
        .split(/[,，]/)
        .map((part) => part.trim())
        .filter((part) => part !== '');

function EditUser({ account, onClose }: { account: Account | null; onClose: (changed: boolean) => void }) {
    const [name, setName] = useState(account?.name ?? '');
    const [role, setRole] = useState<string>(account?.role ?? 'viewer');
    const [password, setPassword] = useState('');
    const [stores, setStores] = useState(account?.stores.join(', ') ?? '');
    const [teams, setTeams] = useState(account?.teams.join(', ') ?? '');
    const [disabled, setDisabled] = useState(account?.disabled ?? false);
    const { busy, error, run } = useAction();
    const save = async (event: Event) => {
        event.preventDefault();
        const body = {
            name: name.trim(),
            role,
            stores: listOf(stores),
            teams: listOf(teams),
            ...(password === '' ? {} : { password }),
        };
        const saved = await run(() =>
            account
                ? change<Account>('PATCH', `users/${account.id}`, { ...body, disabled })
                : change<Account>('POST', 'users', body),
        );
        if (saved) onClose(true);
    };
    const [asking, ask] = useSure();
    const remove = async () => {
        if (!account) return;
        const sure = await ask({
            title: t('action.remove'),
            text: t('users.removeSure', { name: account.name }),
            act: t('action.remove'),
            danger: true,
        });
        if (sure === null) return;
        if ((await run(() => change('DELETE', `users/${account.id}`))) !== undefined) onClose(true);
    };
    return (
        <>
            <Dialog
                title={account ? t('users.edit', { name: account.name }) : t('users.add')}
                onClose={() => onClose(false)}
            >
                <form class="form" onSubmit={save}>
                    <Field label={t('gate.name')} value={name} onValue={setName} required />
                    <Select
                        label={t('users.role')}
                        value={role}
                        onPick={setRole}
                        options={ROLES.map((r) => ({
                            value: r,
                            label: `${t(`role.${r}`)}: ${t(`roleText.${r}`)}`,
                        }))}
                    />
                    <Field
                        label={t('gate.password')}
                        value={password}
                        onValue={setPassword}
                        type="password"
                        autoComplete="new-password"
                        minLength={PASSWORD_MIN}
                        required={account === null}
                        hint={
                            account
                                ? t('users.passwordKeep')
                                : t('gate.passwordHint', { least: PASSWORD_MIN })
                        }
                    />
                    <Field
                        label={t('overview.stores')}
                        value={stores}
                        onValue={setStores}
                        hint={t('users.storesHint')}
                    />
                    <Field label={t('users.teams')} value={teams} onValue={setTeams} />
                    {account && (
                        <label class="checkbox">
                            <input
                                type="checkbox"
                                checked={disabled}
                                onChange={() => setDisabled(!disabled)}
                            />{' '}
                            {t('users.disable')}
                        </label>
                    )}
                    <FormError error={error} />
                    <div class="form-actions">
                        <button type="submit" class="button button-main" disabled={busy}>
                            {t('action.save')}
                        </button>
                        {account && (
                            <button
                                type="button"
                                class="button button-danger"
                                disabled={busy}
                                onClick={() => void remove()}
                            >
                                {t('action.remove')}
                            </button>
                        )}
                    </div>
                </form>
            </Dialog>
            {asking}
        </>
    );
}
