/** Texts of the board. One locale is loaded at a time; `t` fills {places} and, in Chinese, puts thin
 *  spaces between Han and Latin letters. */
import { spaced } from '../format/text';
import type { Lang, MessageKey, Messages } from './types';

export type { Lang, MessageKey } from './types';

let current: Lang = 'en';
let messages: Messages | null = null;

const loaders: Record<Lang, () => Promise<Messages>> = {
    en: async () => (await import('./en')).en,
    zh: async () => (await import('./zh')).zh,
};

export async function loadLanguage(lang: Lang): Promise<void> {
    messages = await loaders[lang]();
    current = lang;
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
}

export function language(): Lang {
    return current;
}

export function t(key: MessageKey, places: Record<string, string | number> = {}): string {
    const text = messages?.[key] ?? key;
    const filled = text.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = places[name];
        return value === undefined ? whole : String(value);
    });
    return current === 'zh' ? spaced(filled) : filled;
}

/** Names that come with the data, such as KPI names, set with the same care. */
export function named(text: string): string {
    return current === 'zh' ? spaced(text) : text;
}

/** As the first word of a line. */
export function capital(text: string): string {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** One of two names by the board's language. */
export function either(en: string, zh: string): string {
    return current === 'zh' ? spaced(zh || en) : en || zh;
}

export function preferredLanguage(): Lang {
    return (navigator.languages ?? [navigator.language]).some((tag) => /^zh\b/i.test(tag)) &&
        !/^en\b/i.test(navigator.language)
        ? 'zh'
        : 'en';
}
