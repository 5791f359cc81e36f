/** The wall screen: the chosen figures in huge digits on dark ground, nothing to press. It asks by itself,
 *  keeps the last answer through a break of the network, and says how old that is. */
import { useEffect, useState } from 'preact/hooks';
import type { PageModule, PageProps } from '../app/pages';
import { useRange } from '../app/range';
import { useNumbers, useSettings } from '../app/settings';
import { apiUrl } from '../data/api';
import type { Overview, OverviewCard } from '../data/types';
import { useAsked } from '../data/use';
import { rangeText } from '../format/date';
import { shortValue } from '../format/number';
import { capital, named, t } from '../i18n';
import { Delta } from '../parts/delta';
import { Sparkline } from '../parts/sparkline';

const REFRESH_S = 15;
const SHOWN = 8;
const OLD_S = 60;

export function WallPage(_: PageProps) {
    const { session } = useSettings();
    const style = useNumbers();
    const range = useRange();
    const asked = useAsked<Overview>(range ? apiUrl('overview', range.query) : null, REFRESH_S);
    const now = useClock();
    useEffect(() => {
        document.documentElement.classList.add('wall-on');
        return () => document.documentElement.classList.remove('wall-on');
    }, []);
    const age = asked.at === undefined ? null : Math.max(0, Math.round((now - asked.at) / 1000));
    const chosen = asked.data?.cards.filter((c) => c.chosen) ?? [];
    const more = asked.data?.cards.filter((c) => !c.chosen && c.value !== null) ?? [];
    return (
        <div class="wall" data-theme="dark">
            <header class="wall-head">
                <h1>{session.shop.name ?? t('app.name')}</h1>
                <p>
                    {range &&
                        `${range.period ? `${capital(named(range.period.name))} · ` : ''}${rangeText(range.from, range.to, style.lang)}`}
                </p>
                <p class={age === null || age > OLD_S ? 'wall-old' : undefined} role="status">
                    {age === null
                        ? t('wall.waiting')
                        : t(age > OLD_S ? 'wall.old' : 'wall.age', { seconds: age })}
                </p>
            </header>
            <div class="wall-cards">
                {[...chosen, ...more].slice(0, SHOWN).map((c) => (
                    <WallCard key={c.id} card={c} />
                ))}
            </div>
            {asked.data?.sentence && <p class="wall-sentence">{named(asked.data.sentence)}</p>}
        </div>
    );
}

function useClock(): number {
    const [now, setNow] = useState(Date.now());
    useEffect(() => {
        const timer = window.setInterval(() => setNow(Date.now()), 1000);
        return () => window.clearInterval(timer);
    }, []);
    return now;
}

function WallCard({ card }: { card: OverviewCard }) {
    const style = useNumbers();
    return (
        <article class="wall-card">
            <h2>{named(card.name)}</h2>
            <p class="wall-value">{shortValue(card.value, card.unit, style)}</p>
            <Delta
                unit={card.unit}
                change={card.change}
                relative={card.relative}
                direction={card.direction}
            />
            <Sparkline points={card.trend} width={300} height={60} area />
        </article>
    );
}

export const page: PageModule = { view: WallPage };
