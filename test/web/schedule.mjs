// The day, the schedule, the chairs, the register: what staff do with them, by mouse and by keyboard, in every state.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DESK, fill, press, REFUSED, run, TABLET } from './clinic.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const two = (n) => String(n).padStart(2, '0');
const dayOf = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const clockOf = (at) => `${two(at.getHours())}:${two(at.getMinutes())}`;
/** A day some days from now, moved past a weekend. */
function weekdayAhead(n) {
  const at = new Date();
  at.setDate(at.getDate() + n);
  while (at.getDay() === 0 || at.getDay() === 6) at.setDate(at.getDate() + 1);
  return dayOf(at);
}
/** Minutes from now, still today. */
function today(minutes) {
  const at = new Date(Date.now() + minutes * 60_000);
  if (dayOf(at) === dayOf(new Date())) return `${dayOf(at)}T${clockOf(at)}`;
  return `${dayOf(new Date())}T${minutes < 0 ? '00:00' : '23:45'}`;
}

const known = {};
/** Chairs, three patients of the nurse, one of the physician; made once. */
async function setting(c) {
  if (known.anna) return known;
  const administrator = await c.person('administrator');
  for (const name of ['Room 1, window', 'Room 1, door', 'Room 2']) await administrator.post('/chairs', { name, state: 'open' });
  known.anna = await c.newPatient('nurse', { family_name: 'Muster', given_name: 'Anna', birth_date: '1980-05-14' });
  known.bea = await c.newPatient('nurse', { family_name: 'Berger', given_name: 'Bea', birth_date: '1971-02-03' });
  known.carl = await c.newPatient('nurse', { family_name: 'Castro', given_name: 'Carl', birth_date: '1959-11-30' });
  known.other = await c.newPatient('physician', { family_name: 'Fremd', given_name: 'Fritz', birth_date: '1990-01-01' });
  return known;
}
const book = async (c, name, patient, start, chair, more = {}) =>
  (await c.person(name)).post(`/patients/${patient}/appointments`, { start: [start], chair: [chair], minutes: 90, ...more });

async function pick(page, within, family) {
  await within.getByLabel('Patient', { exact: true }).or(within.getByLabel(/^Whom it concerns/)).fill(family);
  await within.getByRole('button', { name: 'Search' }).click();
  await within.getByRole('button', { name: new RegExp(`^${family}`) }).click();
}

