// The real program on a free port with an account of every role, and a browser in front of it, for the tests of this folder.
//
//   run([['a sentence that must be true', async (c) => { ... }], ...]);
//
// c.visit('nurse', { path: '/patients' }) opens a page that is signed in; c.axe(page) asks axe-core about it in both themes; c.shot(page, NAME)
// takes a picture for the manual when RESPITE_PICTURES names a folder. An error in the console or a breach of the content policy fails the test.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sentencesOf } from '../../web/messages.mjs';
import { CHROMIUM } from './chromium.mjs';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const ROLES = ['physician', 'nurse', 'therapist', 'researcher', 'administrator'];
export const PASSWORD = 'a long pass phrase';
export const DESK = { width: 1366, height: 768 };
export const TABLET = { width: 820, height: 1180 };
export const RECORD = {
  sex: 'f', weight_kg: 70, height_cm: 168, condition: 'crps', baseline_nrs: 7.2, history: [], allergies: [], medications: [], setting: 'inpatient',
  tests: { alt_u_per_l: { value: 24, upper_limit: 40 }, sbp_mmhg: 124, dbp_mmhg: 78, hr_per_min: 72, spo2_pct: 98, pregnancy: 'negative', ecg: 'normal' },
};
const STEP_S = 30;
const PATIENCE_MS = 20_000; // a machine that is busy with other tests is slow

