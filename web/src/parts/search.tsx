/** `/`: one field for pages, KPIs, products, orders and customers. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useCatalogue } from '../app/catalogue';
import { PAGES } from '../app/pages';
import { go, href } from '../app/router';
import { useMay } from '../app/settings';
import { either, t } from '../i18n';
import { Dialog } from './dialog';

interface Hit {
    key: string;
    name: string;
    hint: string;
    to: string;
}

const SHOWN_MAX = 12;

function score(text: string, words: readonly string[]): number {
    let sum = 0;
    for (const word of words) {
        const found = text.indexOf(word);
        if (found < 0) return -1;
        sum += found === 0 ? 3 : /[\s(_/]/.test(text[found - 1] ?? '') ? 2 : 1;
    }
    return sum + 1 / (1 + text.length);
}

export function Search({ onClose }: { onClose: () => void }) {
    const catalogue = useCatalogue();
    const [text, setText] = useState('');
    const [at, setAt] = useState(0);
    const [entered, setEntered] = useState(false);
    const list = useRef<HTMLUListElement>(null);
    const analyst = useMay('analyst');
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
    }, [text, catalogue, analyst]);
    const open = (hit: Hit | undefined) => {
        if (!hit) return;
        onClose();
        go(hit.to);
    };
    // Enter before the catalogue is there waits for it: the best hit may be a KPI.
    useEffect(() => {
        if (entered && catalogue) open(hits[at]);
    }, [entered, catalogue]);
    const onKey = (event: KeyboardEvent) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step !== 0) {
            event.preventDefault();
            const next = (at + step + hits.length) % Math.max(1, hits.length);
            setAt(next);
            list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
        } else if (event.key === 'Enter') {
            event.preventDefault();
            if (catalogue) open(hits[at]);
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
