/** Bringing files in: drop them, see how each column is understood, correct it, then import. */
import { useRef, useState } from 'preact/hooks';
import { go, route } from '../../app/router';
import { ApiError, apiUrl, change, upload } from '../../data/api';
import type { DimensionValue, List } from '../../data/types';
import { useAction, useAsked, useReference } from '../../data/use';
import { momentText } from '../../format/date';
import { byteText } from '../../format/number';
import { capital, language, named, t } from '../../i18n';
import { Section, Select } from '../../parts/controls';
import { Icon } from '../../parts/icon';
import { Answered, Empty, FormError, Skeleton } from '../../parts/states';
import { Table } from '../../parts/table';
import { JobProgress } from './job';
import type { Look, UploadFile } from './types';

interface Sending {
    name: string;
    size: number;
    sent: number;
    error?: ApiError;
}

export function Upload({ id }: { id: string | undefined }) {
    return id ? <OneUpload key={id} id={id} /> : <Drop />;
}

function Drop() {
    const waiting = useAsked<List<UploadFile>>(apiUrl('uploads', { limit: 100 }));
    const [sending, setSending] = useState<readonly Sending[]>([]);
    const [over, setOver] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const take = async (files: readonly File[]) => {
        setOver(false);
        const rows: Sending[] = files.map((f) => ({ name: f.name, size: f.size, sent: 0 }));
        setSending(rows);
        const made: UploadFile[] = [];
        for (const [i, file] of files.entries()) {
            const row = rows[i] as Sending;
            try {
                made.push(
                    await upload<UploadFile>('uploads', { name: file.name }, file, (sent) => {
                        row.sent = sent;
                        setSending([...rows]);
                    }),
                );
                row.sent = row.size;
            } catch (reason) {
                row.error = reason instanceof ApiError ? reason : new ApiError(0, 'broken', String(reason));
            }
            setSending([...rows]);
        }
        waiting.again();
        const first = made[0];
        // Whoever has gone to another page meanwhile stays there.
        if (files.length === 1 && first && route().path === '/data/upload') go(`/data/upload/${first.id}`);
    };
    return (
        <>
            <div
                class={`drop${over ? ' is-over' : ''}`}
                onDragOver={(e) => {
                    e.preventDefault();
                    setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={(e) => {
                    e.preventDefault();
                    void take([...(e.dataTransfer?.files ?? [])]);
                }}
            >
                <Icon name="upload" size={30} />
                <p>{t('upload.drop')}</p>
                <p class="muted">{t('upload.formats')}</p>
                <input
                    ref={input}
                    type="file"
                    multiple
                    hidden
                    aria-label={t('upload.choose')}
                    onChange={(e) => void take([...((e.target as HTMLInputElement).files ?? [])])}
                />
                <button type="button" class="button button-main" onClick={() => input.current?.click()}>
                    {t('upload.choose')}
                </button>
            </div>
            {sending.map((s) => (
                <div key={s.name} class="job">
                    <div class="job-head">
                        <strong>{s.name}</strong>
                        <span class="muted">
                            {byteText(s.sent)} / {byteText(s.size)}
                        </span>
                    </div>
                    {s.error ? (
                        <FormError error={s.error} />
                    ) : (
                        <progress max={Math.max(1, s.size)} value={s.sent} aria-label={s.name} />
                    )}
                </div>
            ))}
            <Answered asked={waiting} skeleton={<Skeleton height={120} />}>
                {(list) =>
                    list.items.length > 0 && (
                        <Section title={t('upload.waiting')}>
                            <Table
                                label={t('upload.waiting')}
                                rows={list.items}
                                rowKey={(u) => u.id}
                                columns={[
                                    {
                                        id: 'name',
                                        head: t('evidence.file'),
                                        cell: (u) => <a href={`/data/upload/${u.id}`}>{u.name}</a>,
                                    },
                                    {
                                        id: 'size',
                                        head: t('imports.size'),
                                        number: true,
                                        cell: (u) => byteText(u.bytes),
                                    },
                                    {
                                        id: 'at',
                                        head: t('common.at'),
                                        cell: (u) => momentText(u.at, language()),
                                    },
                                    { id: 'store', head: t('store.one'), cell: (u) => u.store ?? '–' },
                                ]}
                            />
                        </Section>
                    )
                }
            </Answered>
        </>
    );
}

function OneUpload({ id }: { id: string }) {
    const asked = useAsked<UploadFile>(apiUrl(`uploads/${encodeURIComponent(id)}`));
    const [changed, setChanged] = useState<UploadFile | null>(null);
    const [job, setJob] = useState<number | null>(null);
    const [ended, setEnded] = useState(false);
    const { busy, error, run } = useAction();
    const patch = async (body: object) => {
        const next = await run(() => change<UploadFile>('PATCH', `uploads/${id}`, body));
        if (next) setChanged(next);
    };
    const bring = async () => {
        const made = await run(() => change<{ job: number }>('POST', `uploads/${id}/import`, {}));
        if (made) setJob(made.job);
    };
    const drop = async () => {
        if ((await run(() => change('DELETE', `uploads/${id}`))) !== undefined) go('/data/upload');
    };
    return (
        <Answered asked={asked} skeleton={<Skeleton height={520} />}>
            {(first) => {
                const file = changed ?? first;
                return (
                    <>
                        <p class="crumbs">
                            <a href="/data/upload">{t('dataOf.upload')}</a> / {file.name}
                        </p>
                        {job !== null ? (
                            <Section title={file.name}>
                                <JobProgress id={job} onEnd={() => setEnded(true)} />
                                {ended && (
                                    <div class="form-actions">
                                        <a class="button button-main" href="/">
                                            {t('page.overview')}
                                        </a>
                                        <a class="button" href="/data/upload">
                                            {t('upload.another')}
                                        </a>
                                    </div>
                                )}
                            </Section>
                        ) : (
                            <>
                                <FormError error={error} />
                                <Understood file={file} busy={busy} onPatch={patch} />
                                <div class="form-actions upload-actions">
                                    <button
                                        type="button"
                                        class="button button-main"
                                        disabled={
                                            busy ||
                                            (file.explain !== null &&
                                                file.explain !== undefined &&
                                                !file.explain.fits)
                                        }
                                        onClick={() => void bring()}
                                    >
                                        {t('upload.import')}
                                    </button>
                                    <button
                                        type="button"
                                        class="button"
                                        disabled={busy}
                                        onClick={() => void drop()}
                                    >
                                        {t('upload.discard')}
                                    </button>
                                </div>
                            </>
                        )}
                    </>
                );
            }}
        </Answered>
    );
}

function Understood({
    file,
    busy,
    onPatch,
}: {
    file: UploadFile;
    busy: boolean;
    onPatch: (body: object) => Promise<void>;
}) {
    const stores = useReference<List<DimensionValue>>(apiUrl('dimensions/store/values', { limit: 100 }));
    const look = file.explain;
    if (!look) return <Empty title={file.problem ?? t('upload.unknown')}>{t('upload.unknownText')}</Empty>;
    const storeNames = [
        ...new Set([...(stores.data?.items ?? []).map((s) => s.value ?? ''), file.store ?? 'main']),
    ].filter(Boolean);
    return (
        <Section
            title={t('upload.understood')}
            note={[
                look.format,
                look.compression === 'plain' ? '' : look.compression,
                look.encoding,
                byteText(file.bytes),
            ]
                .filter(Boolean)
                .join(' · ')}
        >
            {look.problem && <p class="form-error">{look.problem}</p>}
            <div class="toolbar">
                <Select
                    label={t('evidence.preset')}
                    value={file.preset ?? look.preset}
                    onPick={(preset) => void onPatch({ preset })}
                    options={kindsOf(look, file.preset ?? look.preset)}
                />
                <Select
                    label={t('store.one')}
                    value={file.store ?? 'main'}
                    onPick={(store) => void onPatch({ store })}
                    options={storeNames.map((s) => ({ value: s, label: s }))}
                />
                {look.sheets.length > 1 && (
                    <Select
                        label={t('upload.sheet')}
                        value={file.sheet ?? look.sheet ?? ''}
                        onPick={(sheet) => void onPatch({ sheet })}
                        options={look.sheets.map((s) => ({ value: s, label: s }))}
                    />
                )}
                <Select
                    label={t('upload.dateOrder')}
                    value={file.date_order ?? ''}
                    onPick={(order) => void onPatch({ date_order: order || null })}
                    options={[
                        { value: '', label: t('upload.foundOut') },
                        { value: 'dmy', label: t('upload.dayFirst') },
                        { value: 'mdy', label: t('upload.monthFirst') },
                    ]}
                />
                <Select
                    label={t('upload.decimalMark')}
                    value={file.decimal_mark ?? ''}
                    onPick={(mark) => void onPatch({ decimal_mark: mark || null })}
                    options={[
                        { value: '', label: t('upload.foundOut') },
                        { value: 'comma', label: t('upload.comma') },
                        { value: 'point', label: t('upload.point') },
                    ]}
                />
            </div>
            {look.notes.map((note) => (
                <p key={note} class="hint">
                    {note}
                </p>
            ))}
            <MappingTable look={look} busy={busy} onPatch={onPatch} />
            <details>
                <summary>{t('upload.mapping')}</summary>
                <pre>{look.mapping}</pre>
            </details>
        </Section>
    );
}

/** What the file may be read as, and what it is read as now, were that a mapping of the shop's own. */
function kindsOf(look: Look, now: string): { value: string; label: string }[] {
    const kinds = look.kinds.map(({ preset, name }) => ({ value: preset, label: capital(named(name)) }));
    return kinds.some(({ value }) => value === now) ? kinds : [{ value: now, label: now }, ...kinds];
}

function MappingTable({
    look,
    busy,
    onPatch,
}: {
    look: Look;
    busy: boolean;
    onPatch: (body: object) => Promise<void>;
}) {
    const needed = look.fields.filter((f) => f.required && !f.taken);
    return (
        <>
            {needed.length > 0 && (
                <p class="queued">
                    {t('upload.needed', {
                        fields: needed.map((f) => f.label).join(language() === 'zh' ? '、' : ', '),
                    })}
                </p>
            )}
            <Table
                label={t('upload.columns')}
                rows={look.columns}
                rowKey={(c, i) => `${c.name}${i}`}
                rowClass={(c) => (c.use === 'unused' ? 'is-off' : undefined)}
                columns={[
                    { id: 'name', head: t('upload.column'), cell: (c) => c.name },
                    {
                        id: 'samples',
                        head: t('upload.samples'),
                        cell: (c) => <code>{c.samples.slice(0, 3).join(' · ')}</code>,
                        className: 'wrap',
                    },
                    {
                        id: 'target',
                        head: t('upload.field'),
                        cell: (c) => (
                            <select
                                aria-label={t('upload.fieldOf', { column: c.name })}
                                disabled={busy || c.use === 'personal'}
                                value={c.target ?? ''}
                                onChange={(e) =>
                                    void onPatch({
                                        mapping: {
                                            columns: {
                                                [c.name]: (e.target as HTMLSelectElement).value || null,
                                            },
                                        },
                                    })
                                }
                            >
                                <option value="">
                                    {t(c.use === 'kept' ? 'upload.kept' : 'upload.unused')}
                                </option>
                                {look.fields.map((f) => (
                                    <option key={f.name} value={f.name} selected={f.name === c.target}>
                                        {capital(f.label)}
                                        {f.required ? ' *' : ''}
                                    </option>
                                ))}
                            </select>
                        ),
                    },
                    { id: 'use', head: t('upload.use'), cell: (c) => t(`use.${c.use}`) },
                ]}
            />
        </>
    );
}
