/** Setting and splitting targets: first a rehearsal that shows what would change, then the change. */
import { useState } from 'preact/hooks';
import { useCatalogue } from '../../app/catalogue';
import { useNumbers } from '../../app/settings';
import { change } from '../../data/api';
import { useAction } from '../../data/use';
import { tableValue } from '../../format/number';
import { either, named, t } from '../../i18n';
import { Field, Select } from '../../parts/controls';
import { Dialog } from '../../parts/dialog';
import { FormError } from '../../parts/states';
import { useStores } from '../../parts/store-picker';
import { Table } from '../../parts/table';
import type { Target } from '../targets';

interface Changes {
    revision: number;
    changes: (Target & { before: string | null })[];
}

type Body = Record<string, string | boolean | null | undefined>;

/** The steps that both dialogues share: rehearse, look, do. */
function useRehearsal(path: string, onDone: () => void) {
    const [seen, setSeen] = useState<Changes | null>(null);
    const { busy, error, run } = useAction();
    return {
        seen,
        busy,
        error,
        forget: () => setSeen(null),
        rehearse: async (body: Body) =>
            setSeen((await run(() => change<Changes>('POST', path, { ...body, dry_run: true }))) ?? null),
        apply: async (body: Body) => {
            if (await run(() => change<Changes>('POST', path, body))) onDone();
        },
    };
}

function ChangesTable({ seen }: { seen: Changes }) {
    const style = useNumbers();
    if (seen.changes.length === 0) return <p class="muted">{t('targets.noChange')}</p>;
    return (
        <Table
            label={t('targets.changes')}
            rows={seen.changes}
            rowKey={(c, i) => `${c.kpi}${i}`}
            columns={[
                { id: 'kpi', head: t('page.kpi'), cell: (c) => named(c.name) },
                { id: 'store', head: t('store.one'), cell: (c) => c.store ?? t('store.all') },
                { id: 'period', head: t('table.period'), cell: (c) => c.period },
                { id: 'level', head: t('targets.level'), cell: (c) => t(`level.${c.level}`) },
                {
                    id: 'before',
                    head: t('targets.before'),
                    number: true,
                    cell: (c) => tableValue(c.before, c.unit, style),
                    exact: (c) => c.before ?? '',
                },
                {
                    id: 'after',
                    head: t('targets.after'),
                    number: true,
                    cell: (c) => tableValue(c.target, c.unit, style),
                    exact: (c) => c.target,
                },
            ]}
        />
    );
}

/** KPIs that can have a target: those that can be told. */
function useTargetKpis(): { value: string; label: string }[] {
    return (useCatalogue()?.all ?? [])
        .filter((k) => k.available !== false)
        .map((k) => ({ value: k.id, label: either(k.name_en, k.name_zh) }));
}

function OneStore({ value, onPick }: { value: string; onPick: (store: string) => void }) {
    const stores = useStores();
    return (
        <Select
            label={t('store.one')}
            value={value}
            onPick={onPick}
            options={[
                { value: '', label: t('store.all') },
                ...stores.map((s) => ({ value: s.value ?? '', label: named(s.label) })),
            ]}
        />
    );
}

export function SetTarget({ onClose }: { onClose: () => void }) {
    const kpis = useTargetKpis();
    const [kpi, setKpi] = useState('net_sales');
    const [period, setPeriod] = useState(String(new Date().getFullYear()));
    const [store, setStore] = useState('');
    const [values, setValues] = useState({ base: '', target: '', stretch: '' });
    const [note, setNote] = useState('');
    const { seen, busy, error, forget, rehearse, apply } = useRehearsal('goals', onClose);
    const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
    const body: Body = {
        kpi,
        period: period.trim(),
        store: text(store) ?? null,
        base: text(values.base),
        target: text(values.target),
        stretch: text(values.stretch),
        note: text(note) ?? null,
    };
    const ready = period.trim() !== '' && Object.values(values).some((v) => v.trim() !== '');
    const submit = (event: Event) => {
        event.preventDefault();
        void (seen ? apply(body) : rehearse(body));
    };
    const edit =
        <V,>(set: (value: V) => void) =>
        (value: V) => {
            forget();
            set(value);
        };
    return (
        <Dialog title={t('targets.set')} onClose={onClose} wide>
            <form class="form" onSubmit={submit}>
                <div class="form-row">
                    <Select label={t('page.kpi')} value={kpi} onPick={edit(setKpi)} options={kpis} />
                    <Field
                        label={t('table.period')}
                        value={period}
                        onValue={edit(setPeriod)}
                        hint={t('targets.periodHint')}
                        required
                    />
                    <OneStore value={store} onPick={edit(setStore)} />
                </div>
                <div class="form-row">
                    {(['base', 'target', 'stretch'] as const).map((level) => (
                        <Field
                            key={level}
                            label={t(`level.${level}`)}
                            value={values[level]}
                            inputMode="decimal"
                            onValue={edit((v: string) => setValues({ ...values, [level]: v }))}
                            hint={level === 'base' ? t('targets.valueHint') : undefined}
                        />
                    ))}
                </div>
                <Field label={t('targets.why')} value={note} onValue={edit(setNote)} />
                <FormError error={error} />
                {seen && <ChangesTable seen={seen} />}
                <button type="submit" class="button button-main" disabled={busy || !ready}>
                    {t(seen ? 'targets.apply' : 'targets.rehearse')}
                </button>
            </form>
        </Dialog>
    );
}

export function SplitTargets({ onClose }: { onClose: () => void }) {
    const kpis = useTargetKpis();
    const [period, setPeriod] = useState(String(new Date().getFullYear()));
    const [kpi, setKpi] = useState('');
    const [store, setStore] = useState('');
    const [note, setNote] = useState('');
    const { seen, busy, error, forget, rehearse, apply } = useRehearsal('goals/split', onClose);
    const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
    const body: Body = {
        period: period.trim(),
        kpi: text(kpi),
        store: text(store) ?? null,
        note: text(note) ?? null,
    };
    const submit = (event: Event) => {
        event.preventDefault();
        void (seen ? apply(body) : rehearse(body));
    };
    const edit = (set: (value: string) => void) => (value: string) => {
        forget();
        set(value);
    };
    return (
        <Dialog title={t('targets.split')} onClose={onClose} wide>
            <form class="form" onSubmit={submit}>
                <p>{t('targets.splitText')}</p>
                <div class="form-row">
                    <Field
                        label={t('table.period')}
                        value={period}
                        onValue={edit(setPeriod)}
                        hint={t('targets.periodHint')}
                        required
                    />
                    <Select
                        label={t('page.kpi')}
                        value={kpi}
                        onPick={edit(setKpi)}
                        options={[{ value: '', label: t('targets.kpiAll') }, ...kpis]}
                    />
                    <OneStore value={store} onPick={edit(setStore)} />
                </div>
                <Field label={t('targets.why')} value={note} onValue={edit(setNote)} />
                <FormError error={error} />
                {seen && <ChangesTable seen={seen} />}
                <button type="submit" class="button button-main" disabled={busy || period.trim() === ''}>
                    {t(seen ? 'targets.apply' : 'targets.rehearse')}
                </button>
            </form>
        </Dialog>
    );
}
