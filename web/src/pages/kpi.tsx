import type { PageProps } from '../app/pages';
export function KpiPage({ rest }: PageProps) {
    return <h1>{rest[0]}</h1>;
}
