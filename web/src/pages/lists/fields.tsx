/** Amounts in their own currency, and names that lead to their page. */
import { currencySign, exactDecimal, NO_VALUE } from '../../format/number';

export function amountText(text: string | null | undefined, currency: string | null | undefined): string {
    if (text === null || text === undefined) return NO_VALUE;
    const body = exactDecimal(text, 2);
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

export function OrderLink({ id }: { id: string | null }) {
    return id ? <a href={`/orders/${encodeURIComponent(id)}`}>{id}</a> : <span>{NO_VALUE}</span>;
}

export function CustomerLink({ id }: { id: string | null }) {
    return id ? <a href={`/customers/${encodeURIComponent(id)}`}>{id}</a> : <span>{NO_VALUE}</span>;
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
