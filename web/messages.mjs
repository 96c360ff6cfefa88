// The texts of the app, and what must be true of them.
//   node messages.mjs          say what is wrong, as TAP
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  console.log('1..4');
  console.log(`${found.length ? 'not ' : ''}ok 1 - every text is there in each language, with the same placeholders, and used`);
  for (const problem of found) console.log(`# ${problem}`);
  console.log(`${broken.length === 4 ? '' : 'not '}ok 2 - this check sees a missing, an unused and a differing text`);
  console.log(`${nameless.length || seen.length !== 1 ? 'not ' : ''}ok 3 - the audit has a word for every use case`);
  for (const problem of nameless) console.log(`# ${problem}`);
  const renamed = misnamed(readFileSync(PROTOCOLS, 'utf8'), messages.en), other = misnamed('  - id: a\n    name: A\n  - id: b\n    name: B\n', { 'planner.named.a': 'A', 'planner.named.b': 'C' });
  console.log(`${renamed.length || other.length !== 1 ? 'not ' : ''}ok 4 - the planner names each shipped protocol as the rules do`);
  for (const problem of renamed) console.log(`# ${problem}`);
  process.exitCode = found.length || broken.length !== 4 || nameless.length || seen.length !== 1 || renamed.length || other.length !== 1 ? 1 : 0;
}
