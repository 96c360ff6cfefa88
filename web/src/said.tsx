// Sentences that the server writes in English - of rules, protocols and forecasts - in the language of the page. They are found by the
// English sentence itself (messages/rules_de.json): one that has changed since, also in an old finding, is shown in English
// rather than by words that no longer fit it.
import { Fragment } from 'preact';
import { messages, sentences } from 'respite:messages';
import { language } from './i18n.ts';

interface Piece {
  text: string;
  /** Where it is not the language of the page. */
  lang?: 'en';
}

interface Pattern {
  match: RegExp;
  names: string[];
  german: string;
}

const NAME = /\{(\w+)\}/g;
const NUMBER = /^-?\d+(\.\d+)?( \S+)?$/;

const escaped = (text: string): string => text.replace(/[.*+?^$()[\]|\\/]/g, '\\$&');

/** What fills a place: never more than one sentence. */
const VALUE = '((?:(?!\\. [A-Z]).)+?)';

/** Names of conditions as the server writes them into its sentences. */
const conditions = new Map(Object.entries(messages.en).filter(([key]) => key.startsWith('condition.')).map(([key, english]) => [english, messages.de[key]]));

/** A place for a rule holds one that is known: what stands before it may have colons of its own. */
const rules = Object.keys(sentences).filter((english) => !english.includes('{')).map(escaped).join('|');

function regular(english: string): RegExp {
  const parts = english.split(NAME).map((part, i) => (i % 2 === 0 ? escaped(part) : part === 'rule' ? `(${rules})` : VALUE));
  return new RegExp(`^${parts.join('')}$`, 's');
}

/** Sentences with places to fill, the one with most words of its own first. */
const patterns: Pattern[] = Object.entries(sentences)
  .filter(([english]) => english.includes('{'))
  .map(([english, german]) => ({ own: english.replace(NAME, '').length, english, german }))
  .sort((a, b) => b.own - a.own)
  .map(({ english, german }) => ({
    match: regular(english),
    names: [...english.matchAll(NAME)].map((found) => found[1] ?? ''),
    german,
  }));

function filled(pattern: Pattern, values: readonly string[]): Piece[] {
  return pattern.german.split(NAME).flatMap((part, i) => {
    if (i % 2 === 0) return part === '' ? [] : [{ text: part }];
    return german(values[pattern.names.indexOf(part)] ?? '');
  });
}

function german(text: string): Piece[] {
  const whole = sentences[text] ?? conditions.get(text);
  if (whole !== undefined) return [{ text: whole }];
  if (NUMBER.test(text)) return [{ text: text.replace('.', ',') }];
  for (const pattern of patterns) {
    const found = pattern.match.exec(text);
    if (found) return filled(pattern, found.slice(1));
  }
  for (const between of [/(?<=\.)( )(?=[A-Z])/, /(; )/]) {
    const parts = text.split(between);
    if (parts.length > 1) return parts.flatMap((part, i) => (i % 2 ? [{ text: part }] : german(part)));
  }
  return [{ text, lang: 'en' }];
}

const pieces = (text: string): Piece[] => (language.get() === 'en' ? [{ text }] : german(text));

/** For places that take no marks. */
export const saidText = (text: string): string => pieces(text).map((piece) => piece.text).join('');

/** The sentence; what has no words in the language of the page is marked as English. */
export function Said({ text }: { text: string }) {
  return <>{pieces(text).map((piece, i) => (piece.lang ? <span key={i} lang={piece.lang}>{piece.text}</span> : <Fragment key={i}>{piece.text}</Fragment>))}</>;
}