/** RFC 6238, written anew: the program's own codes are not asked. */
export function codeOf(secret, step) {
  const bits = [...secret.replace(/=+$/, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Clinic {
  secrets = {};
  used = {};
  people = {};
  contexts = [];
  lent = {};
  complaints = [];

  /** demo: the made-up clinic instead of an empty one; its accounts are its own. */
  constructor(program, options = [], demo = false) {
    this.program = program;
    this.options = options;
    this.demo = demo;
    this.passwords = {};
    this.folder = mkdtempSync(join(tmpdir(), 'respite-web-'));
    this.db = join(this.folder, 'clinic.db');
    if (!demo) execFileSync(program, ['db', 'init', '--db', this.db], { stdio: 'ignore' });
  }

  /** Add an account at the console. */
  userAdd(name, ...roles) {
    const given = ['user', 'add', name, '--db', this.db, '--json', ...roles.flatMap((role) => ['--role', role])];
    this.secrets[name] = JSON.parse(execFileSync(this.program, given, { input: PASSWORD + '\n' })).totp_secret;
  }

  /** A code that was not used. One step ahead is accepted too: each account has two in half a minute, so take accounts anew rather than wait. */
  async freshCode(name) {
    for (;;) {
      const now = Math.floor(Date.now() / 1000 / STEP_S);
      for (const step of [now, now + 1])
        if (step > (this.used[name] ?? 0)) {
          this.used[name] = step;
          return codeOf(this.secrets[name], step);
        }
      await wait(200);
    }
  }

  async start(listen = '127.0.0.1:0') {
    const made = this.demo && this.url === undefined ? ['--demo'] : [];
    this.process = spawn(this.program, ['serve', '--db', this.db, '--listen', listen, ...made, ...this.options], {
      stdio: ['ignore', 'pipe', openSync(join(this.folder, 'log'), 'a')],
    });
    const lines = createInterface({ input: this.process.stdout });
    const line = await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      this.process.once('exit', () => reject(new Error(`the server did not start: ${readFileSync(join(this.folder, 'log'), 'utf8')}`)));
    });
    const ready = JSON.parse(line);
    this.url = ready.url;
    this.hl7 = ready.hl7; // where devices are listened to, when they are
    for (const { name, password, totp_secret } of ready.users ?? []) {
      this.secrets[name] = totp_secret;
      this.passwords[name] = password;
    }
  }

  /** End the server; start(this.listen) begins it again on the same port. */
  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    this.listen = this.url.replace('http://', '');
    const over = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await over;
  }

  /** Somebody's session by the API alone, made once: for data that a test needs, and for pages that are signed in. */
  async person(name) {
    if (this.people[name]) return this.people[name];
    const ask = async (method, path, body, more = {}) => {
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': randomBytes(16).toString('hex'), ...more };
      if (person.cookie) Object.assign(headers, { Cookie: `${person.cookie.name}=${person.cookie.value}`, 'X-Respite-CSRF': person.csrf });
      if (method === 'GET') delete headers['Content-Type'];
      const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: method === 'GET' ? undefined : JSON.stringify(body ?? {}) });
      const answer = await response.json();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      return { answer, response };
    };
    const person = { name, get: async (path) => (await ask('GET', path)).answer, post: async (path, body) => (await ask('POST', path, body)).answer };
    const { ticket } = await person.post('/sign-in', { name, password: this.passwords[name] ?? PASSWORD });
    const second = await ask('POST', '/sign-in/code', { ticket, code: await this.freshCode(name) });
    const [cookie, value] = second.response.headers.get('set-cookie').split(';')[0].split('=');
    Object.assign(person, { cookie: { name: cookie, value }, csrf: second.answer.csrf });
    this.people[name] = person;
    return person;
  }

  /** A patient whom this person cares for. Returns the opaque number. */
  async newPatient(name, identity = {}, record = {}) {
    const person = await this.person(name);
    const given = { family_name: 'Muster', given_name: 'Anna', birth_date: '1980-05-14', ...identity };
    return (await person.post('/patients', { identity: given, record: { ...RECORD, ...record } })).patient;
  }

  /** A page in a browser of its own. name: who is signed in; null: nobody. before: what is done with the page before it opens. */
  async visit(name, { path = '/', size = DESK, theme = 'light', language = 'en' } = {}, before = null) {
    const context = await this.browser.newContext({
      baseURL: this.url, viewport: size, colorScheme: theme, locale: language === 'de' ? 'de-DE' : 'en-GB', reducedMotion: 'reduce', timezoneId: 'Europe/Berlin',
    });
    this.contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    if (name !== null) {
      const { cookie } = await this.person(name);
      await context.addCookies([{ ...cookie, url: this.url, httpOnly: true, sameSite: 'Strict' }]);
    }
    const page = await context.newPage();
    page.expectErrors = []; // patterns of console lines that this test is about
    page.on('console', (message) => {
      if (message.type() === 'error' || /Content Security Policy/i.test(message.text())) this.complaints.push({ page, text: `${message.text()} ${message.location().url}` });
    });
    page.on('pageerror', (error) => this.complaints.push({ page, text: String(error) }));
    if (before) await before(page);
    await page.goto(path);
    return page;
  }

  /** The same page again for the same person and look, at another address: a new browser for each costs five times as much. For tests that only read. */
  async again(name, { path, ...look }) {
    const key = JSON.stringify([name, look]), page = this.lent[key];
    if (page === undefined) {
      this.lent[key] = await this.visit(name, { path, ...look });
      this.contexts.pop(); // closed when all is over
      return this.lent[key];
    }
    page.expectErrors = [];
    await page.emulateMedia({ media: null, colorScheme: look.theme ?? 'light' });
    await page.goto(path);
    return page;
  }

  /** axe-core finds nothing, light and dark; and no text of the page is null, NaN or undefined. */
  async axe(page, what = page.url()) {
    const words = await page.evaluate(() => document.body.innerText);
    const bad = /\b(null|NaN|undefined|\[object)\b/.exec(words);
    if (bad) throw new Error(`${what} shows "${bad[0]}": ${words.slice(Math.max(0, bad.index - 80), bad.index + 40)}`);
    const scrolled = await page.evaluate(() => { const y = scrollY; scrollTo(0, 0); return y; }); // half under the bar a field would be called too small
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
      const found = await page.evaluate((dark) => axe.run({
        runOnly: dark ? { type: 'rule', values: ['color-contrast'] } : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], // only colours differ
        resultTypes: ['violations'],
      }), colorScheme === 'dark');
      const lines = found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary.replace(/\s+/g, ' ').slice(0, 200)}`));
      if (lines.length > 0) throw new Error(`${what}, ${colorScheme}:\n${lines.slice(0, 8).join('\n')}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.evaluate((y) => scrollTo(0, y), scrolled);
  }

  /** A picture for docs/manual/pictures. */
  async shot(page, name, options = {}) {
    const folder = process.env.RESPITE_PICTURES;
    if (!folder) return;
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide', ...options });
  }

  /** What browsers complained of since the last look, but what a test expects. */
  complaintsNow() {
    const list = this.complaints.filter(({ page, text }) => !page.expectErrors.some((pattern) => pattern.test(text)));
    this.complaints = [];
    return list.map(({ text }) => text);
  }

  async closePages(contexts = this.contexts.splice(0)) {
    for (const context of contexts) {
      for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' }); // an answer under way finds no page any more
      await context.close();
    }
  }

  async close() {
    await this.closePages([...this.contexts.splice(0), ...Object.values(this.lent).map((page) => page.context())]);
    await this.browser?.close();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Fill a field by its label. */
/** No sentence of the rules stands in English on a German page, open or folded, and some stand in German. */
export async function saysRulesInGerman(page) {
  const text = await page.evaluate(() => document.querySelector('main').textContent);
  const longest = (sentence) => sentence.split(/\{\w+\}/).sort((a, b) => b.length - a.length)[0];
  const all = ['rules', 'service'].flatMap((of) => Object.entries(sentencesOf('de', of)));
  const said = all.map((pair) => pair.map(longest)).filter(([english, german]) => english.length > 14 && !german.includes(english));
  assert.deepEqual(said.map(([english]) => english).filter((english) => text.includes(english)), [], 'said in English');
  assert.ok(said.some(([, german]) => text.includes(german)), 'nothing said in German');
}

export const fill = (page, label, value) => page.getByLabel(label, { exact: true }).fill(value);
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Sign in as a person does. */
export async function signIn(c, page, name, password = PASSWORD) {
  await fill(page, 'Name of your account', name);
  await fill(page, 'Password', password);
  await press(page, 'Continue');
  await fill(page, 'Code of your second factor', await c.freshCode(name));
  await press(page, 'Sign in');
}

/** Answer the dialog that asks for password and code. */
export async function confirm(c, page, name) {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.getByLabel('Password', { exact: true }).fill(c.passwords[name] ?? PASSWORD);
  await dialog.getByLabel('Code of your second factor').fill(await c.freshCode(name));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
}

/** Requests that are refused are errors to the console of a browser, not to us. */
export const REFUSED = /the server responded with a status of (4\d\d|503)/;
export const UNREACHABLE = /net::ERR_|Failed to load resource/;

/** Run tests as TAP. Options: { options: more of `respite serve`, users: {name: [roles]}, demo: in the made-up clinic }. */
export async function run(tests, { options = [], users = {}, demo = false } = {}) {
  const only = process.env.RESPITE_ONLY;
  const c = new Clinic(process.argv[2], options, demo);
  let failed = 0;
  try {
    for (const role of demo ? [] : ROLES) c.userAdd(role, role);
    for (const [name, roles] of Object.entries(users)) c.userAdd(name, ...roles);
    await c.start();
    c.browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none', '--lang=en-GB'] });
    const chosen = tests.filter(([sentence]) => !only || sentence.includes(only));
    console.log(`1..${chosen.length}`);
    for (const [i, [sentence, test]] of chosen.entries()) {
      let problem = null;
      try {
        await test(c);
      } catch (error) {
        problem = error.message;
      }
      const complaints = c.complaintsNow();
      if (problem === null && complaints.length > 0) problem = `the console says: ${complaints.join(' | ')}`;
      if (problem !== null) failed++;
      console.log(`${problem === null ? '' : 'not '}ok ${i + 1} - ${sentence}`);
      if (problem !== null) console.log(problem.split('\n').slice(0, 24).map((line) => `# ${line}`).join('\n'));
      await c.closePages();
      for (const page of Object.values(c.lent)) await page.goto('about:blank'); // it asks nothing any more
    }
  } finally {
    await c.close();
  }
  process.exitCode = failed > 0 ? 1 : 0;
}
