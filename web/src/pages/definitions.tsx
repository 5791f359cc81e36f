/** Definitions: every KPI with what it means; one KPI with its text, versions and, with rights, an editor. */
import { useMemo } from 'preact/hooks';
import { type Catalogue, useCatalogue } from '../app/catalogue';
import type { PageModule, PageProps } from '../app/pages';
import { href, setQuery, useRoute } from '../app/router';
import type { KpiEntry } from '../data/types';
import { either, t } from '../i18n';
import { Section, Segmented } from '../parts/controls';
import { Skeleton } from '../parts/states';
import { Table } from '../parts/table';
import { Definition } from './definitions/definition';

const SHOWN = ['all', 'available', 'needs', 'shop'] as const;
type Shown = (typeof SHOWN)[number];

export function DefinitionsPage({ rest }: PageProps) {
    const catalogue = useCatalogue();
    if (!catalogue) return <Skeleton height={560} />;
    return rest[0] ? (
        <Definition key={rest[0]} id={rest[0]} catalogue={catalogue} />
    ) : (
        <All catalogue={catalogue} />
    );
}

function fits(k: KpiEntry, shown: Shown, words: readonly string[]): boolean {
    if (shown === 'available' && k.available === false) return false;
    if (shown === 'needs' && k.available !== false) return false;
    if (shown === 'shop' && k.origin !== 'shop') return false;
    const text =
        `${k.id} ${k.name_en} ${k.name_zh} ${k.about_en} ${k.about_zh} ${(k.aliases ?? []).join(' ')} ${k.formula}`.toLowerCase();
    return words.every((word) => text.includes(word));
}

function All({ catalogue }: { catalogue: Catalogue }) {
    const { query } = useRoute();
    const q = query.get('q') ?? '';
    const asked = query.get('shown') ?? 'all';
    const shown = (SHOWN as readonly string[]).includes(asked) ? (asked as Shown) : 'all';
    const rows = useMemo(() => {
        const words = q.toLowerCase().split(/\s+/).filter(Boolean);
        return catalogue.all.filter((k) => fits(k, shown, words));
    }, [catalogue, q, shown]);
    return (
        <>
            <h1>{t('page.definitions')}</h1>
            <Section
                note={t('definitions.count', { shown: rows.length, all: catalogue.all.length })}
                title={t('definitions.all')}
                aside={
                    <>
                        <Segmented
                            label={t('definitions.shown')}
                            value={shown}
                            onPick={(v) => setQuery({ shown: v === 'all' ? null : v }, true)}
                            choices={SHOWN.map((v) => ({ value: v, label: t(`shown.${v}`) }))}
                        />
                        <input
                            type="search"
                            placeholder={t('search.title')}
                            aria-label={t('search.title')}
                            value={q}
                            onInput={(e) =>
                                setQuery({ q: (e.target as HTMLInputElement).value || null }, true)
                            }
                        />
                    </>
                }
            >
                <Table<KpiEntry>
                    label={t('definitions.all')}
                    rows={rows}
                    rowKey={(k) => k.id}
                    columns={[
                        {
                            id: 'name',
                            head: t('page.kpi'),
                            cell: (k) => <a href={`/definitions/${k.id}`}>{either(k.name_en, k.name_zh)}</a>,
                            sort: (k) => either(k.name_en, k.name_zh),
                        },
                        {
                            id: 'id',
                            head: 'ID',
                            cell: (k) => <code>{k.id}</code>,
                            sort: (k) => k.id,
                            className: 'only-wide',
                        },
                        {
                            id: 'stage',
                            head: t('definitions.stage'),
                            cell: (k) => (k.stage ? t(`stage.${k.stage}` as 'stage.order') : ''),
                            sort: (k) => k.stage ?? '',
                            className: 'only-wide',
                        },
                        {
                            id: 'about',
                            head: t('kpi.meaning'),
                            cell: (k) => either(k.about_en, k.about_zh),
                            className: 'wrap',
                        },
                        {
                            id: 'formula',
                            head: t('definitions.formula'),
                            cell: (k) => <code>{k.formula}</code>,
                            className: 'wrap only-wide',
                        },
                        {
                            id: 'state',
                            head: t('users.state'),
                            cell: (k) =>
                                k.available === false ? (
                                    <span class="muted" title={k.needs ?? undefined}>
                                        {t('shown.needs')}
                                    </span>
                                ) : (
                                    <a href={href(`/kpi/${k.id}`)}>{t('definitions.open')}</a>
                                ),
                        },
                    ]}
                />
            </Section>
        </>
    );
}

export const page: PageModule = { view: DefinitionsPage };
