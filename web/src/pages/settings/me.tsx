/** What one person sets for oneself. */
import { useState } from 'preact/hooks';
import { useSettings } from '../../app/settings';
import { change } from '../../data/api';
import { useAction } from '../../data/use';
import { t } from '../../i18n';
import { Field, Section, Segmented } from '../../parts/controls';
import { FormError } from '../../parts/states';
import { PASSWORD_MIN } from '../gate';

export function Me() {
    const { session, lang, theme, density, setLang, setTheme, setDensity } = useSettings();
    return (
        <>
            <Section title={t('me.look')}>
                <div class="rows-form">
                    <span>{t('settings.language')}</span>
                    <Segmented
                        label={t('settings.language')}
                        value={lang}
                        onPick={setLang}
                        choices={[
                            { value: 'zh', label: <span lang="zh-CN">中文</span> },
                            { value: 'en', label: <span lang="en">English</span> },
                        ]}
                    />
                    <span>{t('settings.theme')}</span>
                    <Segmented
                        label={t('settings.theme')}
                        value={theme}
                        onPick={setTheme}
                        choices={(['auto', 'light', 'dark'] as const).map((v) => ({
                            value: v,
                            label: t(`theme.${v}`),
                        }))}
                    />
                    <span>{t('settings.density')}</span>
                    <Segmented
                        label={t('settings.density')}
                        value={density}
                        onPick={setDensity}
                        choices={(['calm', 'dense'] as const).map((v) => ({
                            value: v,
                            label: t(`density.${v}`),
                        }))}
                    />
                </div>
            </Section>
            {session.user && <Password />}
        </>
    );
}

function Password() {
    const [old, setOld] = useState('');
    const [next, setNext] = useState('');
    const [done, setDone] = useState(false);
    const { busy, error, run } = useAction();
    const save = async (event: Event) => {
        event.preventDefault();
        const saved = await run(() => change('PATCH', 'me', { old_password: old, password: next }));
        if (saved === undefined) return;
        setOld('');
        setNext('');
        setDone(true);
    };
    return (
        <Section title={t('me.password')}>
            <form class="form narrow" onSubmit={save}>
                <Field
                    label={t('me.oldPassword')}
                    type="password"
                    autoComplete="current-password"
                    value={old}
                    onValue={setOld}
                    required
                />
                <Field
                    label={t('me.newPassword')}
                    type="password"
                    autoComplete="new-password"
                    value={next}
                    onValue={setNext}
                    required
                    minLength={PASSWORD_MIN}
                    hint={t('gate.passwordHint', { least: PASSWORD_MIN })}
                />
                <FormError error={error} />
                {done && <p role="status">{t('me.passwordSaved')}</p>}
                <button type="submit" class="button button-main" disabled={busy}>
                    {t('action.save')}
                </button>
            </form>
        </Section>
    );
}
