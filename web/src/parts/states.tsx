/** What stands where data would: loading at its final size, nothing there yet, or what went wrong. Each
 *  says what to do. */
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../data/api';
import type { Asked } from '../data/use';
import { t } from '../i18n';
import { Icon } from './icon';

/** `section`: in place of a section, with its distance from what stands above. */
export function Skeleton({
    height,
    width = '100%',
    section = false,
}: {
    height: number;
    width?: string;
    section?: boolean;
}) {
    const name = section ? 'skeleton skeleton-section' : 'skeleton';
    return <div class={name} style={{ height: `${height}px`, width }} aria-hidden="true" />;
}

/** What stands below something whose height nobody knows before it is there: it asks at once, and is
 *  seen when it will not be pushed away any more. */
export function Below({ ready, children }: { ready: boolean; children: ComponentChildren }) {
    return <div class={ready ? undefined : 'is-below'}>{children}</div>;
}

/** Whether something asked for has come, or never will. */
export function isThere<T>(asked: Asked<T>): boolean {
    return asked.data !== undefined || asked.error !== undefined;
}

export function Empty({
    title,
    children,
    action,
}: {
    title: string;
    children?: ComponentChildren;
    action?: ComponentChildren;
}) {
    return (
        <div class="state">
            <p class="state-title">{title}</p>
            {children && <div class="state-text">{children}</div>}
            {action}
        </div>
    );
}

function remedy(error: ApiError): string {
    if (error.status === 0) return t('error.unreachableText');
    if (error.status === 403) return t('error.forbiddenText');
    if (error.status === 404) return t('error.notFoundText');
    if (error.status >= 500) return t('error.serverText');
    return t('error.otherText');
}

export function Failure({ error, again }: { error: ApiError; again?: () => void }) {
    return (
        <div class="state state-error" role="alert">
            <p class="state-title">
                <Icon name="warn" /> {error.message || t('error.unreachable')}
            </p>
            <p class="state-text">{remedy(error)}</p>
            {again && (
                <button type="button" class="button" onClick={again}>
                    {t('action.tryAgain')}
                </button>
            )}
        </div>
    );
}

/** A line of the server's words beside a form. */
export function FormError({ error }: { error: ApiError | undefined }) {
    if (!error) return null;
    return (
        <div class="form-error" role="alert">
            {error.message || t('error.unreachable')}
            {error.problems.length > 0 && (
                <ul>
                    {error.problems.map((p, i) => (
                        <li key={i}>
                            {p.line ? `${p.line}:${p.column ?? 1} ` : p.field ? `${p.field}: ` : ''}
                            {p.message}
                        </li>
                    ))}
                </ul>
            )}
        </div>
    );
}

/** The frame of everything asked: skeleton, failure, or the answer (dimmed while a newer one comes). */
export function Answered<T>({
    asked,
    skeleton,
    children,
}: {
    asked: Asked<T>;
    skeleton: ComponentChildren;
    children: (data: T) => ComponentChildren;
}) {
    if (asked.error && asked.data === undefined) return <Failure error={asked.error} again={asked.again} />;
    if (asked.data === undefined)
        return (
            <div aria-busy="true">
                {asked.queued && <p class="queued">{t('state.queued')}</p>}
                {skeleton}
            </div>
        );
    return (
        <div class={asked.loading ? 'is-loading' : undefined} aria-busy={asked.pending}>
            {asked.queued && <p class="queued">{t('state.queued')}</p>}
            {asked.error && (
                <p class="queued">
                    {t('state.old')} {asked.error.message}
                </p>
            )}
            {children(asked.data)}
        </div>
    );
}
