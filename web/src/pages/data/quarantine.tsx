/** What was refused: why, where, and a form to repair it; then it is tried again. */
import { useState } from 'preact/hooks';
import { go, here, setQuery, useRoute } from '../../app/router';
import { apiUrl, change } from '../../data/api';
import { useAction, useAsked } from '../../data/use';
import { t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Dialog } from '../../parts/dialog';
import { Answered, FormError, Skeleton } from '../../parts/states';
import { useSure } from '../../parts/sure';
import { Table } from '../../parts/table';
import { JobProgress } from './job';
import type { Refused, RefusedDetail, RefusedList } from './types';

export function Quarantine({ id }: { id: string | undefined }) {
    const { query } = useRoute();
    const filter = {
        import: query.get('import'),
        reason: query.get('reason'),
        state: query.get('state') ?? 'waiting',
        q: query.get('q'),
    };
    const asked = useAsked<RefusedList>(apiUrl('quarantine', { ...filter, limit: 200 }));
    const [picked, setPicked] = useState<readonly number[]>([]);
    const [job, setJob] = useState<number | null>(null);
    const { busy, error, run } = useAction();
    const toggle = (one: number) =>
        setPicked(picked.includes(one) ? picked.filter((x) => x !== one) : [...picked, one]);
    const retry = async (ids: readonly number[]) => {
        const made = await run(() => change<{ job: number }>('POST', 'quarantine/retry', { ids }));
        if (made) setJob(made.job);
    };
    return (
        <>
            <Answered asked={asked} skeleton={<Skeleton height={480} />}>
                {(list) => (
                    <>
                        <div class="chips">
                            <a
                                class="chip"
                                href={here({ reason: null })}
                                aria-current={filter.reason === null ? 'true' : undefined}
                            >
                                {t('quarantine.all', {
                                    rows: list.reasons.reduce((sum, r) => sum + r.rows, 0),
                                })}
                            </a>
                            {list.reasons.map((r) => (
                                <a
                                    key={r.id}
                                    class="chip"
                                    href={here({ reason: r.id })}
                                    aria-current={filter.reason === r.id ? 'true' : undefined}
                                >
                                    {r.name} <span class="muted">{r.rows}</span>
                                </a>
                            ))}
                            {filter.import && (
                                <a class="chip" href={here({ import: null })}>
                                    {t('evidence.import')} #{filter.import} ×
                                </a>
                            )}
                        </div>
                        <Section
                            aside={
                                <>
                                    <input
                                        type="search"
                                        placeholder={t('search.title')}
                                        aria-label={t('search.title')}
                                        value={filter.q ?? ''}
                                        onInput={(e) =>
                                            setQuery(
                                                { q: (e.target as HTMLInputElement).value || null },
                                                true,
                                            )
                                        }
                                    />
                                    <button
                                        type="button"
                                        class="button"
                                        disabled={busy || list.items.length === 0}
                                        onClick={() =>
                                            void retry(
                                                picked.length > 0 ? picked : list.items.map((r) => r.id),
                                            )
                                        }
                                    >
                                        {picked.length > 0
                                            ? t('quarantine.retrySome', { rows: picked.length })
                                            : t('quarantine.retryAll', { rows: list.items.length })}
                                    </button>
                                </>
                            }
                        >
                            <FormError error={error} />
                            {job !== null && (
                                <JobProgress
                                    id={job}
                                    onEnd={() => {
                                        setPicked([]);
                                        asked.again();
                                    }}
                                />
                            )}
                            <Table
                                label={t('dataOf.quarantine')}
                                rows={list.items}
                                rowKey={(r) => String(r.id)}
                                empty={t('quarantine.none')}
                                columns={[
                                    {
                                        id: 'pick',
                                        head: <span class="sr-only">{t('quarantine.pick')}</span>,
                                        cell: (r) => (
                                            <input
                                                type="checkbox"
                                                aria-label={t('quarantine.pickRow', { id: r.id })}
                                                checked={picked.includes(r.id)}
                                                onChange={() => toggle(r.id)}
                                            />
                                        ),
                                    },
                                    {
                                        id: 'where',
                                        head: t('quarantine.where'),
                                        cell: (r) => (
                                            <a href={`/data/quarantine/${r.id}${location.search}`}>
                                                {placeText(r)}
                                            </a>
                                        ),
                                        sort: (r) => `${r.file} ${String(r.line ?? 0).padStart(9, '0')}`,
                                    },
                                    {
                                        id: 'column',
                                        head: t('quarantine.column'),
                                        cell: (r) => r.column ?? '–',
                                        sort: (r) => r.column,
                                    },
                                    {
                                        id: 'value',
                                        head: t('table.value'),
                                        cell: (r) => <code>{r.value ?? ''}</code>,
                                    },
                                    {
                                        id: 'reason',
                                        head: t('quarantine.reason'),
                                        cell: (r) => r.reason,
                                        className: 'wrap',
                                        sort: (r) => r.reason,
                                    },
                                    {
                                        id: 'state',
                                        head: t('users.state'),
                                        cell: (r) => t(`refused.${r.state}`),
                                    },
                                ]}
                            />
                            {list.total > list.items.length && (
                                <p class="hint">
                                    {t('list.more', { shown: list.items.length, all: list.total })}
                                </p>
                            )}
                        </Section>
                    </>
                )}
            </Answered>
            {id !== undefined && (
                <Repair
                    id={id}
                    onClose={(changed) => {
                        go(`/data/quarantine${location.search}`);
                        if (changed) asked.again();
                    }}
                    onRetry={retry}
                />
            )}
        </>
    );
}

