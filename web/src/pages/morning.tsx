/** The morning card and its longer sisters as pages: week, month with its close, promotion. */
import { useContext, useState } from 'preact/hooks';
import type { Opening, PageModule, PageProps } from '../app/pages';
import { PeriodsContext } from '../app/range';
import { here, setQuery, useRoute } from '../app/router';
import { useMay } from '../app/settings';
import { apiUrl, change, type Query } from '../data/api';
import type { Band, CalendarAnswer, List } from '../data/types';
import { useAction, useAsked, useReference } from '../data/use';
import { addDays, longDay, momentText } from '../format/date';
import { either, language, t } from '../i18n';
import { Field, Section, Select, Tabs } from '../parts/controls';
import { Dialog } from '../parts/dialog';
import { DocumentView, type ReportDocument } from '../parts/document-view';
import { Icon } from '../parts/icon';
import { Menu, MenuLink } from '../parts/menu';
import { Answered, Below, Empty, FormError, isThere, Skeleton } from '../parts/states';
import { Table } from '../parts/table';
import type { Sources } from './data/types';

const REPORTS = ['morning', 'week', 'month', 'promo'] as const;
type Report = (typeof REPORTS)[number];
const FORMATS = [
    ['pdf', 'PDF'],
    ['xlsx', 'Excel'],
    ['html', 'HTML'],
    ['markdown', 'Markdown'],
] as const;
const DAY_OF = { morning: 'report.day', week: 'report.weekOf', month: 'report.month' } as const;

function reportOf(query: URLSearchParams): Report {
    const asked = query.get('report') ?? 'morning';
    return (REPORTS as readonly string[]).includes(asked) ? (asked as Report) : 'morning';
}

const questionOf = (query: URLSearchParams, report: Report, promo: string | null): Query => ({
    [report === 'morning' ? 'date' : 'period']: query.get('on'),
    promo: report === 'promo' ? promo : null,
    store: query.get('store'),
});

function firstAsked({ query }: Opening): string | null {
    const report = reportOf(query);
    const promo = query.get('promo');
    const isKnown = report !== 'promo' || promo !== null;
    return isKnown ? apiUrl(`reports/${report}`, questionOf(query, report, promo)) : null;
}

export function MorningPage(_: PageProps) {
    const { query } = useRoute();
    const report = reportOf(query);
    const on = query.get('on');
    const promos = usePromotions(report === 'promo');
    const promo = report === 'promo' ? (query.get('promo') ?? promos?.[0]?.id ?? null) : null;
    const question = questionOf(query, report, promo);
    const asks = report !== 'promo' || promo !== null;
    const answer = useAsked<ReportDocument>(asks ? apiUrl(`reports/${report}`, question) : null, 300);
    const usual = useUsual(report);
    const shown = on ?? usual;
    const analyst = useMay('analyst');
    return (
        <>
            <Tabs
                label={t('report.kinds')}
                now={report}
                tabs={REPORTS.map((r) => ({
                    id: r,
                    label: t(`report.${r}`),
                    href: here({ report: r === 'morning' ? null : r, on: null }),
                }))}
            />
            <Below ready={report !== 'promo' || promos !== undefined}>
                <div class="toolbar no-print">
                    {report !== 'promo' && (
                        <label class="select" key={report}>
                            {t(DAY_OF[report])}
                            <input
                                type={report === 'month' ? 'month' : 'date'}
                                value={report === 'month' ? shown.slice(0, 7) : shown}
                                onChange={(e) =>
                                    setQuery({ on: (e.target as HTMLInputElement).value || null })
                                }
                            />
                        </label>
                    )}
                    {report === 'promo' && promos && promos.length > 0 && (
                        <Select
                            label={t('report.promo')}
                            value={`${promo}/${on ?? promos.find((p) => p.id === promo)?.from.slice(0, 4) ?? ''}`}
                            onPick={(value) => {
                                const [id = '', year = ''] = value.split('/');
                                setQuery({ promo: id, on: year });
                            }}
                            options={promos.map((p) => ({
                                value: `${p.id}/${p.from.slice(0, 4)}`,
                                label: `${either(p.name_en, p.name_zh)} ${p.from.slice(0, 4)}`,
                            }))}
                        />
                    )}
                    <span class="top-space" />
                    <button type="button" class="button button-small" onClick={() => window.print()}>
                        {t('report.print')}
                    </button>
                    {analyst && (
                        <Menu
                            label={t('export.title')}
                            buttonClass="button button-small"
                            button={
                                <>
                                    <Icon name="download" size={15} />
                                    {t('export.title')}
                                </>
                            }
                        >
                            {FORMATS.map(([format, name]) => (
                                <MenuLink
                                    key={format}
                                    href={apiUrl(`reports/${report}`, { ...question, format })}
                                    download
                                >
                                    {name}
                                </MenuLink>
                            ))}
                        </Menu>
                    )}
                </div>
                {promos?.length === 0 && promo === null ? (
                    <Empty title={t('report.noPromo')}>{t('report.noPromoText')}</Empty>
                ) : (
                    <Answered asked={answer} skeleton={<Skeleton height={640} />}>
                        {(document) => (
                            <>
                                {report !== 'promo' && tellsNothing(document) && (
                                    <Newest short={report === 'month'} />
                                )}
                                <div class="section report-box">
                                    <DocumentView document={document} />
                                </div>
                            </>
                        )}
                    </Answered>
                )}
            </Below>
            {report === 'month' && (
                <Below ready={isThere(answer)}>
                    <Closes of={shown.slice(0, 7)} />
                </Below>
            )}
        </>
    );
}

