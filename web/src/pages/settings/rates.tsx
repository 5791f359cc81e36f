/** Exchange rates: what is known, and a rate that came by no file. It goes in as a file of one line, so that
 *  it stands in the list of imports and can be undone there. */
import { useContext, useState } from 'preact/hooks';
import { PeriodsContext } from '../../app/range';
import { useSettings } from '../../app/settings';
import { change, upload } from '../../data/api';
import { useAction } from '../../data/use';
import { isDay, longDay } from '../../format/date';
import { exactDecimal } from '../../format/number';
import { language, t } from '../../i18n';
import { Field, Section } from '../../parts/controls';
import { Dialog } from '../../parts/dialog';
import { Icon } from '../../parts/icon';
import { PagedTable } from '../../parts/paged';
import { FormError } from '../../parts/states';
import { JobProgress } from '../data/job';
import type { UploadFile } from '../data/types';

interface Rate {
    base: string;
    quote: string;
    day: string;
    rate: string;
}

export function Rates() {
    const [adding, setAdding] = useState(false);
    const [added, setAdded] = useState(0);
    return (
        <Section
            title={t('fx.title')}
            note={t('fx.text')}
            aside={
                <button type="button" class="button" onClick={() => setAdding(true)}>
                    <Icon name="plus" size={15} /> {t('fx.add')}
                </button>
            }
        >
            <PagedTable<Rate>
                key={added}
                path="fx"
                query={{}}
                label={t('fx.title')}
                rowKey={(x) => `${x.base}${x.quote}${x.day}`}
                empty={t('fx.none')}
                columns={[
                    { id: 'pair', head: t('settings.currency'), cell: (x) => `${x.base} → ${x.quote}` },
                    {
                        id: 'day',
                        head: t('report.day'),
                        cell: (x) => longDay(x.day, language()),
                        exact: (x) => x.day,
                    },
                    {
                        id: 'rate',
                        head: t('fx.rate'),
                        number: true,
                        cell: (x) => exactDecimal(x.rate),
                        exact: (x) => x.rate,
                    },
                ]}
            />
            {adding && (
                <AddRate
                    onClose={() => {
                        setAdding(false);
                        setAdded(added + 1);
                    }}
                />
            )}
        </Section>
    );
}

async function bringIn(line: readonly string[]): Promise<number> {
    const [base, , day] = line;
    const file = new Blob([`base,quote,date,rate\n${line.join(',')}\n`]);
    const made = await upload<UploadFile>(
        'uploads',
        { name: `rate-${base}-${day}.csv` },
        file,
        () => undefined,
    );
    await change('PATCH', `uploads/${made.id}`, { preset: 'generic:fx_rate' });
    return (await change<{ job: number }>('POST', `uploads/${made.id}/import`, {})).job;
}

function AddRate({ onClose }: { onClose: () => void }) {
    const { currency } = useSettings().session.shop;
    const [base, setBase] = useState('');
    const today = useContext(PeriodsContext).find(({ id }) => id === 'today')?.to ?? '';
    const [day, setDay] = useState(today);
    const [rate, setRate] = useState('');
    const [job, setJob] = useState<number | null>(null);
    const { busy, error, run } = useAction();
    const fits = /^[A-Z]{3}$/.test(base) && base !== currency && isDay(day) && /^\d+(\.\d+)?$/.test(rate);
    const add = async (event: Event) => {
        event.preventDefault();
        const made = await run(() => bringIn([base, currency, day, rate]));
        if (made !== undefined) setJob(made);
    };
    return (
        <Dialog title={t('fx.add')} onClose={onClose}>
            <form class="form" onSubmit={add}>
                <Field
                    label={t('fx.from')}
                    value={base}
                    onValue={(text) => setBase(text.trim().toUpperCase())}
                    hint={t('fx.fromHint')}
                    required
                    autoFocus
                />
                <label class="select">
                    {t('report.day')}
                    <input
                        type="date"
                        required
                        value={day}
                        onInput={(e) => setDay((e.target as HTMLInputElement).value)}
                    />
                </label>
                <Field
                    label={t('fx.oneIs', { base: base || '…', quote: currency })}
                    value={rate}
                    onValue={(text) => setRate(text.trim())}
                    inputMode="decimal"
                    required
                />
                <FormError error={error} />
                {job === null ? (
                    <button type="submit" class="button button-main" disabled={busy || !fits}>
                        {t('action.save')}
                    </button>
                ) : (
                    <JobProgress id={job} onEnd={(end) => end.state === 'done' && onClose()} />
                )}
            </form>
        </Dialog>
    );
}
