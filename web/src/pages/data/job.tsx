/** A job of the server while it runs, and what came of it. */
import { useEffect, useState } from 'preact/hooks';
import { apiUrl, change, get } from '../../data/api';
import { exactDecimal } from '../../format/number';
import { t } from '../../i18n';
import { countText } from './imports';
import type { Job } from './types';

const LOOK_MS = 700;

export function JobProgress({ id, onEnd }: { id: number; onEnd?: (job: Job) => void }) {
    const [job, setJob] = useState<Job | null>(null);
    useEffect(() => {
        let timer: number | undefined;
        const cancel = new AbortController();
        const look = async () => {
            try {
                const now = await get<Job>(apiUrl(`jobs/${id}`), cancel.signal);
                setJob(now);
                if (now.state === 'queued' || now.state === 'running')
                    timer = window.setTimeout(look, LOOK_MS);
                else onEnd?.(now);
            } catch {
                if (!cancel.signal.aborted) timer = window.setTimeout(look, 3 * LOOK_MS);
            }
        };
        void look();
        return () => {
            cancel.abort();
            window.clearTimeout(timer);
        };
    }, [id]);
    if (!job) return null;
    const going = job.state === 'queued' || job.state === 'running';
    return (
        <div class={`job job-${job.state}`} role="status">
            <div class="job-head">
                <strong>{t(`job.${job.state}`)}</strong>
                <span class="muted">{going ? (job.step ?? '') : ''}</span>
                {going && (
                    <button
                        type="button"
                        class="button button-small"
                        onClick={() => void change('DELETE', `jobs/${id}`)}
                    >
                        {t('action.cancel')}
                    </button>
                )}
            </div>
            {going && (
                <progress
                    max={job.total > 0 ? job.total : undefined}
                    value={job.total > 0 ? job.done : undefined}
                    aria-label={job.step ?? job.name}
                />
            )}
            {job.message && <p>{job.message}</p>}
            {job.imports.map((one) => (
                <p key={one.import_id}>
                    <a href={`/data/imports/${one.import_id}`}>
                        {one.file} #{one.import_id}
                    </a>{' '}
                    {one.already ? t('job.already') : t('job.read', { rows: countText(one.rows_read) })}
                    {one.rows_refused > 0 && (
                        <>
                            {' '}
                            <a href={`/data/quarantine?import=${one.import_id}`}>
                                {t('job.refused', { rows: exactDecimal(String(one.rows_refused)) })}
                            </a>
                        </>
                    )}
                </p>
            ))}
        </div>
    );
}