/** Not one figure in the first table: the data ends before, or begins later. */
function tellsNothing(document: ReportDocument): boolean {
    const rows = document.parts.find((part) => part.kind === 'table')?.rows ?? [];
    return rows.length > 0 && rows.every((row) => row[1]?.value == null);
}

/** The way to the last day that orders tell of. */
function Newest({ short }: { short: boolean }) {
    const lang = language();
    const asked = useReference<Sources>(apiUrl('sources'));
    const days = (asked.data?.tables ?? []).filter((x) => x.table === 'orders').map((x) => x.newest ?? '');
    const newest = days.sort().at(-1);
    if (!newest) return null;
    return (
        <p class="queued no-print">
            {t('overview.nothingText', { day: longDay(newest, lang) })}{' '}
            <a href={here({ on: short ? newest.slice(0, 7) : newest })}>
                {t('overview.goNewest', { range: short ? newest.slice(0, 7) : longDay(newest, lang) })}
            </a>
        </p>
    );
}

/** The day, week or month that a report is of when none is said. */
const USUAL: Record<Report, string> = {
    morning: 'yesterday',
    week: 'last-week',
    month: 'last-month',
    promo: '',
};

function useUsual(report: Report): string {
    return useContext(PeriodsContext).find(({ id }) => id === USUAL[report])?.from ?? '';
}

const PROMO_DAYS = 730;

/** Promotions of the calendar and the shop's own that have begun within two years, the latest first. */
function usePromotions(wanted: boolean): Band[] | undefined {
    const today = useContext(PeriodsContext).find(({ id }) => id === 'today')?.to;
    const asked = useReference<CalendarAnswer>(
        wanted && today ? apiUrl('calendar', { from: addDays(today, -PROMO_DAYS), to: today }) : null,
    );
    return asked.data?.bands
        .filter((b) => b.kind === 'promotion')
        .sort((a, b) => b.from.localeCompare(a.from));
}

interface Close {
    month: string;
    revision: number;
    data_version: number;
    at: string;
    figures: number | null; // null: a close is of all stores, and you see some
    note: string | null;
}

function Closes({ of }: { of: string }) {
    const editor = useMay('editor');
    const asked = useAsked<List<Close>>(apiUrl('closes'));
    const [open, setOpen] = useState(false);
    return (
        <Section
            title={t('close.title')}
            note={t('close.text')}
            aside={
                editor && (
                    <button type="button" class="button button-small no-print" onClick={() => setOpen(true)}>
                        <Icon name="lock" size={15} /> {t('close.make')}
                    </button>
                )
            }
        >
            <Answered asked={asked} skeleton={<Skeleton height={120} />}>
                {(list) => (
                    <Table
                        label={t('close.title')}
                        rows={list.items}
                        rowKey={(c) => `${c.month}${c.revision}`}
                        empty={t('close.none')}
                        columns={[
                            {
                                id: 'month',
                                head: t('report.month'),
                                cell: (c) => c.month,
                                sort: (c) => c.month,
                            },
                            {
                                id: 'revision',
                                head: t('close.revision'),
                                number: true,
                                cell: (c) => c.revision,
                            },
                            { id: 'at', head: t('close.at'), cell: (c) => momentText(c.at, language()) },
                            { id: 'figures', head: t('close.figures'), number: true, cell: (c) => c.figures },
                            { id: 'note', head: t('common.note'), cell: (c) => c.note, className: 'wrap' },
                        ]}
                    />
                )}
            </Answered>
            {open && (
                <CloseMonth
                    of={of}
                    onClose={() => {
                        setOpen(false);
                        asked.again();
                    }}
                />
            )}
        </Section>
    );
}

function CloseMonth({ of, onClose }: { of: string; onClose: () => void }) {
    const [month, setMonth] = useState(of);
    const [note, setNote] = useState('');
    const [again, setAgain] = useState(false);
    const { busy, error, run } = useAction();
    const close = async (event: Event) => {
        event.preventDefault();
        const done = await run(() =>
            change<{ figures: number }>('POST', 'reports/month/close', { period: month, note, again }),
        );
        if (done) onClose();
    };
    return (
        <Dialog title={t('close.make')} onClose={onClose}>
            <form class="form" onSubmit={close}>
                <p>{t('close.explain')}</p>
                <label class="select">
                    {t('report.month')}
                    <input
                        type="month"
                        required
                        value={month}
                        onInput={(e) => setMonth((e.target as HTMLInputElement).value)}
                    />
                </label>
                <Field label={t('common.note')} value={note} onValue={setNote} />
                <label class="checkbox">
                    <input type="checkbox" checked={again} onChange={() => setAgain(!again)} />{' '}
                    {t('close.again')}
                </label>
                <FormError error={error} />
                <button type="submit" class="button button-main" disabled={busy || month === ''}>
                    {t('close.make')}
                </button>
            </form>
        </Dialog>
    );
}

export const page: PageModule = { view: MorningPage, asks: firstAsked };
