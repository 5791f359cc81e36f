/** The editor of a definition: checked while typing, with its figures beside the present ones. */
import { useEffect, useState } from 'preact/hooks';
import { useRange } from '../../app/range';
import { useNumbers } from '../../app/settings';
import { ApiError, change, type Problem } from '../../data/api';
import type { Answer, Row } from '../../data/types';
import { useAction } from '../../data/use';
import { periodName, rangeText } from '../../format/date';
import { tableValue } from '../../format/number';
import { t } from '../../i18n';
import { Field } from '../../parts/controls';
import { FormError } from '../../parts/states';
import { Table } from '../../parts/table';

interface Checked {
    problems: Problem[];
    old: Answer | null;
    new: Answer | null;
}

const PAUSE_MS = 500;

/** The server's opinion of a text, a moment after typing ended. */
function useCheck(id: string, yaml: string): { checked: Checked | null; error: ApiError | null } {
    const range = useRange();
    const [state, setState] = useState<{ checked: Checked | null; error: ApiError | null }>({
        checked: null,
        error: null,
    });
    useEffect(() => {
        let gone = false;
        const timer = window.setTimeout(async () => {
            try {
                const checked = await change<Checked>('POST', 'definitions/check', {
                    id,
                    yaml,
                    ...(range ? { from: range.from, to: range.to, grain: 'total' } : {}),
                });
                if (!gone) setState({ checked, error: null });
            } catch (reason) {
                if (gone || !(reason instanceof ApiError)) return;
                if (reason.problems.length > 0)
                    setState({ checked: { problems: reason.problems, old: null, new: null }, error: null });
                else setState({ checked: null, error: reason });
            }
        }, PAUSE_MS);
        return () => {
            gone = true;
            window.clearTimeout(timer);
        };
    }, [id, yaml, range?.from, range?.to]);
    return state;
}

export function Editor({
    id,
    yaml,
    onClose,
}: {
    id: string;
    yaml: string;
    onClose: (saved: boolean) => void;
}) {
    const [text, setText] = useState(yaml);
    const [note, setNote] = useState('');
    const { checked, error } = useCheck(id, text);
    const saving = useAction();
    const save = async (event: Event) => {
        event.preventDefault();
        if (
            (await saving.run(() =>
                change('PUT', `definitions/${id}`, { yaml: text, note: note.trim() }),
            )) !== undefined
        )
            onClose(true);
    };
    const fits = checked !== null && checked.problems.length === 0;
    return (
        <form class="form editor" onSubmit={save}>
            <textarea
                rows={18}
                spellcheck={false}
                aria-label={t('definitions.text')}
                value={text}
                onInput={(e) => setText((e.target as HTMLTextAreaElement).value)}
            />
            <div role="status" class="editor-status">
                {error && <FormError error={error} />}
                {checked?.problems.map((p) => (
                    <p key={`${p.line}:${p.column}:${p.message}`} class="form-error">
                        {p.line ? `${p.line}:${p.column ?? 1} ` : ''}
                        {p.message}
                    </p>
                ))}
                {fits && <p class="muted">{t('definitions.valid')}</p>}
            </div>
            {fits && checked.old && checked.new && <Beside before={checked.old} after={checked.new} />}
            <Field
                label={t('definitions.note')}
                value={note}
                onValue={setNote}
                required
                hint={t('definitions.noteHint')}
            />
            <FormError error={saving.error} />
            <div class="form-actions">
                <button
                    type="submit"
                    class="button button-main"
                    disabled={saving.busy || !fits || note.trim() === '' || text === yaml}
                >
                    {t('action.save')}
                </button>
                <button type="button" class="button" onClick={() => onClose(false)}>
                    {t('action.cancel')}
                </button>
            </div>
        </form>
    );
}

function Beside({ before, after }: { before: Answer; after: Answer }) {
    const style = useNumbers();
    const old = before.kpis[0];
    const next = after.kpis[0];
    if (!old || !next) return null;
    const rows: { row: Row; old: Row | undefined }[] = [
        ...next.rows
            .filter((row) => row.time !== null)
            .map((row) => ({ row, old: old.rows.find((r) => r.time === row.time) })),
        { row: next.total, old: old.total },
    ];
    return (
        <Table
            label={t('definitions.beside')}
            rows={rows}
            rowKey={({ row }) => row.time ?? 'total'}
            columns={[
                {
                    id: 'time',
                    head: t('table.period'),
                    cell: ({ row }) =>
                        row.time
                            ? periodName(row.time, after.grain, style.lang)
                            : rangeText(after.from, after.to, style.lang),
                },
                {
                    id: 'old',
                    head: t('definitions.now'),
                    number: true,
                    cell: (r) => tableValue(r.old?.value, old.unit, style),
                    exact: (r) => r.old?.value ?? '',
                },
                {
                    id: 'new',
                    head: t('definitions.then'),
                    number: true,
                    cell: (r) => tableValue(r.row.value, next.unit, style),
                    exact: (r) => r.row.value ?? '',
                    title: (r) => r.row.reason,
                },
            ]}
        />
    );
}
