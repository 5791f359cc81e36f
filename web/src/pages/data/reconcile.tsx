/** Facts against ledgers: what is stored, added up anew, beside what imports recorded. */
import { useNumbers } from '../../app/settings';
import { apiUrl } from '../../data/api';
import { useAsked } from '../../data/use';
import { exactDecimal, exactValue, tableValue } from '../../format/number';
import { t } from '../../i18n';
import { Section } from '../../parts/controls';
import { Answered, Skeleton } from '../../parts/states';
import { Table } from '../../parts/table';
import type { Reconciliation } from './types';

export function Reconcile() {
    const style = useNumbers();
    const asked = useAsked<Reconciliation>(apiUrl('reconcile'));
    return (
        <Answered asked={asked} skeleton={<Skeleton height={420} />}>
            {(data) => (
                <>
                    <p class="sentence" role="status">
                        {data.classes_that_differ === 0
                            ? t('reconcile.equal')
                            : t('reconcile.differs', {
                                  classes: data.classes_that_differ,
                                  amount: exactValue(data.difference, 'money', style),
                              })}
                    </p>
                    <Section title={t('dataOf.reconcile')} note={t('reconcile.text')}>
                        <Table
                            label={t('dataOf.reconcile')}
                            rows={data.items}
                            rowKey={(x) => `${x.class} ${x.currency}`}
                            rowClass={(x) =>
                                x.lines !== x.recorded_lines || x.amount !== x.recorded_amount
                                    ? 'is-wrong'
                                    : undefined
                            }
                            columns={[
                                { id: 'class', head: t('imports.class'), cell: (x) => x.label },
                                {
                                    id: 'currency',
                                    head: t('settings.currency'),
                                    cell: (x) => x.currency ?? '',
                                },
                                {
                                    id: 'lines',
                                    head: t('imports.lines'),
                                    number: true,
                                    cell: (x) => exactDecimal(String(x.lines)),
                                    exact: (x) => String(x.lines),
                                },
                                {
                                    id: 'recorded',
                                    head: t('reconcile.recordedLines'),
                                    number: true,
                                    cell: (x) => exactDecimal(String(x.recorded_lines)),
                                    exact: (x) => String(x.recorded_lines),
                                },
                                {
                                    id: 'amount',
                                    head: t('imports.amount'),
                                    number: true,
                                    cell: (x) => tableValue(x.amount, 'money', style),
                                    exact: (x) => x.amount,
                                },
                                {
                                    id: 'recordedAmount',
                                    head: t('reconcile.recordedAmount'),
                                    number: true,
                                    cell: (x) => tableValue(x.recorded_amount, 'money', style),
                                    exact: (x) => x.recorded_amount,
                                },
                                {
                                    id: 'units',
                                    head: t('imports.units'),
                                    number: true,
                                    cell: (x) => exactDecimal(String(x.units)),
                                    exact: (x) => String(x.units),
                                },
                            ]}
                        />
                    </Section>
                </>
            )}
        </Answered>
    );
}
