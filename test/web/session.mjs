// The session at the bedside: from the checked order to the way home, on one screen; what is uncertain and what is not heard is loud.
import assert from 'node:assert/strict';
import { fill, press, run, REFUSED, TABLET, UNREACHABLE } from './clinic.mjs';
import { checked, confirmed, heading, issued, mayStart, planned, VIAL } from './ordering.mjs';

const WEIGHT_KG = 70, MG_PER_ML = 1, TOTAL_MG = 98; // of RECORD in clinic.mjs, and of the order
const TARGET_PX = 44;
const NARROW = '\u00a0';

const plain = (text) => text.replaceAll(NARROW, ' ');
const state = (page, word) => page.locator('.session-head .session-state', { hasText: word }).waitFor();

/** A session that may begin, and what its nurse says by the API. */
async function ready(c, record) {
  const { patient, order } = await checked(c, record);
  await issued(c, order);
  const nurse = await c.person('nurse'), path = `/patients/${patient}/orders/${order}`;
  await mayStart(c, path);
  return { patient, order, path, page: `${path}/session`, look: () => nurse.get(`${path}/bedside`), say: (event, more = {}) => nurse.post(`${path}/bedside`, { event, ...more }), suppose: (event, more = {}) => nurse.post(`${path}/bedside/suppose`, { event, ...more }) };
}

/** A session that runs at 24.5 mL/h. */
async function running(c, record) {
  const session = await ready(c, record);
  await session.say('started', { rate_ml_per_h: 24.5 });
  while ((await session.look()).session.begun_s === null) await new Promise((resolve) => setTimeout(resolve, 100)); // moments are whole seconds
  return session;
}

async function open(page, name) {
  await page.locator('.session-actions').getByRole('button', { name, exact: true }).click();
  return page.locator('.session-panel');
}

/** The middle of a curve some minutes after now, by straight lines, computed here. */
function expected({ forecast, session }, curve, minutes) {
  const at = session.now_s + minutes * 60, times = forecast[curve].time_min.map((minute) => forecast.begun_s + forecast.from_h * 3600 + minute * 60);
  const i = times.findIndex((time) => time >= at), [low, high] = [forecast[curve].p50[i - 1], forecast[curve].p50[i]];
  return low + ((high - low) * (at - times[i - 1])) / (times[i] - times[i - 1]);
}

async function fits(page) {
  const { height, inner } = await page.evaluate(() => ({ height: document.documentElement.scrollHeight, inner: innerHeight }));
  assert.ok(height <= inner, `the page is ${height} px high on a screen of ${inner}`);
}

