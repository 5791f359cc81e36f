/** `?`: every key of the board. */
import { PAGES } from '../app/pages';
import { t } from '../i18n';
import { Dialog } from './dialog';

export function KeyHelp({ onClose }: { onClose: () => void }) {
    const rows: [string[], string][] = [
        [['/'], t('keys.search')],
        [['['], t('range.before')],
        [[']'], t('range.after')],
        [['?'], t('keys.help')],
        [['Esc'], t('keys.close')],
        ...PAGES.filter((p) => p.letter).map((p): [string[], string] => [
            ['g', p.letter as string],
            t(p.name),
        ]),
    ];
    return (
        <Dialog title={t('keys.title')} onClose={onClose}>
            <dl class="keys">
                {rows.map(([keys, what]) => (
                    <div key={what}>
                        <dt>
                            {keys.map((k) => (
                                <kbd key={k}>{k}</kbd>
                            ))}
                        </dt>
                        <dd>{what}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}
