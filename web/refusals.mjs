// The sentences with which the server refuses, read from its C sources, and those of them that have no German.

/** Calls that say something to whoever sits before a page, and which of their arguments is the sentence; null: the first that is one. */
const SAYING = { rsp_error_set: 3, rsp_call_refuse: 4, rsp_yaml_error: 3, rsp_order_gate: null, mismatch: null, gate: null, say: null, sentence: null, trouble: null };

/** Never sent: the page is told that something failed inside. */
const INSIDE = /^RSP_E_(MEMORY|BUG|DAMAGED|IO|NUMERIC|CANCELLED)$/;

/** The page has words of its own for these (messages/LANGUAGE/error.json), or mends them itself. */
const OWN_WORDS = /^RSP_REFUSED_(SIGN_IN|CREDENTIALS|THROTTLED|CSRF|PERMISSION|CONFIRM|PASSWORD|CARE|KEY|REUSED|VERSION)$/;

/** What only a program that speaks to the server, the command line or damaged rules bring about. */
const NOT_OF_A_PAGE = [
  /^the rules (do not say|say nothing|have no|lack)/, /^these rules hold no section/, /has more than %d covariates$/, /^at most %d conditions can be watched$/, /^more than %d chairs$/,
  /^(an object|one role a text|32 hexadecimal digits|texts and numbers|a list of .*|acknowledge, pause, .*) (is|are) expected/, /^(an unknown field|a field that is not known here)/, /^the text has a NUL/, /^more than %d levels$/,
  /^regimens are objects/, /^give one regimen at least/, /^a text, or for dose a list of texts/, /^a day from `from`/, /^premedication and rescue are expected/, /^a medicine has name, dose_mg/, /^an interval is during_min/,
  /^a session has no task/, /^this session has no task/, /^the interval of '/, /^events are numbered/, /^an order has a total above zero/, /^give weight_kg or weight/,
  /^there is no role/, /^the secret is not base 32$/, /^(this is no demonstration|the store has facts already|the demonstration has no account)/,
  /^(%\.4g mL last|the programme needs|every rate that this needs|limits and rates per kg|%s ng\/mL of %s is|no level from 1 ng\/mL|dissociation is not predicted here)/,
  /^%s of %s days: a regimen is chosen over/, /can be reached from elsewhere/, /^there is no earlier infusion in the record that could/, /^it contradicts the diary/,
  /^(the reader of patient files|a text for the word|at most %d (parameters|assumptions)$|an SD on the log|assumptions: name|unknown condition '|near_daily is|least_infusions is|%s: a list of two|relief is expected|diary and futility)/,
  /^(Write \{start|Write weight|Write an earlier|history_unasked goes|Expected (one word|a list|an id)|Give birth_date or age_y|weight needs value_kg|The patient file is empty|A patient file )/,
];

/** The arguments of a call, from behind its bracket. */
function argumentsAt(code, start) {
  const found = [''];
  for (let at = start, depth = 0; at < code.length; at++) {
    const quoted = code[at] === '"' ? /^"(?:[^"\\]|\\.)*"/.exec(code.slice(at))?.[0] : undefined;
    if (quoted === undefined && depth === 0 && code[at] === ')') break;
    if (quoted === undefined && depth === 0 && code[at] === ',') {
      found.push('');
      continue;
    }
    if (quoted === undefined) depth += '([{'.includes(code[at]) ? 1 : ')]}'.includes(code[at]) ? -1 : 0;
    found[found.length - 1] += quoted ?? code[at];
    at += (quoted?.length ?? 1) - 1;
  }
  return found.map((text) => text.trim());
}

/** The sentences of an argument: pieces that follow one another are one, a macro among them is a place, choices are several. */
function sentencesIn(argument) {
  return [...argument.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*(?:"(?:[^"\\]|\\.)*"|[A-Z][A-Z_]+\b))*/g)].map(([run]) =>
    [...run.matchAll(/"((?:[^"\\]|\\.)*)"|[A-Z][A-Z_]+\b/g)].map(([, text]) => text ?? '%s').join('').replace(/\\(["\\])/g, '$1')).filter((text) => /\w \w|\w.*: /.test(text));
}

/** The formats of all sentences that a page can meet. */
export function formats(sources) {
  const all = sources.flatMap((code) => [...code.matchAll(new RegExp(`\\b(${Object.keys(SAYING).join('|')})\\(`, 'g'))].flatMap(({ 0: call, 1: name, index }) => {
    const given = argumentsAt(code, index + call.length);
    if (given.some((one) => INSIDE.test(one) || OWN_WORDS.test(one))) return [];
    const place = SAYING[name] ?? given.findIndex((one) => sentencesIn(one).length > 0);
    return place < 0 || given.length <= place ? [] : sentencesIn(given[place]);
  }));
  return [...new Set(all)].filter((text) => !NOT_OF_A_PAGE.some((one) => one.test(text)));
}

/** Formats for which no sentence stands in the list, with whatever fills them. */
export function unanswered(all, said) {
  const known = Object.keys(said);
  if (all.length === 0) return ['no sentence found'];
  return all.filter((format) => {
    const pieces = format.split(/%[-+ #0]*[\d.*]*(?:hh|h|ll|l|z|j)?[a-zA-Z]/).map((text) => text.replaceAll('%%', '%').replace(/[.*+?^$()[\]{}|\\/]/g, '\\$&'));
    const match = new RegExp(`^${pieces.join('.*')}$`, 's');
    return !known.some((english) => match.test(english));
  }).map((format) => `no German for "${format}"`);
}
