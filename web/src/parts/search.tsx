/** `/`: one field for pages, KPIs, products, orders and customers. */
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useCatalogue } from '../app/catalogue';
import { PAGES } from '../app/pages';
import { BEGINNING, PeriodsContext } from '../app/range';
import { go, href } from '../app/router';
import { useMay } from '../app/settings';
import { apiUrl } from '../data/api';
import type { List } from '../data/types';
import { useAsked } from '../data/use';
import { longDay } from '../format/date';
import { either, language, t } from '../i18n';
import { numbered } from '../pages/lists/fields';
import { Dialog } from './dialog';

interface Hit {
    key: string;
    name: string;
    hint: string;
    to: string;
}

const SHOWN_MAX = 12;
const FOUND_MAX = 4;
const SHORTEST = 3;
const REST_MS = 200;
const NONE: readonly never[] = [];

function score(text: string, words: readonly string[]): number {
    let sum = 0;
    for (const word of words) {
        const found = text.indexOf(word);
        if (found < 0) return -1;
        sum += found === 0 ? 3 : /[\s(_/]/.test(text[found - 1] ?? '') ? 2 : 1;
    }
    return sum + 1 / (1 + text.length);
}

/** What is looked for among orders and articles, once the fingers rest. */
function useRested(text: string): string {
    const [rested, setRested] = useState(text);
    useEffect(() => {
        const timer = setTimeout(() => setRested(text), REST_MS);
        return () => clearTimeout(timer);
    }, [text]);
    return rested;
}

interface Found {
    orders: readonly { store: string; id: string | null; customer: string | null; day: string | null }[];
    products: readonly { sku: string; title: string | null }[];
    /** Orders may still come: a number that was typed may be one. */
    waits: boolean;
}

/** Orders of any day, and articles, whose number or name has the text. */
function useFound(text: string, analyst: boolean): Found {
    const wanted = text.trim();
    const rested = useRested(wanted);
    const today = useContext(PeriodsContext).find(({ id }) => id === 'today')?.to ?? '';
    const isNumber = /\d/.test(wanted) && wanted.length >= SHORTEST;
    const asks = rested === wanted && wanted.length >= SHORTEST;
    const ofOrders = { q: wanted, from: BEGINNING, to: today, limit: FOUND_MAX };
    const orders = useAsked<List<Found['orders'][number]>>(
        asks && isNumber && analyst && today ? apiUrl('orders', ofOrders) : null,
    );
    const products = useAsked<List<Found['products'][number]>>(
        asks ? apiUrl('products', { q: wanted, limit: FOUND_MAX }) : null,
    );
    const there = asks && !orders.pending;
    return {
        orders: there && isNumber && analyst ? (orders.data?.items ?? NONE) : NONE,
        products: asks && !products.pending ? (products.data?.items ?? NONE) : NONE,
        waits: isNumber && analyst && (rested !== wanted || orders.pending),
    };
}

export function Search({ onClose }: { onClose: () => void }) {
    const catalogue = useCatalogue();
    const [text, setText] = useState('');
    const [at, setAt] = useState(0);
    const [entered, setEntered] = useState(false);
    const list = useRef<HTMLUListElement>(null);
    const analyst = useMay('analyst');
    const things = useFound(text, analyst);
    const hits = useMemo<Hit[]>(() => {
        const words = text.toLowerCase().split(/\s+/).filter(Boolean);
        const pages = PAGES.filter((p) => p.icon).map((p) => ({
            key: p.path,
            name: t(p.name),
            hint: t('search.page'),
            to: href(p.path),
            find: `${t(p.name)} ${p.path}`.toLowerCase(),
        }));
        const kpis = (catalogue?.all ?? []).map((k) => ({
            key: k.id,
            name: either(k.name_en, k.name_zh),
            hint: k.id,
            to: href(`/kpi/${k.id}`),
            find: `${k.name_en} ${k.name_zh} ${k.id} ${(k.aliases ?? []).join(' ')}`.toLowerCase(),
        }));
        const found = [...pages, ...kpis]
            .map((hit) => ({ hit, rank: score(hit.find, words) }))
            .filter(({ rank }) => rank >= 0)
            .sort((a, b) => (words.length === 0 ? 0 : b.rank - a.rank))
            .slice(0, SHOWN_MAX)
            .map(({ hit }) => hit as Hit);
        if (text.trim() !== '') {
            const q = text.trim();
            for (const o of things.orders)
                if (o.id !== null)
                    found.push({
                        key: `order ${o.store}`,
                        name: t('orders.title', { id: o.id }),
                        hint: [o.day ? longDay(o.day, language()) : '', o.customer ?? '']
                            .filter(Boolean)
                            .join(' · '),
                        to: numbered('orders', o.store, o.id),
                    });
            for (const p of things.products)
                found.push({
                    key: `product ${p.sku}`,
                    name: p.title ?? p.sku,
                    hint: p.title ? p.sku : t('products.one'),
                    to: href(`/products/${encodeURIComponent(p.sku)}`),
                });
            found.push({
                key: 'products',
                name: t('search.products', { text: q }),
                hint: '',
                to: href('/products', { q }),
            });
            if (analyst) {
                found.push({
                    key: 'orders',
                    name: t('search.orders', { text: q }),
                    hint: '',
                    to: href('/orders', { q }),
                });
                found.push({
                    key: 'customers',
                    name: t('search.customers', { text: q }),
                    hint: '',
                    to: href('/customers', { q }),
                });
            }
        }
        return found;
    }, [text, catalogue, analyst, things.orders, things.products]);
    const open = (hit: Hit | undefined) => {
        if (!hit) return;
        onClose();
        go(hit.to);
    };
    // Enter before the catalogue is there waits for it: the best hit may be a KPI; so it does for an order's number.
    const ready = catalogue && !things.waits;
    useEffect(() => {
        if (entered && ready) open(hits[at]);
    }, [entered, ready]);
    const onKey = (event: KeyboardEvent) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step !== 0) {
            event.preventDefault();
            const next = (at + step + hits.length) % Math.max(1, hits.length);
            setAt(next);
            list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
        } else if (event.key === 'Enter') {
            event.preventDefault();
            if (ready) open(hits[at]);
            else setEntered(true);
        }
    };
    return (
        <Dialog title={t('search.title')} onClose={onClose} className="search">
            <input
                class="search-input"
                type="search"
                role="combobox"
                list={undefined}
                aria-expanded="true"
                aria-controls="search-hits"
                aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
                aria-label={t('search.title')}
                placeholder={t('search.placeholder')}
                autoFocus
                value={text}
                onInput={(e) => {
                    setText((e.target as HTMLInputElement).value);
                    setAt(0);
                    setEntered(false);
                }}
                onKeyDown={onKey}
            />
            <ul id="search-hits" class="search-hits" role="listbox" aria-label={t('search.title')} ref={list}>
                {hits.map((hit, i) => (
                    <li
                        key={`${hit.key}${hit.hint}`}
                        id={`hit-${i}`}
                        role="option"
                        aria-selected={i === at}
                        onClick={() => open(hit)}
                        onMouseMove={() => setAt(i)}
                    >
                        <span>{hit.name}</span>
                        <span class="muted">{hit.hint}</span>
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}
