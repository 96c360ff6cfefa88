// Every page of the registry, whoever made it: axe in both themes, twice the size, the keyboard alone, on paper, in German.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { run, DESK, REFUSED, ROLES } from './clinic.mjs';

const registry = readFileSync(new URL('../../web/src/pages.ts', import.meta.url), 'utf8');
const paths = [...registry.matchAll(/\{ path: '([^']+)'/g)].map((found) => found[1]);
const HALF = { width: DESK.width / 2, height: DESK.height / 2 }; // what 200 % leaves of the screen

/** What the keyboard must reach: everything that can be pressed or filled in. A group of radios is one stop. */
const stops = () => {
  const shown = (element) => element.checkVisibility() && !element.closest('[inert], dialog:not([open])');
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(
    (element) => shown(element) && !element.disabled && element.tabIndex >= 0 && !(element.type === 'radio' && !element.checked));
  return all.map((element, i) => {
    element.dataset.stop = String(i);
    return `${element.tagName.toLowerCase()} ${(element.getAttribute('aria-label') ?? element.innerText ?? element.name ?? '').slice(0, 40)}`;
  });
};

/** The stop that has the focus, and whether that can be seen. */
const focused = () => {
  const element = document.activeElement;
  const marked = element.type === 'radio' || element.type === 'checkbox' ? element.nextElementSibling ?? element : element;
  const seen = [element, marked].some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const box = element.getBoundingClientRect();
  return { stop: element.dataset.stop, seen, name: `${element.tagName.toLowerCase()} ${element.type ?? ''} ${(element.labels?.[0] ?? element).innerText?.slice(0, 40) ?? ''}`, outline: getComputedStyle(element).outline, inView: box.bottom > 0 && box.top < innerHeight };
};

async function walk(page, path) {
  const list = await page.evaluate(stops);
  const reached = new Set();
  await page.evaluate(() => {
    document.activeElement?.blur();
    getSelection()?.removeAllRanges();
  });
  for (let i = 0; i < 2 * list.length + 6 && reached.size < list.length; i++) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(focused);
    if (now.stop === undefined) continue;
    assert.ok(now.seen, `${path}: nobody sees that "${now.name}" has the focus (${now.outline})`);
    assert.ok(now.inView, `${path}: "${now.name}" has the focus outside of what is shown`);
    reached.add(now.stop);
  }
  const left = new Set(await page.evaluate(() => [...document.querySelectorAll('[data-stop]')].map((element) => element.dataset.stop))); // a key frees the sound: what asks for that is gone
  const missed = list.filter((_, i) => !reached.has(String(i)) && left.has(String(i)));
  assert.deepEqual(missed, [], `${path}: the keyboard does not reach these`);
}

const settled = async (page) => {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
};

const LIMITS = { sbp_twice_mmhg: 180, dbp_twice_mmhg: 110, sbp_once_mmhg: 200, dbp_once_mmhg: 120, hr_high_per_min: 120, spo2_low_pct: 92, rr_low_per_min: 8, hr_low_per_min: 45, sbp_low_mmhg: 90 };

/** What the :parts of an address need: a patient with a kept plan, an order that its prescriber signed, and an entry of the register. */
async function partsOf(c) {
  const prescriber = await c.person('prescriber');
  const patient = await c.newPatient('prescriber', { family_name: 'Rundgang', given_name: 'Rosa' });
  for (const name of ['physician', 'nurse', 'therapist']) await prescriber.post(`/patients/${patient}/care`, { name });
  await prescriber.post('/profile', { name: 'Limits of the house', values: LIMITS });
  const { plan } = await prescriber.post(`/patients/${patient}/plans`, { subjects: 20, dose: ['98 mg ketamine iv over 4 h'] });
  const { digest } = await prescriber.get(`/patients/${patient}/plans/${plan}/sheet`);
  await prescriber.post(`/patients/${patient}/plans/${plan}/consent`, { sheet_version: digest, language: 'en', decision: 'agreed', off_label: 'explained' });
  const { order } = await prescriber.post(`/patients/${patient}/orders`, {
    plan, drug: 'ketamine', strength_mg_per_ml: 10, vial_ml: 20, concentration_mg_per_ml: 1, diluent: 'sodium_chloride_0_9', total_mg: 98, rate_ml_per_h: 24.5,
  });
  await prescriber.post(`/patients/${patient}/orders/${order}/sign`);
  const { entry } = await prescriber.post('/register', { kind: 'adverse_event', word: 'nausea_vomiting', severity: 'mild', what_happened: 'Vomited once.', patient });
  return { patient, plan, order, entry };
}

run(paths.map((path) => [`${path} is for everybody`, async (c) => {
  c.parts ??= await partsOf(c);
  const address = path.replace(/:(\w+)/g, (_, part) => {
    assert.ok(part in c.parts, `${path}: nothing here stands for :${part}`);
    return String(c.parts[part]);
  });
  let role, opened = false;
  for (role of ['physician', 'nurse', 'therapist', 'researcher', 'administrator']) {
    assert.ok(ROLES.includes(role));
    const page = await c.again(role, { path: address });
    page.expectErrors.push(REFUSED);
    await settled(page);
    if ((await page.getByRole('heading', { level: 1 }).first().innerText()) !== 'Not open to your account') {
      opened = true;
      assert.equal(await page.locator('.state-title', { hasText: /^(This could not be read|There is no such thing here|In the care of others)$/ }).count(), 0, `${path}: ${role} sees only why it is not shown`);
      await c.axe(page, path);
      await walk(page, path);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('.bar').isVisible(), false, `${path}: the top bar is printed`);
      assert.ok(await page.locator('h1, .paper .sheet-title').filter({ visible: true }).count() > 0, `${path}: the heading is not printed`);
      break;
    }
  }
  assert.ok(opened, `${path} opens to nobody`);
  const german = await c.again(role, { path: address, size: HALF, language: 'de', theme: 'dark' });
  german.expectErrors.push(REFUSED);
  await settled(german);
  const wide = await german.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.table-frame')).map((e) => e.className || e.tagName).slice(0, 5));
  assert.ok(await german.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path}: scrolls sideways at 200 %: ${wide}`);
  const english = await german.evaluate(() => document.body.innerText);
  assert.ok(!/\b(Loading|Try again|Cancel|Save|Patients)\b/.test(english), `${path}: English words in German: ${english.slice(0, 200)}`);
}]), { users: { prescriber: ['physician'] } });
