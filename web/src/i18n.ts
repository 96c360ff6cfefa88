// Texts by key, in the language of this browser. web/messages/LANGUAGE/PAGE.json has them; a key begins with the page's name.
import { messages } from 'respite:messages';
import { kept, keep } from './kept.ts';
import { number } from './format.ts';
import { store } from './store.ts';

export type Language = 'en' | 'de';
export const languages: { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

function begin(): Language {
  const chosen = kept('language');
  if (chosen === 'en' || chosen === 'de') return chosen;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

export const language = store<Language>(begin());

export function setLanguage(code: Language): void {
  keep('language', code);
  document.documentElement.lang = code;
  language.set(code);
}

type Values = Record<string, string | number>;

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return value === undefined ? '' : typeof value === 'number' ? number(value) : value;
  });
}

/** The text of a key; numbers in it are written as numbers are here. */
export function t(key: string, values: Values = {}): string {
  return fill(messages[language.get()][key] ?? messages.en[key] ?? key, values);
}

/** Whether there is a text: for keys made of words that the server sends. */
export function known(key: string): boolean {
  return messages.en[key] !== undefined;
}

/** The text of KEY.one or KEY.other; {n} in it is the number. */
export function tn(key: string, n: number, values: Values = {}): string {
  const form = new Intl.PluralRules(language.get()).select(n) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}`, { ...values, n });
}
