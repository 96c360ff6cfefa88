// The texts of the app, and what must be true of them.
//   node messages.mjs          say what is wrong, as TAP
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formats, unanswered } from './refusals.mjs';

const home = dirname(fileURLToPath(import.meta.url));
export const LANGUAGES = ['en', 'de'];

/** All texts of a language by key; each key begins with the name of its file. */
export function messagesOf(language) {
  const all = {};
  const folder = join(home, 'messages', language);
  for (const name of readdirSync(folder).sort()) {
    const page = basename(name, '.json');
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(join(folder, name), 'utf8')))) {
      if (!key.startsWith(page + '.')) throw new Error(`${language}/${name}: ${key} should begin with "${page}."`);
      if (typeof text !== 'string' || text === '') throw new Error(`${language}/${name}: ${key} has no text`);
      all[key] = text;
    }
  }
  return all;
}

/** What the server says in English, by the sentence itself, in another language: of the `rules`, or of the `service` itself. */
export const sentencesOf = (language, of) => JSON.parse(readFileSync(join(home, 'messages', `${of}_${language}.json`), 'utf8'));

/** German words of the history by the English ones, which the server writes into its findings. */
export function historyWords() {
  const rules = (name) => readFileSync(join(home, '../rules', name), 'utf8');
  const wordsIn = (text, indent) => new Map([...text.matchAll(new RegExp(`^ {${indent}}(\\w+): "?([^"{\\n]+)"?$`, 'gm'))].map(([, word, said]) => [word, said]));
  const english = wordsIn(rules('words.yaml').split('\nmedication_classes:')[0], 2), german = wordsIn(rules('record_form.yaml').split('\nhistory:')[1], 6);
  return Object.fromEntries([...english].flatMap(([word, text]) => {
    if (!german.has(word)) throw new Error(`rules/record_form.yaml: no German for the word "${word}" of the history`);
    return [[text, german.get(word)], [word.replaceAll('_', ' '), german.get(word)]];
  }));
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : /\.tsx?$/.test(entry.name) ? [join(folder, entry.name)] : [],
  );
}

/** Keys that the source names: whole ones, beginnings of composed ones, and those with plural forms. A quoted word with the name of a
 * page before its point is a key. */
