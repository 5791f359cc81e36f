/** Amounts in their own currency, and names that lead to their page. */
import { currencyDecimals, currencySign, exactDecimal, NO_VALUE } from '../../format/number';

export function amountText(text: string | null | undefined, currency: string | null | undefined): string {
    if (text === null || text === undefined) return NO_VALUE;
    const body = exactDecimal(text, currency ? currencyDecimals(currency) : 2);
    const sign = currency ? currencySign(currency) : '';
    return body.startsWith('−') ? `−${sign}${body.slice(1)}` : `${sign}${body}`;
}

export function ProductLink({ sku, title }: { sku: string | null; title?: string | null }) {
    if (!sku) return <>{title ?? NO_VALUE}</>;
    return (
        <a href={`/products/${encodeURIComponent(sku)}`} title={title ?? undefined}>
            {title ? `${title} ` : ''}
            <span class={title ? 'muted' : undefined}>{sku}</span>
        </a>
    );
}

/** The store stands in the path: two stores may give the same number. */
export function numbered(path: string, store: string | null | undefined, id: string): string {
    return `/${[path, ...(store ? [store] : []), id].map(encodeURIComponent).join('/')}`;
}

interface NumberedProps {
    store: string | null | undefined;
    id: string | null;
}

export function OrderLink({ store, id }: NumberedProps) {
    return id ? <a href={numbered('orders', store, id)}>{id}</a> : <span>{NO_VALUE}</span>;
}

export function CustomerLink({ store, id }: NumberedProps) {
    return id ? <a href={numbered('customers', store, id)}>{id}</a> : <span>{NO_VALUE}</span>;
}

/** "/orders/ID" or "/orders/STORE/ID", the other way round. */
export function numberedOf(rest: readonly string[]): { store: string | null; id: string } | null {
    const [first, second] = rest;
    if (first === undefined) return null;
    return second === undefined ? { store: null, id: first } : { store: first, id: second };
}

export function Facts({ facts }: { facts: readonly [string, preact.ComponentChildren][] }) {
    return (
        <dl class="facts">
            {facts.map(([name, value]) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}
