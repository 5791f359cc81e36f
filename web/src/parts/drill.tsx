/** A figure that opens the rows behind it, for those who may see rows; for others it is the figure alone. */
import type { ComponentChildren } from 'preact';
import { href, type QueryChange } from '../app/router';
import { useMay } from '../app/settings';
import { t } from '../i18n';

export function Drill({
    kpi,
    into,
    children,
}: {
    kpi: string;
    into: QueryChange | null;
    children: ComponentChildren;
}) {
    const may = useMay('analyst');
    if (!may || into === null) return <>{children}</>;
    return (
        <a class="drill" href={href(`/rows/${kpi}`, into)} title={t('drill.rows')}>
            {children}
        </a>
    );
}
