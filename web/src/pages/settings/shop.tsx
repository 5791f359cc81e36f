/** The shop itself: name, calendar, colours, what the overview begins with; its stores. */
import { useState } from 'preact/hooks';
import { useCatalogue } from '../../app/catalogue';
import { useSettings } from '../../app/settings';
import { apiUrl, change } from '../../data/api';
import type { List } from '../../data/types';
import { type Asked, useAction, useAsked } from '../../data/use';
import { either, t } from '../../i18n';
import { Chip, Field, Section, Select } from '../../parts/controls';
import { Dialog } from '../../parts/dialog';
import { Icon } from '../../parts/icon';
import { Answered, Below, FormError, isThere, Skeleton } from '../../parts/states';
import { Table, unseen } from '../../parts/table';
import { Rates } from './rates';

interface Settings {
    name: string;
    currency: string;
    timezone: string;
    week_start: string;
    lang: string;
    calendar: string;
    up_colour: 'red' | 'green';
    overview_kpis: string[];
    upload_max_mib: number;
    fx_max_age_days: number;
    dialect: string | null;
}

type Change = Partial<Record<keyof Settings, string | number | null | string[]>>;

export function ShopSettings() {
    const asked = useAsked<Settings>(apiUrl('settings'));
    const stores = useAsked<List<Store>>(apiUrl('stores', { limit: 500 }));
    return (
        <>
            <Answered asked={asked} skeleton={<Skeleton height={420} />}>
                {(settings) => <Form settings={settings} again={asked.again} />}
            </Answered>
            <Below ready={isThere(asked)}>
                <Stores asked={stores} />
                <Below ready={isThere(stores)}>
                    <Rates />
                </Below>
            </Below>
        </>
    );
}

const DIALECTS = ['taobao', 'jd', 'douyin', 'shopify', 'woo', 'ga4'] as const;
const RATE_AGES: readonly number[] = [0, 1, 3, 7, 31];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

function Form({ settings, again }: { settings: Settings; again: () => void }) {
    const { reloadSession } = useSettings();
    const [name, setName] = useState(settings.name);
    const { busy, error, run } = useAction();
    const put = async (body: Change) => {
        if ((await run(() => change<Settings>('PUT', 'settings', body))) === undefined) return;
        again();
        await reloadSession();
    };
    const undo = async () => {
        if ((await run(() => change<Settings>('POST', 'settings/undo'))) === undefined) return;
        again();
        await reloadSession();
    };
    return (
        <Section
            title={t('settingsOf.shop')}
            aside={
                <button type="button" class="button button-small" disabled={busy} onClick={() => void undo()}>
                    {t('shop.undo')}
                </button>
            }
        >
            <FormError error={error} />
            <div class="rows-form">
                <label for="shop-name">{t('views.name')}</label>
                <form
                    class="form-actions"
                    onSubmit={(e) => {
                        e.preventDefault();
                        void put({ name: name.trim() });
                    }}
                >
                    <input
                        id="shop-name"
                        value={name}
                        onInput={(e) => setName((e.target as HTMLInputElement).value)}
                    />
                    <button
                        type="submit"
                        class="button"
                        disabled={busy || name.trim() === '' || name === settings.name}
                    >
                        {t('action.save')}
                    </button>
                </form>
                <span>{t('settings.currency')}</span>
                <span>
                    {settings.currency} <span class="muted">{t('shop.fixed')}</span>
                </span>
                <span>{t('shop.zone')}</span>
                <span>{settings.timezone}</span>
                <span>{t('settings.language')}</span>
                <Select
                    bare
                    label={t('settings.language')}
                    value={settings.lang}
                    onPick={(lang) => void put({ lang })}
                    options={[
                        { value: 'zh', label: '中文' },
                        { value: 'en', label: 'English' },
                    ]}
                />
                <span>{t('shop.weekStart')}</span>
                <Select
                    bare
                    label={t('shop.weekStart')}
                    value={settings.week_start}
                    onPick={(day) => void put({ week_start: day })}
                    options={WEEKDAYS.map((d) => ({ value: d, label: t(`weekday.${d}`) }))}
                />
                <span>{t('shop.calendar')}</span>
                <Select
                    bare
                    label={t('shop.calendar')}
                    value={settings.calendar}
                    onPick={(calendar) => void put({ calendar })}
                    options={(['gregorian', 'iso', '4-4-5'] as const).map((c) => ({
                        value: c,
                        label: t(`calendar.${c === '4-4-5' ? 'retail' : c}`),
                    }))}
                />
                <span>{t('shop.dialect')}</span>
                <Select
                    bare
                    label={t('shop.dialect')}
                    value={settings.dialect ?? ''}
                    onPick={(dialect) => void put({ dialect: dialect === '' ? null : dialect })}
                    options={[
                        { value: '', label: t('shop.dialectOwn') },
                        ...DIALECTS.map((d) => ({ value: d, label: t(`dialect.${d}`) })),
                    ]}
                />
                <span>{t('fx.age')}</span>
                <Select
                    bare
                    label={t('fx.age')}
                    value={String(settings.fx_max_age_days)}
                    onPick={(days) => void put({ fx_max_age_days: Number(days) })}
                    options={[...new Set([...RATE_AGES, settings.fx_max_age_days])]
                        .sort((a, b) => a - b)
                        .map((days) => ({
                            value: String(days),
                            label: days === 0 ? t('fx.ageOwn') : t('fx.ageDays', { days }),
                        }))}
                />
                <span>{t('shop.up')}</span>
                <Select
                    bare
                    label={t('shop.up')}
                    value={settings.up_colour ?? ''}
                    onPick={(up) => void put({ up_colour: up === '' ? null : up })}
                    options={[
                        { value: '', label: t('shop.upByLanguage') },
                        { value: 'red', label: t('shop.upRed') },
                        { value: 'green', label: t('shop.upGreen') },
                    ]}
                />
                <span>{t('shop.overview')}</span>
                <OverviewKpis
                    chosen={settings.overview_kpis}
                    onChange={(overview_kpis) => void put({ overview_kpis })}
                />
            </div>
        </Section>
    );
}

