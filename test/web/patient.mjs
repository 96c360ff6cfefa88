// Assessment, scores and the page of a patient: findings as facts arrive, three bounds, drafts of two people, item 9, the timeline.
import assert from 'node:assert/strict';
import { fill, press, run, saysRulesInGerman, DESK, REFUSED, TABLET } from './clinic.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const dayBack = (n) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);
const status = (page) => page.locator('.status-word');
const says = (page, words) => page.locator('.status-word', { hasText: words }).waitFor();
const saved = (page) => page.getByText('Everything is saved.').waitFor();
const UNKNOWN = { sex: null, weight_kg: null, height_cm: null, condition: null, baseline_nrs: null, history: null, allergies: null, medications: null, setting: null, tests: null };

/** A patient with an infusion of 100 h ninety days ago and a diary around it. */
async function followed(c, name, before, after) {
  const patient = await c.newPatient(name, {}, {
    medications: [{ name: 'oxycodone', dose_mg: 10, per_day: 2, since: dayBack(400) }, { name: 'pregabalin', dose_mg: 150, per_day: 2, since: dayBack(120) }],
    infusions: [{ start: `${dayBack(90)}T09:00`, dose: '22.2 mg/h esketamine iv for 100 h' }],
  });
  const person = await c.person(name);
  for (let d = 110; d > 2; d -= d > 92 ? 2 : 1)
    if (d > 90 || d < 85) {
      const back = d > 90 ? before : Math.min(before, after + Math.max(0, (70 - d) / 14) + ((d * 7) % 3) - 1);
      await person.post(`/patients/${patient}/diary`, { date: dayBack(d), time: '20:00', pain_nrs: Math.round(Math.max(0, back)), recall: 'average_24h' });
    }
  return patient;
}

