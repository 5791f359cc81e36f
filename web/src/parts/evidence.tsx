/** What a figure rests on: definition and version, SQL, rows read, freshness, files. */
import type { Answer } from '../data/types';
import { longDay, rangeText } from '../format/date';
import { exactDecimal } from '../format/number';
import { capital, language, type MessageKey, named, t } from '../i18n';
import { Empty } from './states';
import { Table } from './table';

const SERVED: Record<string, MessageKey> = {
    rollup: 'evidence.rollup',
    raw: 'evidence.raw',
    'rollup+raw': 'evidence.both',
};

function servedBy(how: string): string {
    const key = SERVED[how];
    return key ? t(key) : how;
}

export function EvidencePanel({ answer }: { answer: Answer }) {
    const lang = language();
    const evidence = answer.evidence;
    if (!evidence) return <Empty title={t('evidence.none')} />;
    return (
        <div class="evidence">
            <Table
                label={t('evidence.reads')}
                columns={[
                    {
                        id: 'table',
                        head: t('evidence.table'),
                        cell: (s) => <span title={s.table}>{capital(named(s.name))}</span>,
                    },
                    {
                        id: 'range',
                        head: t('evidence.range'),
                        cell: (s) => rangeText(s.from, s.to, lang),
                    },
                    { id: 'by', head: t('evidence.servedBy'), cell: (s) => servedBy(s.served_by) },
                    {
                        id: 'rows',
                        head: t('evidence.rowsRead'),
                        number: true,
                        cell: (s) => exactDecimal(String(s.rows_read)),
                        exact: (s) => String(s.rows_read),
                    },
                    {
                        id: 'newest',
                        head: t('evidence.newest'),
                        cell: (s) => (s.newest ? longDay(s.newest, lang) : '–'),
                    },
                    {
                        id: 'complete',
                        head: t('evidence.completeTo'),
                        cell: (s) => (s.complete_to ? longDay(s.complete_to, lang) : '–'),
                    },
                ]}
                rows={evidence.sql}
                rowKey={(s, i) => `${s.table}${i}`}
            />
            {evidence.sources.length > 0 && (
                <>
                    <h2>{t('evidence.files')}</h2>
                    <Table
                        label={t('evidence.files')}
                        columns={[
                            {
                                id: 'import',
                                head: t('evidence.import'),
                                cell: (s) => <a href={`/data/imports/${s.import}`}>#{s.import}</a>,
                            },
                            { id: 'file', head: t('evidence.file'), cell: (s) => s.file },
                            {
                                id: 'preset',
                                head: t('evidence.preset'),
                                cell: (s) => capital(named(s.preset_name)),
                            },
                            {
                                id: 'range',
                                head: t('evidence.range'),
                                cell: (s) => (s.from && s.to ? rangeText(s.from, s.to, lang) : '–'),
                            },
                        ]}
                        rows={evidence.sources}
                        rowKey={(s) => String(s.import)}
                    />
                    <p class="muted">
                        {t(evidence.sources_told_by === 'rows' ? 'evidence.byRows' : 'evidence.byDays')}{' '}
                        {evidence.other_sources > 0 && t('evidence.others', { n: evidence.other_sources })}
                    </p>
                </>
            )}
            {Object.entries(evidence.definitions).map(([id, text]) => (
                <details key={id}>
                    <summary>
                        {t('evidence.definition')} <code>{id}</code>
                        {answer.kpis.find((k) => k.id === id) && (
                            <code class="hash"> {answer.kpis.find((k) => k.id === id)?.definition}</code>
                        )}
                    </summary>
                    <pre>{text}</pre>
                </details>
            ))}
            {evidence.sql.map((s, i) => (
                <details key={i}>
                    <summary>
                        SQL {capital(named(s.name))}, {rangeText(s.from, s.to, lang)}
                    </summary>
                    <pre>{s.text}</pre>
                </details>
            ))}
            <p class="muted">
                {t('evidence.dataVersion', { version: answer.data_version })}
                {evidence.tzdata ? ` · tzdata ${evidence.tzdata}` : ''}
            </p>
        </div>
    );
}