function OverviewKpis({
    chosen,
    onChange,
}: {
    chosen: readonly string[];
    onChange: (ids: string[]) => void;
}) {
    const catalogue = useCatalogue();
    const left = (catalogue?.all ?? []).filter((k) => k.available !== false && !chosen.includes(k.id));
    return (
        <div class="chips">
            {chosen.length === 0 && <span class="muted">{t('shop.overviewUsual')}</span>}
            {chosen.map((id) => (
                <Chip
                    key={id}
                    onRemove={() => onChange(chosen.filter((x) => x !== id))}
                    removeLabel={t('explore.remove', { name: catalogue?.name(id) ?? id })}
                >
                    {catalogue?.name(id) ?? id}
                </Chip>
            ))}
            <Select
                bare
                label={t('explore.addKpi')}
                value=""
                onPick={(id) => id && onChange([...chosen, id])}
                options={[
                    { value: '', label: t('explore.addKpi') },
                    ...left.map((k) => ({ value: k.id, label: either(k.name_en, k.name_zh) })),
                ]}
            />
        </div>
    );
}

interface Store {
    name: string;
    platform: string;
    currency: string;
    timezone: string;
    owner: string;
    team: string;
}

function Stores({ asked }: { asked: Asked<List<Store>> }) {
    const [editing, setEditing] = useState<Store | 'new' | null>(null);
    return (
        <Section
            title={t('overview.stores')}
            aside={
                <button type="button" class="button" onClick={() => setEditing('new')}>
                    <Icon name="plus" size={15} /> {t('stores.add')}
                </button>
            }
        >
            <Answered asked={asked} skeleton={<Skeleton height={160} />}>
                {(list) => (
                    <Table<Store>
                        label={t('overview.stores')}
                        rows={list.items}
                        rowKey={(s) => s.name}
                        columns={[
                            { id: 'name', head: t('views.name'), cell: (s) => s.name, sort: (s) => s.name },
                            { id: 'platform', head: t('stores.platform'), cell: (s) => s.platform || '–' },
                            { id: 'currency', head: t('settings.currency'), cell: (s) => s.currency || '–' },
                            { id: 'zone', head: t('shop.zone'), cell: (s) => s.timezone || '–' },
                            { id: 'owner', head: t('stores.owner'), cell: (s) => s.owner || '–' },
                            { id: 'team', head: t('users.teams'), cell: (s) => s.team || '–' },
                            {
                                id: 'edit',
                                head: unseen(t('action.edit')),
                                cell: (s) => (
                                    <button
                                        type="button"
                                        class="icon-button"
                                        aria-label={t('users.edit', { name: s.name })}
                                        title={t('users.edit', { name: s.name })}
                                        onClick={() => setEditing(s)}
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
                <EditStore
                    store={editing === 'new' ? null : editing}
                    onClose={(changed) => {
                        setEditing(null);
                        if (changed) asked.again();
                    }}
                />
            )}
        </Section>
    );
}

const FIELDS = ['platform', 'currency', 'timezone', 'owner', 'team'] as const;

function EditStore({ store, onClose }: { store: Store | null; onClose: (changed: boolean) => void }) {
    const [id, setId] = useState(store?.name ?? '');
    const [values, setValues] = useState<Record<(typeof FIELDS)[number], string>>({
        platform: store?.platform ?? '',
        currency: store?.currency ?? '',
        timezone: store?.timezone ?? '',
        owner: store?.owner ?? '',
        team: store?.team ?? '',
    });
    const { busy, error, run } = useAction();
    const save = async (event: Event) => {
        event.preventDefault();
        const changed = Object.fromEntries(
            FIELDS.filter((f) => values[f].trim() !== (store?.[f] ?? '')).map((f) => [
                f,
                values[f].trim() || null,
            ]),
        );
        const body = store ? changed : { new: true, ...changed };
        if ((await run(() => change('PUT', `stores/${encodeURIComponent(id.trim())}`, body))) !== undefined)
            onClose(true);
    };
    const labels = {
        platform: t('stores.platform'),
        currency: t('settings.currency'),
        timezone: t('shop.zone'),
        owner: t('stores.owner'),
        team: t('users.teams'),
    };
    return (
        <Dialog
            title={store ? t('users.edit', { name: store.name }) : t('stores.add')}
            onClose={() => onClose(false)}
        >
            <form class="form" onSubmit={save}>
                {!store && (
                    <Field
                        label={t('views.name')}
                        value={id}
                        onValue={setId}
                        required
                        autoFocus
                        hint={t('stores.nameHint')}
                    />
                )}
                {FIELDS.map((f) => (
                    <Field
                        key={f}
                        label={labels[f]}
                        value={values[f]}
                        onValue={(v) => setValues({ ...values, [f]: v })}
                        hint={f === 'platform' ? t('stores.platformHint') : undefined}
                    />
                ))}
                <FormError error={error} />
                <button type="submit" class="button button-main" disabled={busy || id.trim() === ''}>
                    {t('action.save')}
                </button>
            </form>
        </Dialog>
    );
}
