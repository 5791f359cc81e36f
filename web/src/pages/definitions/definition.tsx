/** One definition: its words, its text, its versions beside each other, and the editor. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Catalogue } from '../../app/catalogue';
import { href } from '../../app/router';
import { useMay } from '../../app/settings';
import { apiUrl, change } from '../../data/api';
import { useAction, useAsked } from '../../data/use';
import { momentText } from '../../format/date';
import { either, language, t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Answered, FormError, Skeleton } from '../../parts/states';
import { useSure } from '../../parts/sure';
import { diffLines } from './diff';
import { Editor } from './editor';

export interface Version {
    hash: string;
    at: string;
    who: string;
    note: string;
    text: string;
}

export interface DefinitionAnswer {
    yaml: string;
    canonical: string;
    hash: string;
    versions: Version[];
    /** Definitions that figures were answered by, resolved. */
    kept: { hash: string; at: string; canonical: string }[];
    origin: 'built-in' | 'shop';
    file: string;
}

export function Definition({ id, catalogue }: { id: string; catalogue: Catalogue }) {
    const entry = catalogue.of(id);
    const editor = useMay('editor');
    const asked = useAsked<DefinitionAnswer>(apiUrl(`definitions/${encodeURIComponent(id)}`));
    const [editing, setEditing] = useState(false);
    return (
        <>
            <p class="crumbs">
                <a href="/definitions">{t('page.definitions')}</a> / {id}
            </p>
            <h1>{catalogue.name(id)}</h1>
            {entry && <p class="kpi-about">{either(entry.about_en, entry.about_zh)}</p>}
            {entry?.needs && <p class="queued">{entry.needs}</p>}
            <Answered asked={asked} skeleton={<Skeleton height={420} section />}>
                {(answer) => (
                    <>
                        <Section
                            title={t('definitions.text')}
                            note={answer.hash}
                            aside={
                                <>
                                    <a class="button button-small" href={href(`/kpi/${id}`)}>
                                        {t('definitions.open')}
                                    </a>
                                    {editor && !editing && (
                                        <button
                                            type="button"
                                            class="button button-small button-main"
                                            onClick={() => setEditing(true)}
                                        >
                                            {t('definitions.edit')}
                                        </button>
                                    )}
                                </>
                            }
                        >
                            {editing ? (
                                <Editor
                                    id={id}
                                    yaml={answer.yaml}
                                    onClose={(saved) => {
                                        setEditing(false);
                                        if (saved) asked.again();
                                    }}
                                />
                            ) : (
                                <pre>{answer.yaml}</pre>
                            )}
                            <details>
                                <summary>{t('definitions.canonical')}</summary>
                                <pre>{answer.canonical}</pre>
                            </details>
                        </Section>
                        <Versions id={id} answer={answer} again={asked.again} />
                    </>
                )}
            </Answered>
        </>
    );
}

interface Shown {
    hash: string;
    at: string;
    said: string;
    before: string;
    after: string;
    inForce: boolean;
    /** An earlier version with the text in force. */
    same: boolean;
}

const newestFirst = (a: Shown, b: Shown) => b.at.localeCompare(a.at);

/** Texts that people wrote, with their notes. */
function writtenOf(answer: DefinitionAnswer): Shown[] {
    return answer.versions
        .map((v) => ({
            hash: v.hash,
            at: v.at,
            said: [v.who, v.note].filter(Boolean).join(': '),
            before: v.text,
            after: answer.yaml,
            inForce: false,
            same: v.text === answer.yaml, // a text's hash is not that of the definition it resolves to
        }))
        .sort(newestFirst)
        .map((v, i, all) => ({ ...v, inForce: v.same && all.findIndex(({ same }) => same) === i }));
}

/** What figures were answered by: the same definition may stand here often, when what it is made of changed. */
function keptOf(answer: DefinitionAnswer): Shown[] {
    return answer.kept
        .map((k) => ({
            hash: k.hash,
            at: k.at,
            said: '',
            before: k.canonical,
            after: answer.canonical,
            inForce: k.hash === answer.hash,
            same: k.hash === answer.hash,
        }))
        .sort(newestFirst);
}

function VersionList({
    versions,
    actions,
}: {
    versions: readonly Shown[];
    actions?: (version: Shown) => ComponentChildren;
}) {
    const [open, setOpen] = useState<string | null>(null);
    return (
        <ol class="versions">
            {versions.map((v) => (
                <li key={`${v.hash}${v.at}`}>
                    <div class="job-head">
                        <code class="hash">{v.hash}</code>
                        <span>{momentText(v.at, language())}</span>
                        <span class="muted">{v.said}</span>
                        {v.inForce ? (
                            <strong>{t('definitions.inForce')}</strong>
                        ) : v.same ? (
                            <span class="muted">{t('definitions.same')}</span>
                        ) : (
                            <button
                                type="button"
                                class="link-button"
                                aria-expanded={open === v.hash}
                                onClick={() => setOpen(open === v.hash ? null : v.hash)}
                            >
                                {t('definitions.compare')}
                            </button>
                        )}
                        {!v.same && actions?.(v)}
                    </div>
                    {open === v.hash && !v.same && <Diff before={v.before} after={v.after} />}
                </li>
            ))}
        </ol>
    );
}

function Versions({ id, answer, again }: { id: string; answer: DefinitionAnswer; again: () => void }) {
    const editor = useMay('editor');
    const { busy, error, run } = useAction();
    const [asking, ask] = useSure();
    const revert = async (hash: string) => {
        const note = await ask({
            title: t('definitions.revertTitle'),
            text: t('definitions.revertSure'),
            act: t('definitions.revert'),
            note: t('definitions.revertNote'),
        });
        if (note === null) return;
        if ((await run(() => change('POST', `definitions/${id}/revert`, { hash, note }))) !== undefined)
            again();
    };
    const remove = async () => {
        const sure = await ask({
            title: t('definitions.builtIn'),
            text: t('definitions.builtInSure'),
            act: t('definitions.builtIn'),
            danger: true,
        });
        if (sure === null) return;
        if ((await run(() => change('DELETE', `definitions/${id}`))) !== undefined) again();
    };
    const versions = writtenOf(answer);
    const kept = keptOf(answer);
    return (
        <Section
            title={t('definitions.versions')}
            aside={
                editor && answer.origin === 'shop' ? (
                    <button
                        type="button"
                        class="button button-small"
                        disabled={busy}
                        onClick={() => void remove()}
                    >
                        {t('definitions.builtIn')}
                    </button>
                ) : null
            }
        >
            <FormError error={error} />
            {versions.length === 0 && <p class="muted">{t('definitions.noVersions')}</p>}
            <VersionList
                versions={versions}
                actions={({ hash }) =>
                    editor && (
                        <button
                            type="button"
                            class="link-button"
                            disabled={busy}
                            onClick={() => void revert(hash)}
                        >
                            {t('definitions.revert')}
                        </button>
                    )
                }
            />
            {kept.length > 0 && (
                <details>
                    <summary>{t('definitions.kept')}</summary>
                    <VersionList versions={kept} />
                </details>
            )}
            {asking}
        </Section>
    );
}

function Diff({ before, after }: { before: string; after: string }) {
    return (
        <pre class="diff">
            {diffLines(before.split('\n'), after.split('\n')).map(({ kind, text }, i) => (
                <span key={`${kind}${i}`} class={`diff-${kind}`}>
                    {kind === 'added' ? '+ ' : kind === 'removed' ? '- ' : '  '}
                    {text}
                    {'\n'}
                </span>
            ))}
        </pre>
    );
}