function placeText(r: Refused): string {
    return `${r.file ?? '?'}${r.line === null ? '' : `:${r.line}`}`;
}

function Repair({
    id,
    onClose,
    onRetry,
}: {
    id: string;
    onClose: (changed: boolean) => void;
    onRetry: (ids: readonly number[]) => Promise<void>;
}) {
    const asked = useAsked<RefusedDetail>(apiUrl(`quarantine/${encodeURIComponent(id)}`));
    const [values, setValues] = useState<Record<string, string>>({});
    const { busy, error, run } = useAction();
    const row = asked.data;
    const save = async (event: Event) => {
        event.preventDefault();
        if (!row) return;
        const changed = Object.fromEntries(
            row.fields.flatMap((f) => {
                const next = values[f.name];
                return next === undefined || next === f.value ? [] : [[f.name, next]];
            }),
        );
        if (
            Object.keys(changed).length > 0 &&
            (await run(() => change('PATCH', `quarantine/${row.id}`, { fields: changed }))) === undefined
        )
            return;
        await onRetry([row.id]);
        onClose(true);
    };
    const [asking, ask] = useSure();
    const drop = async () => {
        if (!row) return;
        const sure = await ask({
            title: t('quarantine.drop'),
            text: t('quarantine.dropSure'),
            act: t('quarantine.drop'),
            danger: true,
        });
        if (sure === null) return;
        if ((await run(() => change('DELETE', `quarantine/${row.id}`))) !== undefined) onClose(true);
    };
    return (
        <>
            <Dialog title={t('quarantine.repair')} onClose={() => onClose(false)} wide>
                <Answered asked={asked} skeleton={<Skeleton height={300} />}>
                    {(one) => (
                        <form class="form" onSubmit={save}>
                            <p>
                                <strong>{placeText(one)}</strong>: {one.reason}
                            </p>
                            <div class="repair">
                                {one.fields.map((f) => (
                                    <label
                                        key={f.name}
                                        class={f.name === one.column ? 'is-wrong' : undefined}
                                    >
                                        <span>{f.name}</span>
                                        <input
                                            type="text"
                                            value={values[f.name] ?? f.value}
                                            onInput={(e) =>
                                                setValues({
                                                    ...values,
                                                    [f.name]: (e.target as HTMLInputElement).value,
                                                })
                                            }
                                        />
                                    </label>
                                ))}
                            </div>
                            {one.fields.length === 0 && one.raw && <pre>{one.raw}</pre>}
                            <FormError error={error} />
                            <div class="form-actions">
                                <button
                                    type="submit"
                                    class="button button-main"
                                    disabled={busy || one.state === 'dropped'}
                                >
                                    {t('quarantine.saveRetry')}
                                </button>
                                <button
                                    type="button"
                                    class="button button-danger"
                                    disabled={busy}
                                    onClick={() => void drop()}
                                >
                                    {t('quarantine.drop')}
                                </button>
                            </div>
                        </form>
                    )}
                </Answered>
            </Dialog>
            {asking}
        </>
    );
}