export function keysUsed(texts, pages) {
  const whole = new Set(), begun = new Set(), plural = new Set();
  for (const text of texts) {
    for (const [, kind, quote, key] of text.matchAll(/\b(tn|t)\(\s*(['"`])([a-z_][\w.]*\.[\w.]*)/g)) {
      const dynamic = quote === '`' && text.slice(text.indexOf(key) + key.length, text.indexOf(key) + key.length + 2) === '${';
      if (kind === 'tn') plural.add(key);
      else if (dynamic || key.endsWith('.')) begun.add(key);
      else whole.add(key);
    }
    // keys in tables and in choices between two
    for (const [, key] of text.matchAll(/'([a-z_]\w*\.[\w.]+)'/g)) if (pages.has(key.split('.')[0]) && !plural.has(key)) whole.add(key);
  }
  return { whole, begun, plural };
}

const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join(',');

const USE_CASES = join(home, '../src/clinic/service/use_cases.h');

const PROTOCOLS = join(home, '../rules/protocols.yaml');

/** Shipped protocols that the planner does not name, or names otherwise than the rules do. */
function misnamed(rules, words) {
  const shipped = [...rules.matchAll(/^ {2}- id: (\w+)\n {4}name: (.+)$/gm)];
  return [...(shipped.length === 0 ? ['no protocol found'] : []), ...shipped.filter(([, id, name]) => words[`planner.named.${id}`] !== name).map(([, id, name]) => `planner.named.${id} should be "${name}"`)];
}

/** What the audit has no word for, of the use cases that the server declares. */
function unnamed(header, words) {
  const names = [...header.matchAll(/\bX\((\w+), RSP_ROLE/g)].map(([, name]) => name);
  return [...(names.length === 0 ? ['no use case found'] : []), ...names.filter((name) => !(`audit.case.${name}` in words)).map((name) => `no text for audit.case.${name}`)];
}

const SPOKEN = ['candidacy', 'dosing', 'interactions', 'limits', 'prediction', 'protocols', 'record_form', 'session', 'setting'];

/** The sentences of a file of rules: plain, quoted, or folded over the lines that follow. */
function spoken(rules) {
  const lines = rules.split('\n');
  return lines.flatMap((line, at) => {
    const found = /^( *(?:- )?)(?:text|finding|action|note|impossible_source|implausible_source): (.+)$/.exec(line);
    if (found === null) return [];
    const [, { length: column }, first] = found, end = lines.findIndex((next, i) => i > at && next.search(/\S/) <= column);
    const rest = lines.slice(at + 1, end < 0 ? undefined : end).filter((next) => next.trim() !== '').map((next) => next.trim());
    if (first === '>-') return [rest.join(' ')];
    if (rest.length > 0 || /^[>|&*']/.test(first)) throw new Error(`rules: "${first}" is written in a way that this check does not read`);
    return [first.startsWith('"') ? JSON.parse(first) : first];
  });
}

/** Where the server says why it refuses what a page asks for, or what a device does wrongly, and where its words come from. */
const SAYING = ['clinic/service', 'clinic/session', 'clinic/record', 'clinic/rules/regimen.c', 'engine/model/dose.c', 'engine/model/drug.c', 'base/date.c', 'base/number.c', 'base/units.c',
  'clinic/exchange/observed.c', 'clinic/exchange/hl7.c', 'clinic/exchange/hl7_time.c', 'app/device/link.c', 'app/device/listen.c'];
const WORDS_OF = [...SAYING, 'clinic/rules'];

/** Text of C sources, of a folder or of one file of src. */
function codeOf(places) {
  return places.flatMap((place) => {
    const path = join(home, '../src', place);
    return place.endsWith('.c') ? [readFileSync(path, 'utf8')] : readdirSync(path).filter((name) => /\.[ch]$/.test(name)).map((name) => readFileSync(join(path, name), 'utf8'));
  });
}

/** The people of the models, as the service writes them. */
function conditionsOfModels() {
  const folder = join(home, '../models');
  return readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => /conditions: \[(.*)\]/.exec(readFileSync(join(folder, name), 'utf8'))?.[1]?.replaceAll('_', ' ') ?? '');
}

const figures = (text) => [...text.replace(/\{\w+\}/g, '').matchAll(/\d+(?:[.,]\d+)*/g)].map(([n]) => n.replace(/\D/g, '')).sort().join(' ');

/** Sentences of rules without German words, German words of sentences that nobody says, and figures that differ. Words of the service itself, and
 * those between the places of a pattern, stand in its code. */
export function unsaid(rules, said, code) {
  const one = code.replace(/"\s*\n\s*"/g, '').replace(/%%/g, '%').replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  const own = (english) => english.split(/\{\w+\}/).every((part) => one.includes(part.trim()));
  return [
    ...(rules.length === 0 ? ['no rule found'] : []),
    ...[...new Set(rules)].filter((text) => !(text in said)).map((text) => `no German for "${text}"`),
    ...Object.keys(said).filter((text) => !rules.includes(text) && !own(text)).map((text) => `nobody says "${text}"`),
    ...Object.entries(said).filter(([english, german]) => figures(english) !== figures(german) || placeholders(english) !== placeholders(german))
      .map(([english]) => `other figures or places in the German of "${english}"`),
  ];
}

/** Sentences on what is wrong; none when all is well. */
export function problems(messages, texts) {
  const found = [];
  const { whole, begun, plural } = keysUsed(texts, new Set(Object.keys(messages.en).map((key) => key.split('.')[0])));
  const [first, ...others] = LANGUAGES;
  for (const other of others)
    for (const key of new Set([...Object.keys(messages[first]), ...Object.keys(messages[other])])) {
      if (!(key in messages[other])) found.push(`${other} lacks ${key}`);
      else if (!(key in messages[first])) found.push(`${first} lacks ${key}`);
      else if (placeholders(messages[first][key]) !== placeholders(messages[other][key]))
        found.push(`${key} has other placeholders in ${other} than in ${first}`);
    }
  const known = messages[first];
  for (const key of whole) if (!(key in known)) found.push(`no text for ${key}`);
  for (const key of begun)
    if (!Object.keys(known).some((name) => name.startsWith(key))) found.push(`no text begins with ${key}`);
  for (const key of plural)
    for (const form of ['one', 'other']) if (!(`${key}.${form}` in known)) found.push(`no text for ${key}.${form}`);
  for (const key of Object.keys(known)) {
    const form = /^(.*)\.(one|other)$/.exec(key);
    if (whole.has(key) || (form && plural.has(form[1])) || [...begun].some((start) => key.startsWith(start))) continue;
    found.push(`nobody uses ${key}`);
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const messages = Object.fromEntries(LANGUAGES.map((language) => [language, messagesOf(language)]));
  const found = problems(messages, sources(join(home, 'src')).map((path) => readFileSync(path, 'utf8')));
  const broken = problems({ en: { 'a.x': '{n} dose', 'a.y': 'y' }, de: { 'a.x': 'Dosis' } }, ["t('a.x') t('a.z')"]);
  const nameless = unnamed(readFileSync(USE_CASES, 'utf8'), messages.en), seen = unnamed('X(a, RSP_ROLES) X(b, RSP_ROLE_NURSE)', { 'audit.case.a': 'a' });
  const code = codeOf(['clinic/rules', 'clinic/service']);
  const rules = SPOKEN.flatMap((name) => spoken(readFileSync(join(home, '../rules', `${name}.yaml`), 'utf8')));
  const silent = unsaid(rules, sentencesOf('de', 'rules'), code.join('\n'));
  const wrong = unsaid(spoken('  - text: a 1\n    action: "b"\n    note: >-\n      c\n      d\n'), { 'a 1': 'A 2', 'c d': 'C D', e: 'E', '{x} f': '{x} F' }, '"%s f"');
  const served = sentencesOf('de', 'service'), spokenOf = codeOf(WORDS_OF);
  const mute = [...unanswered(formats(codeOf(SAYING)), { ...sentencesOf('de', 'rules'), ...served }), ...unsaid([], served, [...spokenOf, ...['orders', 'candidacy', 'families', 'instruments', 'sources'].map((name) => readFileSync(join(home, '../rules', `${name}.yaml`), 'utf8').replace(/\n +/g, ' ')), ...conditionsOfModels()].join('\n')).slice(1)];
  const unheard = unanswered(formats(['rsp_call_refuse(call, A, RSP_E_LIMIT, "", "%s is " "%d mg", a, b); rsp_error_set(err, RSP_E_MEMORY, "", "no room"); say(j, x ? "this one" : "that one")']), { '{a} is {b} mg': '', 'this one': '' });
  console.log('1..6');
  console.log(`${found.length ? 'not ' : ''}ok 1 - every text is there in each language, with the same placeholders, and used`);
  for (const problem of found) console.log(`# ${problem}`);
  console.log(`${broken.length === 4 ? '' : 'not '}ok 2 - this check sees a missing, an unused and a differing text`);
  console.log(`${nameless.length || seen.length !== 1 ? 'not ' : ''}ok 3 - the audit has a word for every use case`);
  for (const problem of nameless) console.log(`# ${problem}`);
  const renamed = misnamed(readFileSync(PROTOCOLS, 'utf8'), messages.en), other = misnamed('  - id: a\n    name: A\n  - id: b\n    name: B\n', { 'planner.named.a': 'A', 'planner.named.b': 'C' });
  console.log(`${renamed.length || other.length !== 1 ? 'not ' : ''}ok 4 - the planner names each shipped protocol as the rules do`);
  for (const problem of renamed) console.log(`# ${problem}`);
  console.log(`${silent.length || wrong.length !== 3 ? 'not ' : ''}ok 5 - German says every sentence of the rules as it is today, with the same figures`);
  for (const problem of silent) console.log(`# ${problem}`);
  console.log(`${mute.length || unheard.length !== 1 ? 'not ' : ''}ok 6 - German says every sentence with which the server refuses`);
  for (const problem of mute) console.log(`# ${problem}`);
  process.exitCode = mute.length || unheard.length !== 1 || silent.length || wrong.length !== 3 || found.length || broken.length !== 4 || nameless.length || seen.length !== 1 || renamed.length || other.length !== 1 ? 1 : 0;
}
