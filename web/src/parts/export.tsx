/** The same question as a file. */
import { useMay } from '../app/settings';
import { apiUrl, type Query } from '../data/api';
import { t } from '../i18n';
import { Icon } from './icon';
import { Menu, MenuLink } from './menu';

const FORMATS = [
    { format: 'xlsx', name: 'Excel' },
    { format: 'csv', name: 'CSV' },
    { format: 'parquet', name: 'Parquet' },
    { format: 'json', name: 'JSON' },
] as const;

/** Of lists: all their rows, not only those that are shown. */
export const LIST_FORMATS = ['xlsx', 'csv'] as const;

export function ExportMenu({
    path,
    query,
    formats = ['xlsx', 'csv', 'parquet', 'json'],
}: {
    path: string;
    query: Query;
    formats?: readonly string[];
}) {
    const may = useMay('analyst');
    if (!may) return null;
    return (
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
            {FORMATS.filter(({ format }) => formats.includes(format)).map(({ format, name }) => (
                <MenuLink key={format} href={apiUrl(path, { ...query, format })} download>
                    {name}
                </MenuLink>
            ))}
        </Menu>
    );
}
