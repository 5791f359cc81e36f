/** Before the board: log in, or make the first administrator with the one-time link. */
import { useState } from 'preact/hooks';
import { go, useRoute } from '../app/router';
import { useSettings } from '../app/settings';
import { change } from '../data/api';
import type { Session } from '../data/types';
import { useAction } from '../data/use';
import { t } from '../i18n';
import { Field } from '../parts/controls';
import { Mark } from '../parts/icon';
import { FormError } from '../parts/states';

export const PASSWORD_MIN = 10;

/** What the server says in the address when a link no longer opens anything. */
export const SHARE_ENDED = 'share-ended';

export function Gate() {
    const { session, lang, setLang, reloadSession } = useSettings();
    const { path, query } = useRoute();
    const text = query.get('notice') === SHARE_ENDED ? 'gate.shareEnded' : 'gate.text';
    const first = session.needs_admin;
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [token, setToken] = useState(decodeURIComponent(location.hash.slice(1)));
    const { busy, error, run } = useAction();
    const enter = async (event: Event) => {
        event.preventDefault();
        const body = first
            ? { token: token.trim(), name: name.trim(), password }
            : { name: name.trim(), password };
        const done = await run(() => change<Session>('POST', first ? 'first-admin' : 'session', body));
        if (done === undefined) return;
        if (path === '/first-admin' || path === '/login' || query.has('notice')) go('/', true);
        await reloadSession();
    };
    return (
        <main class="gate">
            <form class="gate-card" onSubmit={enter}>
                <div class="gate-brand">
                    <Mark size={36} />
                    <h1>{t('app.name')}</h1>
                </div>
                <p class="gate-text">{t(first ? 'gate.firstText' : text)}</p>
                {first && (
                    <Field
                        label={t('gate.token')}
                        value={token}
                        onValue={setToken}
                        required
                        hint={t('gate.tokenHint')}
                    />
                )}
                <Field
                    label={t('gate.name')}
                    value={name}
                    onValue={setName}
                    autoComplete="username"
                    required
                    autoFocus
                />
                <Field
                    label={t('gate.password')}
                    value={password}
                    onValue={setPassword}
                    type="password"
                    autoComplete={first ? 'new-password' : 'current-password'}
                    required
                    minLength={first ? PASSWORD_MIN : undefined}
                    hint={first ? t('gate.passwordHint', { least: PASSWORD_MIN }) : undefined}
                />
                <FormError error={error} />
                <button type="submit" class="button button-main" disabled={busy}>
                    {t(first ? 'gate.makeAdmin' : 'gate.logIn')}
                </button>
            </form>
            <div class="gate-lang">
                <button type="button" lang="zh-CN" aria-pressed={lang === 'zh'} onClick={() => setLang('zh')}>
                    中文
                </button>
                <button type="button" lang="en" aria-pressed={lang === 'en'} onClick={() => setLang('en')}>
                    English
                </button>
            </div>
        </main>
    );
}