run([
  ['empty: without chairs every page says what must happen first', async (c) => {
    for (const [path, name] of [['/', /^Today/], ['/schedule', 'Schedule'], ['/schedule/book', 'Book visits'], ['/register', 'Register']]) {
      const page = await c.visit('nurse', { path });
      await heading(page, name);
      await page.getByText(path === '/register' ? 'No open entry' : 'No chair yet').waitFor();
      await c.axe(page, `${path} empty`);
    }
    const page = await c.visit('administrator', { path: '/chairs' });
    await page.getByText('No chair yet').waitFor();
    await c.axe(page, 'chairs empty');
  }],
  ['an administrator opens and closes chairs, and a nurse is not shown that page', async (c) => {
    await setting(c);
    const page = await c.visit('administrator', { path: '/chairs' });
    await fill(page, 'Name', 'Room 3');
    await press(page, 'Add');
    await page.getByText('Chair Room 3 is open.').waitFor();
    await press(page, 'Close chair Room 3');
    const dialog = page.getByRole('dialog', { name: 'Close chair Room 3' });
    await dialog.waitFor();
    await c.axe(page, 'close chair');
    await fill(page, 'Reason', 'being painted');
    await dialog.getByRole('button', { name: 'Close chair' }).click();
    await page.getByText('Chair Room 3 is closed.').waitFor();
    await c.axe(page, 'chairs');
    await c.shot(page, 'chairs');
    const nurse = await c.visit('nurse', { path: '/chairs' });
    await heading(nurse, 'Not open to your account');
  }],
  ['a series is booked at proposed times by keyboard alone', async (c) => {
    const { other } = await setting(c);
    await book(c, 'physician', other, `${weekdayAhead(3)}T09:00`, 'Room 1, door');
    const page = await c.visit('nurse', { path: '/schedule/book' });
    await heading(page, 'Book visits');
    await page.getByLabel('Patient', { exact: true }).focus();
    await page.keyboard.type('muster');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Muster, Anna/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Patient' }).waitFor();
    await page.getByLabel('How many visits').fill('5');
    await page.getByLabel('First day').fill(weekdayAhead(3));
    await page.getByLabel(/^Chair/).selectOption('Room 1, door');
    await page.getByLabel(/^Who stays/).selectOption('nurse');
    await page.getByLabel(/^Escort home/).fill('Bruno Muster, brother');
    await page.getByLabel(/^Eating/).fill('clear fluids until 7:00');
    await c.axe(page, 'book form');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '5 free times' }).waitFor();
    assert.equal(await page.getByRole('list').getByRole('group', { name: /^visit \d of 5$/ }).count(), 5);
    await page.getByText('instead of 09:00').waitFor(); // the chair is taken on the first day
    await c.axe(page, 'book proposals');
    await page.evaluate(() => scrollTo(0, 0));
    await c.shot(page, 'schedule-book', { fullPage: true });
    await page.getByRole('button', { name: 'Book 5 visits' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('5 visits are booked.').waitFor();
    await heading(page, 'Schedule');
    await press(page, 'Week after');
    await page.getByRole('button', { name: /Muster, Anna/ }).first().waitFor();
    await c.axe(page, 'week');
  }],
  ['a time that is taken is refused with the reason, and nothing that was typed is lost', async (c) => {
    const { other } = await setting(c);
    const day = weekdayAhead(20);
    await book(c, 'physician', other, `${day}T09:00`, 'Room 2');
    const page = await c.visit('nurse', { path: '/schedule/book' });
    page.expectErrors.push(REFUSED);
    await pick(page, page.getByRole('main'), 'Berger');
    await page.getByLabel('How many visits').fill('2');
    await page.getByLabel('First day').fill(day);
    await page.getByLabel('Begins at').fill('14:00');
    await press(page, 'Propose times');
    const first = page.getByRole('group', { name: 'visit 1 of 2' });
    await first.getByLabel('Time').fill('09:30');
    await first.getByLabel('Chair').selectOption('Room 2');
    await press(page, 'Book 2 visits');
    await page.getByText(/visit 1 on .*: chair Room 2 is taken from .* 09:00 for 90 min/).waitFor();
    await c.axe(page, 'collision');
    assert.equal(await first.getByLabel('Time').inputValue(), '09:30');
    assert.equal((await (await c.person('nurse')).get(`/patients/${known.bea}/appointments`)).appointments.length, 0, 'all or none');
    await first.getByLabel('Time').fill('11:00');
    await press(page, 'Book 2 visits');
    await page.getByText('2 visits are booked.').waitFor();
  }],
  ['an hour that does not exist is refused in words', async (c) => {
    const { carl } = await setting(c);
    const nurse = await c.person('nurse');
    await assert.rejects(nurse.post(`/patients/${carl}/appointments`, { start: ['2027-02-30T09:00'], chair: ['Room 2'], minutes: 60 }), /a day and a time such as/);
  }],
  ['today says first what to do next: who is late, what is missing, and who is here', async (c) => {
    const { anna, bea, other } = await setting(c);
    await book(c, 'nurse', anna, today(-25), 'Room 1, window', { minutes: 120, staff: 'nurse', escort: 'Bruno Muster, brother' });
    await book(c, 'nurse', bea, today(20), 'Room 2', { minutes: 60 });
    await book(c, 'physician', other, today(-60), 'Room 1, door', { minutes: 150, staff: 'physician' });
    const page = await c.visit('nurse');
    await heading(page, /^Today, /);
    const first = page.getByRole('listitem').filter({ hasText: 'Muster, Anna' }).first();
    const late = new Date().getHours() * 60 + new Date().getMinutes() >= 5;
    if (late) await first.getByText(/^\d+\smin late$/).waitFor();
    await page.getByText('The patient has not been assessed.').first().waitFor();
    await page.getByRole('button', { name: /taken.*physician/ }).waitFor();
    assert.equal(await page.getByText('Fremd').count(), 0, 'others are taken chairs, not names');
    await c.axe(page, 'today');
    await c.shot(page, 'today');
    await page.getByRole('button', { name: 'Muster, Anna arrived' }).click();
    await page.getByText('Muster, Anna is here.').waitFor();
    await page.getByRole('button', { name: /Muster, Anna.*missing/ }).waitFor();
    await page.getByRole('button', { name: /Berger, Bea/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Berger, Bea' });
    await dialog.getByText('Nobody is named to take the patient home.').waitFor();
    await c.axe(page, 'visit');
    await c.shot(page, 'schedule-visit');
    await dialog.getByRole('button', { name: 'Move or change' }).click();
    await dialog.getByLabel(/^Who stays/).selectOption('nurse2');
    await dialog.getByLabel(/^Escort home/).fill('taxi with her sister');
    await dialog.getByLabel('Reason').fill('she called');
    await c.axe(page, 'change visit');
    await dialog.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('The visit is changed.').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Berger, Bea/ }).click();
    await dialog.getByText('taxi with her sister').waitFor();
    assert.equal(await dialog.getByText('Nobody is named').count(), 0);
    await dialog.getByRole('button', { name: 'Move or change' }).click();
    await dialog.getByLabel(/^Who stays/).selectOption('');
    await dialog.getByLabel(/^Escort home/).fill('');
    await dialog.getByLabel('Reason').fill('her sister cannot come');
    await dialog.getByRole('button', { name: 'Save the change' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Berger, Bea/ }).click();
    await dialog.getByText('Nobody is named to take the patient home.').waitFor();
    await dialog.getByText('Nobody is named to stay with the patient.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }],
  ['a visit whose time has passed asks for its end alone, and keeps the reason', async (c) => {
    const { carl } = await setting(c);
    await book(c, 'nurse', carl, today(-60), 'Room 2', { minutes: 30 });
    const page = await c.visit('nurse');
    const row = page.getByRole('listitem').filter({ hasText: 'Castro, Carl' }).filter({ hasText: 'Its time has passed' });
    await row.getByText('Its time has passed. Say whether the patient came.').waitFor();
    assert.equal(await row.getByText('missing').count(), 0);
    await c.axe(page, 'over');
    await row.getByRole('button', { name: 'Castro, Carl did not come' }).click();
    const dialog = page.getByRole('dialog', { name: 'Castro, Carl' });
    await dialog.getByLabel('Why?').fill('rang: a cold');
    await c.axe(page, 'did not come');
    await dialog.getByRole('button', { name: 'Did not come' }).click();
    await page.getByText('Castro, Carl did not come; the chair is free.').waitFor();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Castro, Carl.*did not come/ }).click();
    await dialog.getByText('did not come: rang: a cold').waitFor();
  }],
  ['a visit is cancelled with a reason, and its chair is free', async (c) => {
    const { carl } = await setting(c);
    const day = weekdayAhead(9);
    await book(c, 'nurse', carl, `${day}T10:00`, 'Room 2');
    const page = await c.visit('nurse', { path: '/schedule' });
    await page.getByRole('radio', { name: 'Day' }).check();
    await page.getByLabel(/^Go to/).fill(day);
    await page.getByRole('button', { name: /Castro, Carl/ }).click();
    await c.axe(page, 'visit of a day');
    await press(page, 'Cancel the visit');
    await fill(page, 'Why is it cancelled?', 'has a cold');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click();
    await page.getByText('The visit is cancelled; the chair is free.').waitFor();
    await page.getByRole('button', { name: /Castro, Carl/ }).waitFor({ state: 'detached' });
    await book(c, 'nurse', carl, `${day}T10:00`, 'Room 2');
  }],
  ['a near miss is reported from another page, and stands in the register', async (c) => {
    const { anna } = await setting(c);
    const page = await c.visit('nurse', { path: '/patients' });
    await press(page, 'Report');
    const dialog = page.getByRole('dialog', { name: 'Report an event' });
    await dialog.getByLabel('In one word').selectOption('wrong_strength');
    await dialog.getByLabel('What happened').fill('The vial of 100 mg/mL lay in the drawer of the 10 mg/mL vials; seen before it was drawn up.');
    await pick(page, dialog, 'Muster');
    await c.axe(page, 'report');
    await c.shot(page, 'register-report');
    await dialog.getByRole('button', { name: 'Report', exact: true }).click();
    await page.getByText(/^Reported: entry \d+ of the register\.$/).waitFor();
    const register = await c.visit('nurse', { path: '/register' });
    await register.getByRole('link', { name: 'wrong strength of the vial' }).waitFor();
    assert.equal(await register.getByRole('row', { name: /wrong strength.*near miss.*Muster, Anna.*nurse.*open/ }).count(), 1);
    const nurse = await c.person('nurse');
    await nurse.post('/register', { kind: 'adverse_event', word: 'nausea_vomiting', severity: 'mild', what_happened: 'Vomited twice at the end; ondansetron helped.', patient: anna, what_was_done: 'ondansetron 4 mg iv' });
    await nurse.post('/register', { kind: 'near_miss', word: 'label', severity: 'none', what_happened: 'A syringe without a label on the trolley.', state: 'closed' });
    await register.reload();
    await register.getByRole('radio', { name: 'all' }).check();
    await register.getByText('3 entries').waitFor();
    await c.axe(register, 'register');
    await c.shot(register, 'register', { fullPage: true });
  }],
  ['an entry is amended with a reason, and what stood before stays', async (c) => {
    const nurse = await c.person('nurse');
    const { entry } = await nurse.post('/register', { kind: 'near_miss', word: 'wrong_rate', severity: 'none', what_happened: 'Pump set to 245 mL/h for 24.5 mL/h.' });
    const page = await c.visit('nurse', { path: `/register/${entry}` });
    await press(page, 'Amend');
    await page.getByRole('radio', { name: 'adverse event' }).check();
    await page.getByLabel('In one word').selectOption('wrong_dose_given');
    await page.getByLabel('Harm').selectOption('mild');
    await page.getByLabel(/^What was done/).fill('stopped after 2 min; watched for an hour');
    await fill(page, 'Reason of the amendment', 'it ran for two minutes after all');
    await c.axe(page, 'amend');
    await press(page, 'Save the amendment');
    await page.getByRole('heading', { name: 'How it came to be' }).waitFor();
    await page.getByRole('cell', { name: 'it ran for two minutes after all' }).waitFor();
    await page.getByRole('cell', { name: /wrong rate or pump setting/ }).waitFor();
    await c.axe(page, 'entry');
    await c.shot(page, 'register-entry', { fullPage: true });
  }],
  ['a physician sees that there is an entry of others, not of whom, and saves a CSV without patients', async (c) => {
    const page = await c.visit('physician', { path: '/register' });
    await page.getByRole('row', { name: /wrong strength.*in the care of others/ }).waitFor();
    assert.equal(await page.getByText('Muster').count(), 0);
    assert.equal(await page.getByRole('link', { name: 'wrong strength of the vial' }).count(), 0);
    await c.axe(page, 'register of a physician');
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as CSV')]);
    const csv = readFileSync(await download.path(), 'utf8');
    assert.match(csv, /^\ufeffentry,kind,word,severity,/);
    assert.match(csv, /"near_miss","wrong_strength"/);
    assert.ok(!csv.includes('Muster') && !csv.includes('drawer'));
    const nurse = await c.visit('nurse', { path: '/register' });
    await heading(nurse, 'Register');
    assert.equal(await nurse.getByRole('button', { name: 'Save as CSV' }).count(), 0);
  }],
  ['loading, failing and forbidden are states of each page', async (c) => {
    for (const [path, api] of [['/', /\/api\/v1\/today$/], ['/schedule', /\/api\/v1\/appointments\?/], ['/schedule/book', /\/api\/v1\/chairs$/], ['/register', /\/api\/v1\/register\?/]]) {
      let release;
      const held = new Promise((resolve) => (release = resolve));
      const slow = await c.visit('nurse', { path }, (page) => page.route(api, async (route) => {
        await held;
        await route.continue().catch(() => undefined);
      }));
      await slow.getByRole('heading', { level: 1 }).waitFor(); // before it, who asks is not known yet
      await slow.getByRole('status', { name: 'Loading' }).first().waitFor();
      await c.axe(slow, `${path} loading`);
      release();
      const broken = await c.visit('nurse', { path }, (page) => page.route(api, (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{"code":"internal","field":"","message":"x"}' })));
      broken.expectErrors.push(/status of 500/);
      await broken.getByText('This could not be read').waitFor();
      await c.axe(broken, `${path} failed`);
    }
    for (const path of ['/schedule', '/schedule/book', '/register']) {
      const page = await c.visit('researcher', { path });
      await heading(page, 'Not open to your account');
      assert.equal(await page.getByRole('button', { name: 'Report' }).count(), 0);
    }
    const lost = await c.visit('nurse', { path: '/register/1' });
    lost.expectErrors.push(REFUSED);
    await lost.getByText('There is no such thing here').waitFor();
    await c.axe(lost, 'no such entry');
  }],
  ['the pages hold in German, in the dark, on a tablet and at twice the size', async (c) => {
    for (const size of [DESK, TABLET, { width: DESK.width / 2, height: DESK.height / 2 }])
      for (const [path, name] of [['/', /^Heute/], ['/schedule', 'Termine'], ['/schedule/book', 'Termine buchen'], ['/register', 'Register']]) {
        const page = await c.visit('nurse', { path, size, language: 'de', theme: 'dark' });
        await heading(page, name);
        await page.waitForLoadState('networkidle');
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} sideways at ${size.width}`);
        if (size !== DESK) await c.axe(page, `${path} at ${size.width}`);
        await page.emulateMedia({ colorScheme: 'dark' });
        if (size === DESK) await c.shot(page, `dark-${path.replace(/\W/g, '') || 'today'}`);
        if (size === TABLET) await c.shot(page, `tablet-${path.replace(/\W/g, '') || 'today'}`);
      }
  }],
  ['the week as it is', async (c) => {
    const { carl } = await setting(c);
    await book(c, 'nurse', carl, `${weekdayAhead(5)}T13:00`, 'Room 1, window', { minutes: 180 }).catch(() => undefined);
    const page = await c.visit('nurse', { path: '/schedule' });
    await press(page, 'Week after');
    await page.getByRole('button', { name: /Muster, Anna/ }).first().waitFor();
    await c.shot(page, 'schedule-week');
  }],
], { users: { nurse2: ['nurse'] } });