run([
  ['a blocker is found as it is ticked, and corrected it makes a candidate', async (c) => {
    const patient = await c.newPatient('physician', {}, UNKNOWN);
    const page = await c.visit('physician', { path: `/patients/${patient}/assessment` });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Assessment of Anna Muster');
    await says(page, 'Incomplete');
    await c.axe(page, 'empty assessment');
    await page.getByLabel('Condition', { exact: true }).selectOption('crps');
    await page.getByRole('radio', { name: 'female', exact: true }).check();
    await fill(page, 'Weight', '70');
    await fill(page, 'Pain before treatment', '7');
    await page.getByLabel('active psychosis', { exact: true }).check();
    await says(page, 'Not a candidate');
    await page.getByText(/To be avoided in active psychosis/).waitFor();
    await c.axe(page, 'blocked');
    await c.shot(page, 'assessment-blocked');
    for (let n = await page.locator('.history-group .button').count(); n > 0; n--) await page.locator('.history-group .button').first().click();
    await page.getByText('Everything was asked').waitFor();
    await page.getByLabel('active psychosis', { exact: true }).uncheck();
    await page.getByLabel('No known allergies').check();
    await page.getByLabel('Takes no medications').check();
    await fill(page, 'Systolic pressure', '124');
    await fill(page, 'Diastolic pressure', '78');
    await page.getByRole('radio', { name: 'negative', exact: true }).check();
    await page.getByRole('radio', { name: 'inpatient', exact: true }).check();
    await says(page, /^Candidate/);
    await saved(page);
    await c.axe(page, 'candidate');
    await c.shot(page, 'assessment-candidate');
    await press(page, 'Keep this assessment');
    await heading(page, 'Anna Muster');
    await page.getByText(/^Candidate.*kept by physician/).waitFor();
  }],
  ['an implausible weight counts only when it is typed again, an impossible one never', async (c) => {
    const patient = await c.newPatient('physician');
    const page = await c.visit('physician', { path: `/patients/${patient}/assessment` });
    await heading(page, 'Assessment of Anna Muster');
    const stored = async () => (await (await c.person('physician')).get(`/patients/${patient}`)).record.weight.value_kg;
    await fill(page, 'Weight', '700');
    await page.getByLabel('Height', { exact: true }).focus();
    await page.getByText(/This cannot be: 30 to 300.kg is possible/).waitFor();
    await fill(page, 'Weight', '170');
    await page.getByText(/far from what is usual/).waitFor();
    await page.waitForTimeout(2500);
    assert.equal(await stored(), 70, 'not kept before it is typed again');
    await c.axe(page, 'implausible');
    await c.shot(page, 'assessment-implausible');
    await fill(page, 'Type the value again', '171');
    await page.getByText('The two values differ.').waitFor();
    await fill(page, 'Type the value again', '170');
    await page.waitForTimeout(1800);
    await saved(page);
    assert.equal(await stored(), 170);
    const { versions } = await (await c.person('physician')).get(`/patients/${patient}/history`);
    assert.match(versions[versions.length - 1].why, /typed again: weight/, 'the record says that it was typed again');
  }],
  ['who comes second is told, and loses nothing', async (c) => {
    const patient = await c.newPatient('physician');
    const page = await c.visit('physician', { path: `/patients/${patient}/assessment` });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Assessment of Anna Muster');
    await says(page, /./);
    const other = await c.person('nurse');
    await (await c.person('physician')).post(`/patients/${patient}/care`, { name: 'nurse' });
    const amend = async (record) => {
      const { version } = await other.get(`/patients/${patient}`);
      const answer = await fetch(`${c.url}/api/v1/patients/${patient}`, {
        method: 'PATCH', body: JSON.stringify({ record, why: 'measured again' }),
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'another-person-' + Math.random(), 'If-Match': `"${version}"`, Cookie: `${other.cookie.name}=${other.cookie.value}`, 'X-Respite-CSRF': other.csrf },
      });
      assert.equal(answer.status, 200);
    };
    await amend({ height_cm: 171 });
    await fill(page, 'Pain before treatment', '6');
    await page.getByText(/^nurse changed this record/).waitFor();
    await page.getByText('Both changes are in it').waitFor();
    await saved(page);
    let { record } = await other.get(`/patients/${patient}`);
    assert.deepEqual([record.height_cm, record.baseline_nrs], [171, 6]);
    await amend({ baseline_nrs: 9 });
    await fill(page, 'Pain before treatment', '5');
    await page.getByText('Both of you changed the same').waitFor();
    await c.axe(page, 'conflict');
    await c.shot(page, 'assessment-conflict');
    await press(page, 'Keep mine');
    await saved(page);
    ({ record } = await other.get(`/patients/${patient}`));
    assert.equal(record.baseline_nrs, 5);
  }],
  ['item 9 is a finding at once, and waits until a physician has written down what was done', async (c) => {
    const patient = await c.newPatient('physician');
    await (await c.person('physician')).post(`/patients/${patient}/care`, { name: 'nurse' });
    const page = await c.visit('nurse', { path: `/patients/${patient}/score` });
    await heading(page, 'Score of Anna Muster');
    await page.getByText('Developed by Drs. Robert L. Spitzer').waitFor();
    await c.axe(page, 'PHQ-9');
    const items = page.locator('.item');
    await items.nth(8).getByLabel('Several days').check();
    await page.getByRole('alert').getByText('PHQ-9 item 9 is above 0').waitFor();
    await c.axe(page, 'item 9');
    for (let i = 0; i < 8; i++) await items.nth(i).getByLabel('Several days').check();
    await page.getByText('9 of 27').waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await c.shot(page, 'score-item9', { fullPage: true });
    await press(page, 'Keep this score');
    await heading(page, 'Anna Muster');
    await page.getByText('A physician must write down what was done.').waitFor();
    const physician = await c.visit('physician');
    await physician.getByText(/Anna Muster: PHQ-9 item 9 is above 0/).waitFor();
    await c.axe(physician, 'today with an open finding');
    await physician.getByRole('link', { name: 'To the patient' }).click();
    await physician.getByText('First: a physician speaks with the patient').waitFor();
    await c.axe(physician, 'open finding');
    await press(physician, 'Write down what was done');
    await fill(physician, 'What was done, and who was told', 'Spoke with her, no plan, psychiatry told.');
    await c.axe(physician, 'answering');
    await physician.getByRole('dialog').getByRole('button', { name: 'Keep', exact: true }).click();
    await physician.getByText('It is written down.').waitFor();
    await physician.getByText('First: a physician speaks').waitFor({ state: 'detached' });
  }],
  ['the page of a patient answers three questions and has a table behind every chart', async (c) => {
    const patient = await followed(c, 'physician', 7, 3);
    const physician = await c.person('physician');
    await physician.post(`/patients/${patient}/scores`, { instrument: 'pgic', answers: { 1: 2 }, date: dayBack(60) });
    await physician.post(`/patients/${patient}/scores`, { instrument: 'gad7', answers: { 1: 1, 2: 1, 3: 1, 4: 1, 5: 0, 6: 1, 7: 0 }, date: dayBack(30) });
    await physician.post(`/patients/${patient}/assessments`);
    const page = await c.visit('physician', { path: `/patients/${patient}` });
    await heading(page, 'Anna Muster');
    await page.getByRole('heading', { name: 'Is it working?' }).waitFor();
    await page.getByText('learned from this diary, 90 of 100').waitFor();
    await c.axe(page, 'patient');
    await c.shot(page, 'patient', { fullPage: true });
    const sides = await page.evaluate(() => ['.u-over', '.lane-track'].map((part) => document.querySelector(part).getBoundingClientRect()).map(({ left, right }) => [left, right]));
    for (const side of [0, 1]) assert.ok(Math.abs(sides[0][side] - sides[1][side]) <= 2, `a day of the lanes does not stand under the same day of the chart: ${JSON.stringify(sides)}`);
    for (const name of ['Pain over time as a table', 'What was done and found as a table']) await page.getByRole('button', { name }).click();
    await page.getByRole('rowheader').first().waitFor();
    await page.getByRole('cell', { name: /22.2 mg\/h esketamine iv for 100 h, 2,220.mg/ }).waitFor();
    for (const summary of await page.getByText('What this rests on').all()) await summary.click();
    await c.axe(page, 'patient, tables and reasons');
    const tablet = await c.visit('physician', { path: `/patients/${patient}`, size: TABLET, theme: 'dark' });
    await tablet.getByRole('heading', { name: 'Is it working?' }).waitFor();
    assert.ok(await tablet.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'sideways');
    const german = await c.visit('physician', { path: `/patients/${patient}`, language: 'de' });
    await german.getByRole('heading', { name: 'Wirkt es?' }).waitFor();
    await saysRulesInGerman(german);
    await c.axe(german, 'German');
  }],
  ['a series without response says stop', async (c) => {
    const patient = await followed(c, 'physician', 7, 7);
    const page = await c.visit('physician', { path: `/patients/${patient}` });
    await page.getByText('Stop: do not repeat the series or raise it.').waitFor();
    await page.getByText(/^No. After the last series pain fell by at most/).waitFor();
    await c.axe(page, 'stop');
  }],
  ['a diary entry by the staff is kept, and stands on the page', async (c) => {
    const patient = await c.newPatient('nurse');
    const page = await c.visit('nurse', { path: `/patients/${patient}/diary` });
    await heading(page, 'Diary of Anna Muster');
    await c.axe(page, 'diary');
    await page.getByRole('group', { name: 'Pain', exact: true }).getByLabel('6').check();
    await page.getByLabel('Worst of 24 h').check();
    await c.shot(page, 'diary-entry');
    await press(page, 'Keep');
    await page.getByText('The entry is kept.').waitFor();
    await page.getByRole('cell', { name: 'Worst of 24 h' }).waitFor();
  }],
  ['a level is kept, an implausible one is typed twice, and it is taken back with a reason', async (c) => {
    const patient = await followed(c, 'physician', 8, 3);
    const page = await c.visit('physician', { path: `/patients/${patient}/levels` });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Levels of Anna Muster');
    await c.axe(page, 'levels');
    await fill(page, 'Day of the sample', dayBack(88));
    await fill(page, 'Time of the sample', '1030');
    await page.getByLabel('Substance').selectOption({ label: 'Esketamine (S-ketamine)' });
    await page.getByLabel('Level', { exact: true }).fill('1900');
    assert.ok(await page.getByRole('button', { name: 'Keep' }).isDisabled(), 'an implausible level waits for its second typing');
    await fill(page, 'Type the value again', '1900');
    await press(page, 'Keep');
    await page.getByRole('cell', { name: '1,900 ng/mL', exact: true }).waitFor();
    await page.getByLabel('Level', { exact: true }).fill('190');
    await press(page, 'Keep');
    await page.getByText('already').first().waitFor(); // the same substance at the same moment
    await press(page, 'Take back Esketamine (S-ketamine) 1,900 ng/mL');
    await fill(page, 'Reason', 'value of another patient');
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('No level is kept yet.').waitFor();
    await press(page, 'Keep');
    await page.getByRole('cell', { name: '190 ng/mL', exact: true }).waitFor();
    await c.shot(page, 'levels');
    const back = await c.visit('physician', { path: `/patients/${patient}` });
    await back.getByText('Levels', { exact: true }).last().waitFor();
  }],
  ['an assessment holds on a tablet, at twice the size and with the keyboard alone', async (c) => {
    const patient = await c.newPatient('physician');
    for (const size of [TABLET, { width: DESK.width / 2, height: DESK.height / 2 }]) {
      const page = await c.visit('physician', { path: `/patients/${patient}/assessment`, size });
      await says(page, /./);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `sideways at ${size.width}`);
      await c.axe(page, `width ${size.width}`);
    }
    const german = await c.visit('physician', { path: `/patients/${patient}/assessment`, language: 'de' });
    await says(german, /./);
    await saysRulesInGerman(german);
    const ill = await c.newPatient('physician', {}, { history: ['hepatic_impairment'] });
    const found = await c.visit('physician', { path: `/patients/${ill}/assessment`, language: 'de' });
    await found.locator('.finding-text', { hasText: 'Vor der ersten Infusion sind Leberwerte fällig (Leberkrankheit' }).waitFor();
    assert.deepEqual(await german.locator('.unit').filter({ hasText: /^(of 10|per min|days|fraction)$/ }).allInnerTexts(), [], 'units in English');
    await german.locator('.unit', { hasText: 'von 10' }).waitFor();
    const page = await c.visit('physician', { path: `/patients/${patient}/assessment` });
    await says(page, /./);
    await page.locator('#history-title').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    assert.ok(await page.evaluate(() => document.activeElement.checked), 'a word of the history is ticked by the keyboard');
    await saved(page);
  }],
  ['a colleague is added to the care of a patient by who cares, and opens the record then', async (c) => {
    const patient = await c.newPatient('physician', { family_name: 'Geteilt', given_name: 'Gerda' });
    const page = await c.visit('physician', { path: `/patients/${patient}` }), nurse = await c.visit('nurse', { path: `/patients/${patient}` });
    nurse.expectErrors.push(REFUSED);
    await nurse.getByText(/^A colleague who cares for this patient can add you\./).waitFor();
    await press(page, 'Add a colleague');
    const dialog = page.getByRole('dialog', { name: 'Add a colleague' });
    await c.axe(page, 'add a colleague');
    await dialog.getByLabel('Colleague').selectOption({ label: 'nurse (nurse)' });
    await dialog.getByRole('button', { name: 'Add a colleague' }).click();
    await page.getByText('nurse cares for this patient now.').waitFor();
    await page.locator('.section', { hasText: 'In the care of' }).getByRole('listitem').filter({ hasText: /^nurse$/ }).waitFor();
    await press(page, 'Add a colleague');
    await dialog.getByLabel('Colleague').waitFor();
    assert.ok(!(await dialog.getByLabel('Colleague').locator('option').allInnerTexts()).some((text) => /^(nurse|physician) /.test(text)), 'who cares already is not offered');
    await nurse.reload();
    await heading(nurse, 'Gerda Geteilt');
    await nurse.getByRole('button', { name: 'Add a colleague' }).waitFor();
  }],
  ['a result that the server does not give is not that of the answers before', async (c) => {
    const patient = await c.newPatient('physician');
    const page = await c.visit('physician', { path: `/patients/${patient}/score` });
    page.expectErrors.push(/status of 500/);
    await page.getByLabel('Instrument').selectOption('nrs');
    const answer = (value) => page.locator('.item').getByRole('radio', { name: value, exact: true }).check();
    await answer('4');
    await page.locator('.score-result').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Keep this score' }).isEnabled());
    await page.route('**/api/v1/instruments/score', (route) => route.fulfill({ status: 500, json: { code: 'internal', field: '', message: 'the answers could not be added up' } }));
    await answer('9');
    await page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor();
    assert.equal(await page.locator('.score-result').count(), 0, 'the sum of other answers is not shown');
    assert.ok(await page.getByRole('button', { name: 'Keep this score' }).isDisabled());
    await page.unroute('**/api/v1/instruments/score');
    await answer('7');
    await page.locator('.score-result').waitFor();
  }],
  ['what a role may not do is neither offered nor open', async (c) => {
    const patient = await c.newPatient('physician');
    await (await c.person('physician')).post(`/patients/${patient}/care`, { name: 'therapist' });
    const page = await c.visit('therapist', { path: `/patients/${patient}` });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Anna Muster');
    assert.equal(await page.getByRole('link', { name: 'Assess', exact: true }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Diary entry' }).count(), 1);
    await page.getByText('In the care of', { exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Add a colleague' }).count(), 0, 'a therapist adds nobody');
    const stranger = await c.visit('nurse', { path: `/patients/${patient}` });
    stranger.expectErrors.push(REFUSED);
    await stranger.getByText(/^A colleague who cares for this patient can add you\./).waitFor();
    assert.equal(await stranger.getByRole('button', { name: 'Break the glass' }).count(), 1);
    await c.axe(stranger, 'care of others');
  }],
]);
