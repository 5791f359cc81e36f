/** One import and its ledger: every line of the file has a class, and the classes add up to the file. */
import { useState } from 'preact/hooks';
import { useMay, useNumbers } from '../../app/settings';
import { apiUrl, change } from '../../data/api';
import { useAction, useAsked } from '../../data/use';
import { momentText, rangeText } from '../../format/date';
import { byteText, exactDecimal, tableValue } from '../../format/number';
import { t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Answered, FormError, Skeleton } from '../../parts/states';
import { useSure } from '../../parts/sure';
import { Table } from '../../parts/table';
import { countText, kindOf } from './imports';
import type { ImportDetail, LedgerLine, LeftOut, Undone } from './types';

export function ImportPage({ id }: { id: string }) {
    const asked = useAsked<ImportDetail>(apiUrl(`imports/${encodeURIComponent(id)}`));
    const [undone, setUndone] = useState<{ id: string; files: LeftOut[] } | null>(null);
    const done = (files: LeftOut[]) => {
        setUndone({ id, files });
        asked.again();
    };
    return (
        <Answered asked={asked} skeleton={<Skeleton height={480} />}>
            {(one) => <Detail one={one} missing={undone?.id === id ? undone.files : []} done={done} />}
        </Answered>
    );
}

/** What is missing now though a later import has had it. */
function Missing({ files }: { files: LeftOut[] }) {
    return files.length === 0 ? null : (
        <div class="queued" role="status">
            <p>{t('imports.again')}</p>
            <ul>
                {files.map((one) => (
                    <li key={one.import}>
                        <a href={`/data/imports/${one.import}`}>{`#${one.import}`}</a>{' '}
                        {t('imports.againFile', { file: one.file, rows: exactDecimal(String(one.rows)) })}
                    </li>
                ))}
            </ul>
        </div>
    );
}

function Detail(props: { one: ImportDetail; missing: LeftOut[]; done: (files: LeftOut[]) => void }) {
    const { one, missing, done } = props;
    const style = useNumbers();
    const editor = useMay('editor');
    const { busy, error, run } = useAction();
    const [asking, ask] = useSure();
    const undo = async () => {
        const sure = await ask({
            title: t('imports.undo'),
            text: t('imports.undoSure', { id: one.id }),
            act: t('imports.undo'),
            danger: true,
        });
        if (sure === null) return;
        const answer = await run(() => change<Undone>('DELETE', `imports/${one.id}`));
        if (answer !== undefined) done(answer.again);
    };
    const facts: [string, string][] = [
        [t('common.at'), one.at ? momentText(one.at, style.lang) : '–'],
        [t('store.one'), one.store ?? '–'],
        [t('evidence.preset'), kindOf(one)],
        [t('evidence.range'), one.from && one.to ? rangeText(one.from, one.to, style.lang) : '–'],
        [t('imports.size'), one.bytes === null ? '–' : byteText(one.bytes)],
        [t('imports.ordersNew'), countText(one.orders_new)],
        [t('imports.ordersChanged'), countText(one.orders_changed)],
        [t('imports.refused'), countText(one.rows_refused)],
    ];
    const sum: LedgerLine = {
        class: '',
        label: t('imports.all'),
        currency: null,
        lines: one.sums.lines,
        units: null,
        amount: one.sums.amount,
    };
    return (
        <>
            {asking}
            <p class="crumbs">
                <a href="/data/imports">{t('dataOf.imports')}</a> / #{one.id}
            </p>
            <Section
                title={one.file ?? `#${one.id}`}
                aside={
                    editor && !one.undone_at ? (
                        <button
                            type="button"
                            class="button button-small button-danger"
                            disabled={busy}
                            onClick={() => void undo()}
                        >
                            {t('imports.undo')}
                        </button>
                    ) : null
                }
            >
                <FormError error={error} />
                {one.undone_at && (
                    <p class="queued">
                        {t('imports.undoneAt', { at: momentText(one.undone_at, style.lang) })}
                    </p>
                )}
                <Missing files={missing} />
                <dl class="facts">
                    {facts.map(([name, value]) => (
                        <div key={name}>
                            <dt>{name}</dt>
                            <dd>{value}</dd>
                        </div>
                    ))}
                </dl>
                {one.notes && <p class="muted pre">{one.notes}</p>}
            </Section>
            <Section title={t('imports.ledger')} note={t('imports.ledgerText')}>
                <Table
                    label={t('imports.ledger')}
                    rows={one.ledger}
                    rowKey={(l) => `${l.class}${l.currency}`}
                    foot={sum}
                    columns={[
                        { id: 'class', head: t('imports.class'), cell: (l) => l.label },
                        {
                            id: 'lines',
                            head: t('imports.lines'),
                            number: true,
                            cell: (l) => exactDecimal(String(l.lines)),
                            exact: (l) => String(l.lines),
                            sort: (l) => l.lines,
                        },
                        {
                            id: 'amount',
                            head: t('imports.amount'),
                            number: true,
                            cell: (l) => tableValue(l.amount, 'money', style),
                            exact: (l) => l.amount ?? '',
                            sort: (l) => Number(l.amount ?? 0),
                        },
                        { id: 'currency', head: t('settings.currency'), cell: (l) => l.currency ?? '' },
                        {
                            id: 'units',
                            head: t('imports.units'),
                            number: true,
                            cell: (l) => (l.units === null ? '' : exactDecimal(String(l.units))),
                            exact: (l) => String(l.units ?? ''),
                        },
                    ]}
                />
            </Section>
        </>
    );
}