async function hide(page, hidden) {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

run([
  ['a session begins from its order: refused without a vial, the rate typed in mL/h and said back, on one screen', async (c) => {
    const { patient, order } = await checked(c, { allergies: ['penicillin'] });
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders/${order}` });
    page.expectErrors.push(REFUSED);
    await page.getByRole('link', { name: 'Open the session' }).click();
    await heading(page, `Session of order ${order}: checked`);
    await page.getByText('allergies: penicillin').waitFor();
    await c.axe(page, 'session, checked');
    const panel = await open(page, 'Start');
    await fill(page, 'Rate on the pump', '24,5');
    await panel.getByText('Write a point for decimals: 0.5').waitFor();
    assert.ok(await panel.getByRole('button', { name: 'It runs' }).isDisabled(), 'nothing is entered while the rate cannot be read');
    await fill(page, 'Rate on the pump', '24.5');
    assert.equal(plain(await panel.locator('.echo').innerText()), `= 24.5 mg/h = ${24.5 * MG_PER_ML / WEIGHT_KG} mg/kg/h`);
    await c.axe(page, 'session, start');
    await panel.getByRole('button', { name: 'It runs' }).click();
    await panel.getByText('no vial was issued to this order').waitFor();
    await issued(c, order);
    await panel.getByRole('button', { name: 'It runs' }).click();
    await panel.getByText(/not ready to start: pressure/).waitFor();
    await mayStart(c, `/patients/${patient}/orders/${order}`);
    await panel.getByRole('button', { name: 'It runs' }).click();
    await state(page, 'running');
    await page.locator('.session-event-list').getByText(/start 24\.5/).waitFor();
    await page.locator('.session-event-list').getByText('Nevertheless (blood pressure), physician: measured on the ward a moment ago').waitFor();
    await page.locator('.lane-head', { hasText: 'Level' }).getByText(/ng\/mL/).waitFor();
    await fits(page);
    await c.axe(page, 'session, running');
    await page.locator('.session-now').getByText(/of 4:00 h/).waitFor();
    await c.shot(page, 'session');
  }],
  ['what a colleague enters while a panel is open is shown before it can be confirmed: one dose is not written twice', async (c) => {
    const session = await running(c), page = await c.visit('nurse', { path: session.page }), hers = await c.person('physician');
    page.expectErrors.push(REFUSED); // a dose that nobody ordered wants its reason
    const panel = await open(page, 'Dose at once');
    await fill(page, 'Dose', '10');
    await panel.getByLabel('Why').fill('as the physician said at the bedside');
    const confirm = panel.getByRole('button', { name: 'It was given' });
    assert.ok(await confirm.isEnabled());
    await hers.post(`${session.path}/bedside`, { event: 'given', amount_mg: 10, why: 'I gave it myself' });
    await panel.getByText('Somebody has entered something meanwhile').waitFor();
    await panel.getByText(/dose at once 10.mg, .*, by physician/i).waitFor();
    assert.ok(await confirm.isDisabled(), 'it may be the very dose');
    await c.axe(page, 'session, meanwhile');
    await panel.getByRole('button', { name: 'Mine is another' }).click();
    await confirm.click();
    await panel.waitFor({ state: 'detached' });
    assert.equal((await session.look()).session.events.filter(({ event }) => event === 'given').length, 2);
  }],
  ['a rate with one key too many is said back, wants its reason and is typed a second time', async (c) => {
    const session = await running(c), page = await c.visit('nurse', { path: session.page });
    page.expectErrors.push(REFUSED);
    const panel = await open(page, 'Rate'), confirm = panel.getByRole('button', { name: 'The rate is set' });
    await fill(page, 'Rate on the pump', '2.45');
    await panel.getByText(/an eighth or less of the 24.5 mL\/h/).waitFor();
    await c.axe(page, 'session, far from the order');
    await confirm.click();
    await panel.getByText(/an eighth or less of the 24.5 mL\/h/).waitFor();
    assert.equal((await session.look()).session.rate.ml_per_h, 24.5, 'nothing is entered');
    await fill(page, 'The same number again', '2.45');
    await confirm.click();
    await panel.waitFor({ state: 'detached' });
    assert.ok(Math.abs((await session.look()).session.rate.ml_per_h - 2.45) < 1e-9);
  }],
  ['what the patient says is kept with one tap, stands under the events of every screen and in the replay, and is taken back with a reason', async (c) => {
    const session = await running(c), page = await c.visit('nurse', { path: session.page }), other = await c.visit('physician', { path: session.page });
    const list = (screen) => screen.locator('.session-events .notes');
    await page.getByRole('button', { name: 'Said or seen' }).click();
    const panel = page.locator('.session-panel');
    await c.axe(page, 'session, remark');
    await panel.getByRole('button', { name: 'floats, not unpleasant' }).click();
    for (const screen of [page, other]) await list(screen).getByText('floats, not unpleasant').first().waitFor();
    await page.getByRole('button', { name: 'Said or seen' }).click();
    await panel.getByLabel('seen', { exact: true }).check();
    await fill(page, 'In words', 'the needle was looked at, no swelling');
    await panel.getByRole('button', { name: 'Keep' }).click();
    await list(other).getByText('the needle was looked at, no swelling').first().waitFor();
    await fits(page);
    await list(page).getByRole('button', { name: 'Take back: floats, not unpleasant' }).click();
    await fill(page, 'Why it is taken back', 'another patient');
    await list(page).getByRole('button', { name: 'Take back', exact: true }).first().click();
    await list(other).getByText('floats, not unpleasant').first().waitFor({ state: 'detached' });
    assert.deepEqual((await session.look()).remarks.map(({ what, text }) => [what, text]), [['seen', 'the needle was looked at, no swelling']]);
    const { session: { now_s: keptS } } = await session.look();
    while ((await session.look()).session.now_s === keptS) await page.waitForTimeout(100); // a replay ends with the last whole second
    await page.goto(`${session.path}/replay`);
    await page.getByRole('slider', { name: 'Moment' }).press('End');
    await list(page).getByText('the needle was looked at, no swelling').first().waitFor();
    assert.equal(await list(page).getByRole('button').count(), 0, 'a replay takes nothing back');
  }],
  ['a slow answer closes no panel that was opened since and takes no words that are typed meanwhile', async (c) => {
    const session = await running(c), page = await c.visit('nurse', { path: session.page }), panel = page.locator('.session-panel');
    let answer = () => undefined;
    await page.route(/\/(remarks|bedside)$/, async (route) => {
      if (route.request().method() === 'POST') await new Promise((resolve) => (answer = resolve));
      await route.continue();
    });
    const kept = async (text) => {
      answer();
      await page.locator('.session p[role=status]', { hasText: text }).waitFor({ state: 'attached' });
    };
    await page.getByRole('button', { name: 'Said or seen' }).click();
    await panel.getByRole('button', { name: 'floats, not unpleasant' }).click();
    await fill(page, 'In words', 'the left arm feels');
    await kept('Kept');
    assert.equal(await panel.getByLabel('In words').inputValue(), 'the left arm feels');
    await page.getByRole('button', { name: 'Said or seen' }).click();
    assert.equal(await panel.getByLabel('In words').inputValue(), 'the left arm feels', 'what is open is not opened anew');
    await open(page, 'Rate');
    await fill(page, 'Rate on the pump', '20');
    await panel.getByRole('button', { name: 'The rate is set' }).click();
    await page.getByRole('button', { name: 'Vital signs', exact: true }).click();
    await panel.locator('input').first().pressSequentially('6');
    await kept('rate');
    await page.keyboard.press('4');
    assert.equal(await panel.locator('input').first().inputValue(), '64', 'the answer takes the keyboard away');
    await page.getByRole('button', { name: 'Said or seen' }).click();
    assert.equal(await panel.getByLabel('In words').inputValue(), 'the left arm feels', 'another panel takes no words');
    await fill(page, 'In words', 'the left arm feels heavy');
    await panel.getByRole('button', { name: 'Keep' }).click();
    await open(page, 'Rate');
    await fill(page, 'Rate on the pump', '12');
    await kept('Kept');
    assert.equal(await panel.getByLabel('Rate on the pump').inputValue(), '12', 'the answer for one panel closes another');
    assert.deepEqual((await session.look()).remarks.map(({ text }) => text).sort(), ['floats, not unpleasant', 'the left arm feels heavy']);
  }],
  ['while a dose is uncertain neither head nor ward names an end; an order whose session was aborted before it began says what to do with it', async (c) => {
    const session = await running(c), page = await c.visit('nurse', { path: session.page }), ward = await c.visit('nurse', { path: '/ward' });
    const now = page.locator('.session-now'), tile = ward.locator('.ward-tile').filter({ has: ward.locator(`a[href$="/orders/${session.order}/session"]`) });
    for (const place of [now, tile]) await place.getByText(/until \d\d:\d\d/).waitFor();
    await session.say('given', { amount_mg: 24, uncertain: 'yes', why: 'nobody saw it' });
    await now.getByText(/ to .* of 98.mg/).waitFor();
    await tile.getByText(/ to .* of 98.mg/).waitFor();
    for (const place of [now, tile]) assert.doesNotMatch(await place.innerText(), /until|\d:\d\d of/);
    const unused = await ready(c);
    await unused.say('aborted', { why: 'the needle was refused' });
    const order = await c.visit('physician', { path: unused.path });
    await heading(order, /: aborted$/);
    await order.getByText('Its session was aborted before anything was given').waitFor();
    await order.getByRole('button', { name: 'Cancel the order' }).waitFor();
    await order.goto(unused.path.replace(/\/\d+$/, ''));
    await order.getByRole('row', { name: /aborted.*Return or waste the vials, then cancel it/ }).waitFor();
  }],
  ['a session that nobody ended is stopped at the time at which all was given, unless somebody knows better', async (c) => {
    const session = await running(c), HOURS_S = 3 * 3600, endS = Math.floor(Date.now() / 1000) - HOURS_S;
    const page = await c.visit('nurse', { path: session.page }, (page) => page.route(/\/bedside(\/now.*)?$/, async (route) => { // four hours do not pass in a test
      if (route.request().method() !== 'GET') return route.continue();
      const response = await route.fetch(), body = await response.json(), { total_mg: total } = body.session;
      Object.assign(body.session, { given_mg: total, given_low_mg: total, rate: { ml_per_h: 0, mg_per_h: 0, mg_per_kg_per_h: 0 }, segments: [{ event: 1, begin_s: endS - HOURS_S, end_s: endS, rate_mg_per_h: 24.5, amount_mg: total }] });
      await route.fulfill({ response, json: body });
    }));
    await page.getByText('all given').first().waitFor();
    const panel = await open(page, 'Stop'), minute = new Date(Math.ceil(endS / 60) * 60_000);
    const wall = new Intl.DateTimeFormat('en-GB', { timeZone: (await session.look()).session.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(minute);
    assert.ok(await panel.getByLabel('It happened earlier').isChecked());
    assert.equal(await panel.getByLabel('Time').inputValue(), wall);
    await panel.getByLabel('It happened earlier').uncheck();
    assert.equal(await panel.getByLabel('Time').count(), 0);
  }],
  ['before the start: what is asked, a pressure above the limit that a physician passes by name, and a lone patient with a reason of the nurse', async (c) => {
    const { patient, order } = await checked(c, { setting: 'outpatient' }), path = `/patients/${patient}/orders/${order}`;
    await issued(c, order);
    const page = await c.visit('nurse', { path: `${path}/session` }), gates = page.getByRole('region', { name: 'What must be so before the start' });
    const gate = (text) => gates.locator('li', { hasText: text });
    await gate('Not known blood pressure').waitFor();
    await gate('Met a vial from the cupboard').waitFor();
    await fits(page);
    await c.axe(page, 'session, before the start');
    await page.getByRole('button', { name: 'Ask before the start' }).click();
    const panel = page.locator('.session-panel'), today = new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10);
    for (const name of ['Last food', 'Last clear liquid']) {
      await panel.getByRole('group', { name }).getByLabel('Time').fill('1830');
      await panel.getByRole('group', { name }).getByLabel('Day').fill(today);
    }
    await panel.getByRole('group', { name: /Test of pregnancy/ }).getByLabel('negative').check();
    await c.axe(page, 'session, asked before the start');
    await c.shot(page, 'session-asked');
    await panel.getByRole('button', { name: 'Keep' }).click();
    await gate('Met fasting').waitFor();
    await (await c.person('nurse')).post(`${path}/readings`, { values: { sbp_mmhg: 151, dbp_mmhg: 84 } });
    await gate('Not met blood pressure').getByText(/151 mmHg/).waitFor();
    assert.equal(await gates.getByRole('button', { name: /Override/ }).count(), 0, 'a nurse overrides no gate of the prescriber');
    await c.shot(page, 'session-gates');
    const hers = await c.visit('physician', { path: `${path}/session` });
    await hers.getByRole('button', { name: 'Override: blood pressure' }).click();
    await hers.getByLabel('Why the session may begin').fill('known hypertension, tablet taken at seven');
    await c.axe(hers, 'session, a gate overridden');
    await hers.locator('.session-panel').getByRole('button', { name: 'Override' }).click();
    await gate('Overridden blood pressure').getByText('physician: known hypertension, tablet taken at seven').waitFor();
    const start = await open(page, 'Start');
    await fill(page, 'Rate on the pump', '24.5');
    assert.ok(await start.getByRole('button', { name: 'It runs' }).isDisabled(), 'nobody takes the patient home, and nobody said why');
    await start.getByLabel('Why nevertheless: an adult takes the person home').fill('the daughter is called at noon');
    await start.getByRole('button', { name: 'It runs' }).click();
    await state(page, 'running');
    const said = (await page.locator('.session-event-list').innerText()).replaceAll(NARROW, ' ');
    for (const text of ['(blood pressure), physician: known hypertension', '(an adult takes the person home), nurse: the daughter']) assert.ok(said.includes(text), said);
  }],
  ['premedication that was not given yet is said, given with one tap and taken back; rescue stands beside the alarm it is ordered for', async (c) => {
    const support = { premedication: [{ name: 'ondansetron', dose_mg: 4, route: 'iv' }], rescue: [{ name: 'labetalol', dose_mg: 10, route: 'iv', when: 'pressure above 180' }] };
    const { patient, order } = await checked(c, {}, support), path = `/patients/${patient}/orders/${order}`, nurse = await c.person('nurse');
    await issued(c, order);
    await mayStart(c, path);
    const page = await c.visit('nurse', { path: `${path}/session` }), strip = page.locator('.session-due');
    await strip.getByText('ondansetron 4\u00a0mg').waitFor();
    await fits(page);
    await strip.getByRole('button', { name: 'Medicines' }).click();
    const panel = page.locator('.session-panel');
    assert.equal(await panel.getByLabel('Amount of ondansetron').inputValue(), '4');
    await c.axe(page, 'session, medicines');
    await panel.getByRole('button', { name: 'Given: ondansetron' }).click();
    await strip.getByText('not given yet').waitFor({ state: 'detached' });
    assert.deepEqual((await nurse.get(`${path}/bedside/now`)).medicines.map(({ name, dose_mg, use }) => [name, dose_mg, use]), [['ondansetron', 4, 'premedication']]);
    assert.equal(await panel.getByRole('button', { name: 'Given: ondansetron' }).count(), 0, 'all of it is given');
    await panel.getByRole('button', { name: 'Take back: ondansetron' }).click();
    await panel.getByLabel('Why it is taken back').fill('the line was not open');
    await panel.getByRole('button', { name: 'Take back', exact: true }).click();
    await strip.getByText('not given yet').waitFor();
    await nurse.post(`${path}/bedside`, { event: 'started', rate_ml_per_h: 24.5 });
    await nurse.post(`${path}/readings`, { values: { sbp_mmhg: 206, dbp_mmhg: 98 } });
    await page.getByRole('region', { name: 'Worst alarm' }).getByText(/Ordered in need: labetalol 10.mg/).waitFor();
    await panel.getByRole('button', { name: 'Given: labetalol' }).click();
    await page.getByRole('region', { name: 'Worst alarm' }).getByText(/given: 10.mg/).waitFor();
    await panel.getByLabel('Why it is given again').waitFor();
    assert.ok(await panel.getByRole('button', { name: 'Given: labetalol' }).isDisabled(), 'again only with a reason');
    await fits(page);
    await c.axe(page, 'session, rescue beside its alarm');
    await c.shot(page, 'session-medicines');
  }],
  ['a therapist writes notes that the nurse does not read unless they are shared, corrects them, and gives nothing', async (c) => {
    const { patient, path, page: address } = await ready(c), physician = await c.person('physician');
    await physician.post(`/patients/${patient}/care`, { name: 'therapist' });
    const page = await c.visit('therapist', { path: address }), panel = page.locator('.session-panel');
    await state(page, 'checked');
    assert.equal(await page.locator('.session-actions').count(), 0, 'a therapist gives no drug');
    for (const [text, shared] of [['afraid of losing control', false], ['wants music without voices', true]]) {
      await page.locator('.session-due').getByRole('button', { name: 'Note' }).click();
      await panel.getByLabel('Note', { exact: true }).fill(text);
      if (shared) await panel.getByText('Everybody who cares for the patient may read it').click();
      await c.axe(page, `session, a note${shared ? ' that is shared' : ''}`);
      await panel.getByRole('button', { name: 'Keep' }).click();
      await page.locator('.notes').getByText(text).waitFor();
    }
    await fits(page);
    await c.shot(page, 'session-notes');
    await page.locator('.notes li', { hasText: 'afraid' }).getByRole('button', { name: 'Correct the note' }).click();
    await panel.getByLabel('Note', { exact: true }).fill('afraid of being alone');
    assert.ok(await panel.getByRole('button', { name: 'Keep' }).isDisabled(), 'a correction has its reason');
    await panel.getByLabel('Why it is changed').fill('heard wrongly');
    await panel.getByRole('button', { name: 'Keep' }).click();
    await page.locator('.notes').getByText('afraid of being alone').waitFor();
    const hers = await c.visit('nurse', { path: address }), notes = hers.locator('.notes');
    await notes.getByText('wants music without voices').waitFor();
    await notes.getByText('1 more note is for therapist and physician alone.').waitFor();
    assert.equal(await notes.getByText('afraid').count(), 0);
    assert.equal(await hers.getByRole('button', { name: 'Note', exact: true }).count(), 0, 'a nurse writes none');
    await c.axe(hers, 'session, notes of others');
    assert.equal((await physician.get(`/patients/${patient}/timeline`)).notes.length, 2);
    assert.equal((await (await c.person('nurse')).get(`${path}/notes`)).notes.length, 1);
  }],
  ['a change of rate is seen before it is made: dashed over what is expected, with level and dissociation before and after', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    page.expectErrors.push(REFUSED);
    await state(page, 'running');
    assert.equal(await page.locator('path.supposed[d^="M"]').count(), 0);
    const panel = await open(page, 'Rate');
    await fill(page, 'Rate on the pump', '12'); // 8 h and more: beyond what was studied
    await panel.getByText(/^In 20 min: .*dissociation not predicted\.$/).waitFor();
    await fill(page, 'Rate on the pump', '18');
    await panel.getByText(/^In 60 min: .*dissociation \d/).waitFor();
    const [before, after] = [await session.look(), await session.suppose('rate', { rate_ml_per_h: 18 })];
    const lines = (await panel.locator('.what-if p').allInnerTexts()).map(plain);
    for (const [i, minutes] of [20, 60].entries()) {
      const said = /^In (\d+) min: level (\d+) instead of (\d+) ng\/mL/.exec(lines[i]);
      assert.ok(said, lines[i]);
      assert.equal(Number(said[1]), minutes);
      assert.ok(Math.abs(Number(said[2]) - expected(after, 'level', minutes)) < 1.5 && Math.abs(Number(said[3]) - expected(before, 'level', minutes)) < 1.5, `${lines[i]}, the API: ${expected(after, 'level', minutes)} and ${expected(before, 'level', minutes)}`);
    }
    const whole = (days) => String(Number(days.toFixed(days < 10 ? 1 : 0)));
    const days = ({ forecast: { relief_days_30: { p05, p50, p95 } } }) => `${whole(p50)} (${whole(p05)} to ${whole(p95)}) days`;
    assert.equal(lines.at(-1), `Relief of 30 % or more: ${days(before) === days(after) ? `${days(after)}, unchanged` : `${days(after)} instead of ${days(before)}`}.`);
    await page.locator('.lane-head').filter({ hasText: 'Relief ≥ 30 %' }).getByText(days(before)).waitFor();
    assert.ok(await page.locator('path.supposed[d^="M"]').count() >= 5, 'rate, amount, level, dissociation and pressure are drawn as they would be');
    assert.equal((await session.look()).session.events.length, 1, 'a look keeps nothing');
    await c.axe(page, 'session, what if');
    await fits(page);
    await c.shot(page, 'session-what-if');
    await fill(page, 'Rate on the pump', '30');
    await panel.getByText('say why: 30 mL/h is more than the 24.5 mL/h that are ordered').waitFor();
    assert.equal(await panel.getByLabel('Why').getAttribute('aria-invalid'), 'true', 'it is said at the field');
    await fill(page, 'Rate on the pump', '700');
    await panel.getByText(/10 mg\/kg\/h is above the limit of 7 mg\/kg\/h/).waitFor();
    assert.equal(await panel.getByLabel('Rate on the pump').getAttribute('aria-invalid'), 'true');
    await c.axe(page, 'session, refused');
    await fill(page, 'Rate on the pump', '18');
    await panel.getByRole('button', { name: 'The rate is set' }).click();
    await page.locator('.session-head').getByText(/^18.mL\/h$/).waitFor();
    await page.locator('.session-head').getByText(/= 18.mg\/h = 0\.257.mg\/kg\/h/).waitFor();
    assert.equal((await session.look()).session.rate.ml_per_h, 18);
    assert.equal(await page.locator('path.supposed[d^="M"]').count(), 0, 'what was supposed is over');
  }],
  ['what nobody saw is uncertain: a range, no forecast, loud; it is settled at its own time', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    await state(page, 'running');
    while (!((await session.look()).session.given_mg > 0)) await page.waitForTimeout(100); // of a pause in the second of the start there is nothing to foretell
    let panel = await open(page, 'Pause');
    await panel.getByText('Uncertain: it may not have happened').click();
    assert.ok(await panel.getByRole('button', { name: 'It is paused' }).isDisabled(), 'an uncertain event needs its reason');
    await fill(page, 'Why', 'the pump did not answer');
    await panel.getByRole('button', { name: 'It is paused' }).click();
    await state(page, /paused.*uncertain/);
    const banner = page.getByRole('alert').filter({ hasText: 'Uncertain: pause' });
    await banner.getByText('Settle what is uncertain first: until then nothing is forecast or advised.').waitFor();
    assert.equal(await page.locator('.lane-head', { hasText: 'no forecast' }).count(), 4);
    await page.waitForFunction(() => / to .* of /.test(document.querySelector('.session-now').innerText)); // once the two courses are apart
    await c.axe(page, 'session, uncertain');
    await fits(page);
    await c.shot(page, 'session-uncertain');
    const [pause] = (await session.look()).session.events.slice(-1);
    await page.getByRole('button', { name: 'It happened: pause' }).click();
    panel = page.locator('.session-panel');
    await fill(page, 'Why', 'read from the history of the pump');
    await panel.getByRole('button', { name: 'It is paused' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.locator('.session-state', { hasText: /^paused$/i }).waitFor();
    const { session: now, forecast } = await session.look();
    assert.equal(now.given_mg, now.given_low_mg);
    assert.equal(now.events.at(-1).at_s, pause.at_s);
    assert.notEqual(forecast, null);
    await page.getByText('1 entry taken back or corrected').click();
    await page.getByText(/corrected by nurse: read from the history of the pump/).waitFor();
    await c.axe(page, 'session, settled');
  }],
  ['an entry of the wrong page is taken back with one tap and a reason; a wrong number is corrected', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    await state(page, 'running');
    await (await open(page, 'Stop')).getByRole('button', { name: 'It is stopped' }).click();
    await state(page, 'stopped');
    assert.equal(await page.locator('.session-actions').getByRole('button', { name: 'Rate', exact: true }).count(), 0, 'what the state does not allow is not offered');
    await open(page, 'Undo: stop');
    await page.locator('.session-panel').getByRole('button', { name: 'meant for another patient' }).click();
    await state(page, 'running');
    await page.getByRole('button', { name: /^Correct: start 24\.5/ }).click();
    assert.equal(await page.getByLabel('Rate on the pump').inputValue(), '24.5');
    await fill(page, 'Rate on the pump', '20');
    await fill(page, 'Why', 'the pump shows 20');
    await press(page, 'It runs');
    await page.locator('.session-head').getByText(/^20.mL\/h$/).waitFor();
    await page.getByText('2 entries taken back or corrected').waitFor();
    assert.deepEqual((await session.look()).session.events.map(({ event, replaces }) => [event, replaces !== undefined]), [['started', false], ['stopped', false], ['undone', true], ['started', true]]);
  }],
  ['what happened earlier has its own time, and one that cannot be is refused at the field', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    page.expectErrors.push(REFUSED);
    await state(page, 'running');
    const panel = await open(page, 'Bag');
    await panel.getByText('It happened earlier').click();
    await fill(page, 'Day', '2020-01-31');
    await fill(page, 'Time', '0930');
    await panel.getByText(/a bag is changed while the pump runs/).waitFor();
    const { session: { now_s: now, zone } } = await session.look(); // the minute of the server's wall clock in which the session began may lie before its check
    const next = new Date((Math.floor(now / 60) + 2) * 60_000), part = (options) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...options }).format(next);
    await fill(page, 'Day', part({ dateStyle: 'short' }));
    await fill(page, 'Time', part({ timeStyle: 'short' }));
    await panel.getByText('this lies in the future').waitFor();
    await c.axe(page, 'session, late entry');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    assert.equal((await session.look()).session.events.length, 1, 'nothing was entered');
    assert.equal(await page.evaluate(() => document.activeElement.innerText), 'Bag', 'the focus is back where it was');
  }],
  ['what is due counts down, and a score that is entered puts it off', async (c) => {
    const session = await running(c, {});
    const page = await c.visit('nurse', { path: session.page });
    const strip = page.locator('.session-due');
    await strip.getByText(/Blood pressure in 9:\d\d/).waitFor();
    await strip.getByText(/Sedation in 14:\d\d/).waitFor();
    await press(page, 'Score');
    const panel = page.locator('.session-panel');
    await panel.getByRole('group', { name: /^Sedation/ }).getByLabel('4').check();
    await panel.getByRole('group', { name: /^Pain now/ }).getByLabel('6').check();
    await c.axe(page, 'session, scores');
    await c.shot(page, 'session-scores');
    await panel.getByRole('button', { name: 'Keep' }).click();
    await panel.waitFor({ state: 'detached' });
    const { scores, watch } = await session.look();
    assert.deepEqual(scores.map(({ what, value }) => [what, value]), [['sedation', 4], ['pain', 6]]);
    assert.ok(watch.due.find((row) => row.task === 'sedation').last_s !== null);
    await page.locator('.vital.scored', { hasText: /Sedation\s*0:\d\d\s*4/ }).waitFor();
    assert.equal(await page.locator('.score-digit[data-scale="pain"]').textContent(), '6', 'at its time in the chart');
    await (await c.person('nurse')).post(`/patients/${session.patient}/orders/${session.order}/scores`, { what: 'pain', value: 3 });
    await page.locator('.vital.scored', { hasText: /Pain\s*0:\d\d\s*3/ }).waitFor();
    await page.locator('.score-mark').waitFor(); // no room for a second number
    await page.getByRole('button', { name: 'Vital signs as a table' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('.session-chart tbody td')].some((cell) => /(^|, )3$/.test(cell.innerText)));
    assert.deepEqual(await page.locator('.session-chart thead th').allInnerTexts().then((heads) => heads.slice(1)), ['Sedation', 'Pain']);
    await page.getByRole('button', { name: /as a chart$/ }).click();
    await page.getByRole('button', { name: /^nurse/ }).click();
    await page.getByLabel('Dim room').check({ force: true });
    await page.keyboard.press('Escape');
    await c.axe(page, 'session, dim room');
    await c.shot(page, 'session-dim');
  }],
  ['pause, on again, stop, recovery, home: the ward and today follow until the door', async (c) => {
    const session = await running(c, {}), mine = new RegExp(`/orders/${session.order}/session$`);
    const page = await c.visit('nurse', { path: session.page, size: TABLET });
    const ward = await c.visit('nurse', { path: '/ward' });
    const tile = ward.locator('.ward-tile').filter({ has: ward.locator(`a[href$="/orders/${session.order}/session"]`) });
    await tile.getByText(/98.mg/).waitFor();
    await c.axe(ward, 'ward');
    for (const [button, confirm, word] of [['Pause', 'It is paused', 'paused'], ['Go on', 'It runs again', 'running'], ['Stop', 'It is stopped', 'stopped'], ['To recovery', 'Recovery begins', 'recovering']]) {
      const panel = await open(page, button);
      if (button === 'Go on') {
        await panel.getByText(/before the pause: 24\.5/).waitFor();
        await fill(page, 'Rate on the pump', '18');
      }
      await panel.getByRole('button', { name: confirm }).click();
      await state(page, word);
      await tile.locator('.session-state', { hasText: word }).waitFor();
    }
    await c.axe(page, 'session, recovering');
    await press(page, 'Forgotten event'); // a dose that nobody entered while it flowed
    const forgotten = await open(page, 'Dose at once');
    await fill(page, 'Dose', '5');
    assert.ok(await forgotten.getByRole('button', { name: 'It was given' }).isDisabled(), 'its time is asked for');
    await c.shot(page, 'forgotten');
    await c.axe(page, 'session, forgotten event');
    await press(page, 'Cancel');
    await press(page, 'Back');
    const small = await page.evaluate((least) => [...document.querySelectorAll('.session button')].filter((button) => button.getBoundingClientRect().height < least && !button.closest('figcaption')).map((button) => button.innerText), TARGET_PX);
    assert.deepEqual(small, [], 'buttons that a glove misses');
    await page.getByRole('button', { name: /^Before going home: 0 of/ }).or(page.getByRole('button', { name: /^Before going home: 1 of/ })).click();
    const asked = page.locator('.session-panel');
    await asked.getByRole('group', { name: 'Alert and oriented' }).getByLabel('Yes').check();
    await asked.getByRole('group', { name: 'Activity', exact: true }).getByLabel('2').check();
    await asked.getByText('Named before the start: keep it once they are here.').waitFor();
    assert.equal(await asked.getByLabel('Who takes the person home').inputValue(), 'A. Neighbour');
    await c.axe(page, 'session, before going home');
    await c.shot(page, 'session-leaving');
    await asked.getByRole('button', { name: 'Keep' }).click();
    await asked.waitFor({ state: 'detached' });
    const { recovery } = await session.look();
    assert.equal(recovery.answers.escort, 'A. Neighbour');
    assert.equal(recovery.criteria.find((one) => one.id === 'orientation').state, 'met');
    assert.equal(recovery.scores[0].items.find((one) => one.item === 'activity').points, 2);
    const day = await c.visit('nurse');
    assert.match(await day.getByRole('link', { name: /Muster, Anna recovering/i }).last().getAttribute('href'), mine);
    const home = await open(page, 'Home'), went = home.getByRole('button', { name: 'Went home' });
    await home.getByText(/Not ready to go home/).waitFor();
    assert.ok(await went.isDisabled(), 'nobody goes home before anything was asked');
    const open_criteria = (await session.look()).recovery.criteria.filter((one) => one.state !== 'met');
    const reasons = home.getByLabel(/^Why nevertheless/);
    assert.equal(await reasons.count(), open_criteria.length);
    for (let i = 0; i < open_criteria.length; i++) await reasons.nth(i).fill('goes against advice');
    await c.axe(page, 'session, going home against advice');
    await went.click();
    await state(page, 'gone home');
    await tile.waitFor({ state: 'detached' });
    const { session: { state: last, events } } = await session.look();
    assert.equal(last, 'discharged');
    assert.deepEqual(events.at(-1).overridden.map(({ id }) => id), open_criteria.map(({ id }) => id));
    assert.equal(await page.locator('.event-why', { hasText: 'goes against advice' }).count(), 1, 'one reason is said once');
    const signed = await c.visit('physician', { path: session.path }); // whose plan a session that went otherwise has made old
    await heading(signed, /: gone home$/);
    await signed.getByText(/Its session: gone home, .* of 98.mg given/).waitFor();
    assert.equal(await signed.getByRole('button', { name: 'Cancel the order' }).count() + await signed.getByText('cancel it and write it anew').count(), 0, 'what was given is not written anew');
    await signed.getByRole('link', { name: 'Orders', exact: true }).last().click();
    await signed.getByRole('row', { name: /gone home.*Nothing: its session is over/ }).waitFor();
    await c.shot(signed, 'orders-given');
  }],
  ['doses at once have no pump and no rate; what is not foretold says why', async (c) => {
    const { patient, plan } = await planned(c, { dose: ['35 mg ketamine im'] }), physician = await confirmed(c, 'physician');
    const { order } = await physician.post(`/patients/${patient}/orders`, { ...VIAL, plan, total_mg: 35 });
    await physician.post(`/patients/${patient}/orders/${order}/sign`);
    await (await confirmed(c, 'nurse')).post(`/patients/${patient}/orders/${order}/check`, { ...VIAL, birth_date: '1980-05-14', total_mg: 35, volume_ml: 3.5 });
    await issued(c, order);
    await mayStart(c, `/patients/${patient}/orders/${order}`);
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders/${order}/session` });
    page.expectErrors.push(REFUSED);
    await state(page, 'checked');
    assert.equal(await page.locator('.session-actions').getByRole('button', { name: 'Start', exact: true }).count(), 0, 'there is no pump to start');
    const panel = await open(page, 'Dose at once');
    await fill(page, 'Dose', '40');
    await panel.getByText(/more than the 35 mg of the order/).waitFor();
    await fill(page, 'Dose', '20');
    assert.equal(plain(await panel.locator('.echo').innerText()), '= 2 mL');
    await panel.getByRole('button', { name: 'It was given' }).click();
    await state(page, 'begun');
    await page.locator('.session-now').getByText(/^20 of 35.mg$/).waitFor();
    await page.getByText('no absorption is published for this route, so that its hours have no curve').first().waitFor({ state: 'attached' });
    assert.deepEqual([await page.locator('.lane-head', { hasText: 'Rate' }).count(), await page.locator('.lane-head', { hasText: 'not predicted' }).count()], [0, 3]);
    await c.axe(page, 'session, doses at once');
  }],
  ['the figures behind the chart are those of the API, and the arrow keys walk along it', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    await state(page, 'running');
    await page.locator('.lane-plot').focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('PageDown');
    await page.locator('.lane-plot .cursor').waitFor({ state: 'attached' });
    await press(page, 'Given and expected as a table');
    const table = page.locator('.session-chart table'), { session: { ends_s, events: [start] } } = await session.look();
    assert.ok(Math.abs(ends_s - start.at_s - (TOTAL_MG / 24.5) * 3600) <= 1, 'four hours');
    const rows = await table.locator('tbody tr').evaluateAll((list) => list.map((row) => [...row.children].map((cell) => cell.innerText)));
    const later = rows.filter(([time]) => !time.includes('now')).map(([, , rate, given]) => [Number(rate), Number(given)]);
    const flowing = later.filter(([rate]) => rate > 0);
    for (let i = 1; i < flowing.length; i++) assert.ok(flowing[i][0] === 24.5 && flowing[i][1] > flowing[i - 1][1], `row ${i}: ${flowing[i]}`);
    assert.deepEqual(later.at(-1), [0, TOTAL_MG], 'at the end all is given and nothing flows');
    await c.axe(page, 'session, table');
  }],
  ['the loss of the server is loud, with its age, and what comes back is up to date', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    page.expectErrors.push(UNREACHABLE, REFUSED);
    await state(page, 'running');
    await page.getByText(/^server heard \d s ago$/).waitFor();
    const loud = page.getByRole('alert').filter({ hasText: /The server was not heard for \d+ s/ });
    await page.route('**/bedside/now*', () => undefined); // the stream ticks, an answer does not come
    await session.say('bag');
    await loud.waitFor();
    await page.unroute('**/bedside/now*');
    await loud.waitFor({ state: 'detached' });
    await page.locator('.session-event-list').getByText('bag changed').waitFor();
    await c.stop();
    await loud.waitFor();
    assert.match(await loud.innerText(), /The pump goes on by itself/);
    await c.axe(page, 'session, server lost');
    await fits(page);
    await c.start(c.listen);
    c.people = {};
  }],
  ['each change of somebody else is told by the stream, and without the stream the page asks by itself', async (c) => {
    const session = await running(c);
    const told = await c.visit('nurse', { path: session.page }, (page) => page.clock.install());
    const alone = await c.visit('nurse', { path: session.page }, (page) => page.route('**/changes', (route) => route.abort()));
    alone.expectErrors.push(UNREACHABLE);
    await state(told, 'running');
    await state(alone, 'running');
    await told.clock.pauseAt(Date.now() + 1000); // no timer of this page goes off any more
    await session.say('paused');
    await state(told, 'paused');
    await state(alone, 'paused');
  }],
  ['a tab that nobody sees asks nothing, and is up to date when it is seen again', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    await state(page, 'running');
    await hide(page, true);
    let asked = 0;
    page.on('request', (request) => (asked += /\/bedside(\/now)?$/.test(request.url()) ? 1 : 0));
    await session.say('paused');
    await page.waitForTimeout(4500); // more than two rounds
    assert.ok(asked <= 1, `${asked} requests while hidden; one may have been under way`);
    await hide(page, false);
    await state(page, 'paused');
  }],
  ['who may only look is offered nothing, and German has every text', async (c) => {
    const session = await running(c), physician = await c.person('physician');
    await physician.post(`/patients/${session.patient}/care`, { name: 'therapist' });
    const page = await c.visit('therapist', { path: session.page, language: 'de', size: TABLET });
    await state(page, 'läuft');
    assert.equal(await page.locator('.session-actions button').count(), 0);
    await c.axe(page, 'session, German');
    await page.goto('/ward');
    await heading(page, 'Station');
    await page.getByText(/weitere Sitzung(en)? l(ä|au)/).waitFor();
    await c.axe(page, 'ward, German');
  }],
]);
