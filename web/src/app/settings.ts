/** Who looks, at which shop, and how: the session, the language, theme and density. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Role, Session } from '../data/types';
import type { NumberStyle } from '../format/number';
import { type Lang, language } from '../i18n';

export type Theme = 'auto' | 'light' | 'dark';
export type Density = 'calm' | 'dense';

export interface Settings {
    session: Session;
    lang: Lang;
    theme: Theme;
    density: Density;
    upColour: 'red' | 'green';
    setLang: (lang: Lang) => void;
    setTheme: (theme: Theme) => void;
    setDensity: (density: Density) => void;
    reloadSession: () => Promise<void>;
}

export const SettingsContext = createContext<Settings | null>(null);

export function useSettings(): Settings {
    const settings = useContext(SettingsContext);
    if (!settings) throw new Error('useSettings outside the board');
    return settings;
}

export function useNumbers(): NumberStyle {
    const { session } = useSettings();
    return { lang: language(), currency: session.shop.currency };
}

const ORDER: readonly Role[] = ['viewer', 'analyst', 'editor', 'admin'];

/** Whether the person may do what a role may. The server decides; this only hides what would fail. */
export function useMay(role: Role): boolean {
    const { session } = useSettings();
    return session.user !== null && ORDER.indexOf(session.user.role) >= ORDER.indexOf(role);
}

const PREFIX = 'shopvane.';

/** Kept by the browser; a browser that keeps nothing works as well. */
export function remembered(name: string): string | null {
    try {
        return localStorage.getItem(PREFIX + name);
    } catch {
        return null;
    }
}

export function remember(name: string, value: string): void {
    try {
        localStorage.setItem(PREFIX + name, value);
    } catch {
        // private mode: forgotten with the window
    }
}

export function darkNow(theme: Theme): boolean {
    return theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
}
