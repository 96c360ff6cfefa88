// Sentences that the server writes in English - of rules, protocols and forecasts, and why it refuses - in the language of the page. They are
// found by the English sentence itself (messages/rules_de.json, service_de.json): one that has changed since, also in an old finding, is shown
// in English rather than by words that no longer fit it.
import { Fragment } from 'preact';
import { messages, sentences, served } from 'respite:messages';
import { date, dateTime } from './format.ts';
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
  /** Numbers keep the point with which they are typed. */
  pointed: boolean;
}

const NAME = /\{(\w+)\}/g;
const NUMBER = /^-?\d+(\.\d+)?( \S+)?$/;
const DAY = /^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/;

const escaped = (text: string): string => text.replace(/[.*+?^$()[\]|\\/]/g, '\\$&');

/** What fills a place: never more than one sentence. */
const VALUE = '((?:(?!\\. [A-Z]).)*?)';

/** A piece of a list in brackets. */
const PIECE = '((?:(?!\\. [A-Z]|\\); ).)+?)', NUMERAL = '(-?[\\d.,]+)', SPAN = '([\\d.]+ [a-z]+)';

/** Places that take no more, or other, than that. */
const TAKES: Record<string, string> = { all: '(.+)', why: PIECE, else: PIECE, n: NUMERAL, h: NUMERAL, mg: NUMERAL, low: NUMERAL, high: NUMERAL, time: SPAN, gap: SPAN, dose: '([\\d.]+ mg\\S*)', model: '(\\S+)', healthy: '(healthy people)', severity: '(mild|moderate|severe)' };

/** Places that hold a word of the server, and where the page has it. */
const WORDS: Record<string, string> = {
  order_state: `order.state.`, visit_state: `visit.state.`, state: `session.state.`, event: `session.event.`, gate: `start.gate.`, criterion: `leaving.criterion.`,
  item: `leaving.item.`, use: `order.use.`, drug: `drug.`, route: `route.`, way: `route.short.`, move: `ledger.move.`,
};

/** Places that hold what somebody typed, read or is to type. */
const TYPED: readonly string[] = ['typed', 'text', 'read', 'word', 'rules'];

/** A second place of a kind has its number after its name. */
const kindOf = (name: string): string => name.replace(/\d+$/, '');

function wordsOf(prefix: string): string[] {
  return Object.keys(messages.en).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).filter((word) => !word.includes('.'));
}

/** Names of conditions as the server writes them into its sentences. */
const conditions = new Map(Object.entries(messages.en).filter(([key]) => key.startsWith('condition.')).map(([key, english]) => [english, messages.de[key]]));

/** A place for a rule holds one that is known: what stands before it may have colons of its own. */
const rules = Object.keys(sentences).filter((english) => !english.includes('{')).map(escaped).join('|');

function place(name: string): string {
  const kind = kindOf(name), prefix = WORDS[kind];
  if (kind === 'rule') return `(${rules})`;
  return prefix === undefined ? TAKES[kind] ?? VALUE : `(${wordsOf(prefix).join('|')})`;
}

function regular(english: string): RegExp {
  return new RegExp(`^${english.split(NAME).map((part, i) => (i % 2 === 0 ? escaped(part) : place(part))).join('')}$`, 's');
}

const withPlaces = (said: Record<string, string>, pointed: boolean) =>
  Object.entries(said).filter(([english]) => english.includes('{')).map(([english, german]) => ({ own: english.replace(NAME, '').length, english, german, pointed }));

/** Sentences with places to fill, the one with most words of its own first. */
const patterns: Pattern[] = [...withPlaces(sentences, false), ...withPlaces(served, true)]
  .sort((a, b) => b.own - a.own)
  .map(({ english, german, pointed }) => ({ match: regular(english), names: [...english.matchAll(NAME)].map((found) => found[1] ?? ''), german, pointed }));

function value(name: string, text: string, pointed: boolean): Piece[] {
  const word = messages.de[`${WORDS[kindOf(name)] ?? ''}${text}`];
  if (WORDS[kindOf(name)] !== undefined && word !== undefined) return [{ text: word }];
  return TYPED.includes(kindOf(name)) || (pointed && NUMBER.test(text)) ? [{ text }] : german(text);
}

function filled(pattern: Pattern, values: readonly string[]): Piece[] {
  return pattern.german.split(NAME).flatMap((part, i) => {
    if (i % 2 === 0) return part === '' ? [] : [{ text: part }];
    return value(part, values[pattern.names.indexOf(part)] ?? '', pattern.pointed);
  });
}

function german(text: string): Piece[] {
  const whole = sentences[text] ?? served[text] ?? conditions.get(text);
  if (whole !== undefined) return [{ text: whole }];
  const begun = served[text.charAt(0).toLowerCase() + text.slice(1)]; // a word that begins its sentence
  if (begun !== undefined) return [{ text: begun.charAt(0).toUpperCase() + begun.slice(1) }];
  if (NUMBER.test(text)) return [{ text: text.replace('.', ',') }];
  if (DAY.test(text)) return [{ text: text.includes(':') ? dateTime(text) : date(text) }];
  for (const pattern of patterns) {
    const found = pattern.match.exec(text);
    if (found) return filled(pattern, found.slice(1));
  }
  for (const between of [/(?<=\.)( )(?=[A-Z])/, /(?<=\))(; )/, /(; )/, /(: )/]) {
    const parts = text.split(between);
    if (parts.length > 1) return parts.flatMap((part, i) => (i % 2 ? [{ text: part }] : german(part)));
  }
  return [text.includes(' ') ? { text, lang: 'en' } : { text }]; // a name, a number of a lot, a unit
}

const pieces = (text: string): Piece[] => (language.get() === 'en' ? [{ text }] : german(text));

/** For places that take no marks. */
export const saidText = (text: string): string => pieces(text).map((piece) => piece.text).join('');

/** The sentence; what has no words in the language of the page is marked as English. */
export function Said({ text }: { text: string }) {
  return <>{pieces(text).map((piece, i) => (piece.lang ? <span key={i} lang={piece.lang}>{piece.text}</span> : <Fragment key={i}>{piece.text}</Fragment>))}</>;
}
