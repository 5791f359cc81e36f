import type { en } from './en';

export type Lang = 'en' | 'zh';
export type MessageKey = keyof typeof en;
/** A locale holds every text; the compiler refuses one that lacks a key or has one too many. */
export type Messages = Record<MessageKey, string>;
