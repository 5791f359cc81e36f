/** Data: what came in, bringing more in, what was refused, how fresh it is, and whether it adds up. */
import type { PageModule, PageProps } from '../app/pages';
import { useMay } from '../app/settings';
import { t } from '../i18n';
import { Tabs } from '../parts/controls';
import { Empty } from '../parts/states';
import { Freshness, sourcesUrl } from './data/freshness';
import { ImportPage } from './data/import';
import { Imports } from './data/imports';
import { Quarantine } from './data/quarantine';
import { Reconcile } from './data/reconcile';
import { Upload } from './data/upload';

const VIEWS = ['freshness', 'imports', 'upload', 'quarantine', 'reconcile'] as const;
type View = (typeof VIEWS)[number];

export function DataPage({ rest }: PageProps) {
    const editor = useMay('editor');
    const shown = VIEWS.filter((v) => editor || v === 'freshness');
    const view: View = shown.find((v) => v === rest[0]) ?? 'freshness';
    const denied = rest[0] !== undefined && view !== rest[0];
    return (
        <>
            <h1>{t('page.data')}</h1>
            <Tabs
                label={t('page.data')}
                now={view}
                tabs={shown.map((v) => ({
                    id: v,
                    label: t(`dataOf.${v}`),
                    href: v === 'freshness' ? '/data' : `/data/${v}`,
                }))}
            />
            {denied ? (
                <Empty title={t('error.forbiddenText')} />
            ) : view === 'imports' ? (
                rest[1] ? (
                    <ImportPage id={rest[1]} />
                ) : (
                    <Imports />
                )
            ) : view === 'upload' ? (
                <Upload id={rest[1]} />
            ) : view === 'quarantine' ? (
                <Quarantine id={rest[1]} />
            ) : view === 'reconcile' ? (
                <Reconcile />
            ) : (
                <Freshness />
            )}
        </>
    );
}

export const page: PageModule = {
    view: DataPage,
    asks: ({ rest }) => (rest.length === 0 ? sourcesUrl() : null),
};
