// What leaves a session: the record and the instructions that the server draws, and the call on the day after.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fill, press, run } from './clinic.mjs';
import { checked, confirmed, issued, mayStart } from './ordering.mjs';

/** A session that the nurse began by the API. */
async function begun(c, record) {
  const { patient, order } = await checked(c, record);
  await issued(c, order);
  const nurse = await c.person('nurse'), path = `/patients/${patient}/orders/${order}`;
  await mayStart(c, path);
  await nurse.post(`${path}/bedside`, { event: 'started', rate_ml_per_h: 24.5 });
  return { patient, order, nurse, path, say: (event, more = {}) => nurse.post(`${path}/bedside`, { event, ...more }) };
}

run([
  ['the record of a session is one click away, runs nothing, and is printed as A4 landscape', async (c) => {
    const { nurse, path, order } = await begun(c, { allergies: ['penicillin'] });
    await nurse.post(`${path}/readings`, { values: { sbp_mmhg: 131, dbp_mmhg: 82, hr_per_min: 76, spo2_pct: 98, rr_per_min: 14 } });
    await nurse.post(`${path}/scores`, { what: 'pain', value: 6 });
    for (const [language, words] of [['en', ['Print the record', 'NOT FINISHED', 'ALLERGIES: penicillin']], ['de', ['Protokoll drucken', 'NICHT ABGESCHLOSSEN', 'ALLERGIEN: penicillin']]]) {
      const page = await c.visit('nurse', { path: `${path}/session`, language });
      const [paper] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: words[0] }).click()]);
      await paper.getByText(words[1]).first().waitFor();
      const width = await paper.locator('svg').first().evaluate((sheet) => sheet.getBoundingClientRect().width / 96 * 25.4);
      assert.ok(Math.abs(width - 297) < 0.5, `the style of the page holds: a sheet is ${width} mm wide`);
      const file = join(c.folder, `record-${language}.pdf`);
      await paper.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
      const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
      for (const word of [...words.slice(1), 'Muster', '24.5', String(order)]) assert.ok(text.includes(word), `${word}: ${text}`);
      assert.match(execFileSync('pdfinfo', [file], { encoding: 'utf8' }), /Pages:\s+1\n[^]*Page size:\s+84[12][.\d]* x 59[45]/);
    }
  }],
  ['on going home a sheet is printed, with the numbers that a physician entered; before, staff are told to write them', async (c) => {
    const { nurse, path, say } = await begun(c);
    while (!((await nurse.get(`${path}/bedside`)).session.given_mg > 0)) await new Promise((resolve) => setTimeout(resolve, 100));
    await say('stopped');
    await say('recovering');
    const page = await c.visit('nurse', { path: `${path}/session` });
    const open = async () => {
      const [paper] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: 'Print for home' }).click()]);
      await paper.getByRole('heading', { name: 'When you go home' }).waitFor();
      return paper;
    };
    const empty = await open();
    await empty.getByText('This clinic has entered no number yet').waitFor();
    await empty.close();
    const physician = await confirmed(c, 'physician');
    const { signed } = await physician.get('/profile');
    await physician.post('/profile', { name: signed.name, values: Object.fromEntries(signed.alarms.map(({ id, value }) => [id, value])), why: 'numbers were missing', phone: '+41 44 123 45 67', emergency_phone: '144' });
    const paper = await open();
    await paper.getByText('+41 44 123 45 67').waitFor();
    assert.equal(await paper.getByText('This clinic has entered no number yet').count(), 0);
    const file = join(c.folder, 'home.pdf');
    await paper.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
    assert.match(execFileSync('pdfinfo', [file], { encoding: 'utf8' }), /Pages:\s+1\n/);
    const limits = await c.visit('nurse', { path: '/limits' });
    await limits.getByText('Telephone of the clinic: +41 44 123 45 67').waitFor();
  }],
  ['the call after a session is planned with the discharge, moved, tried, made, and stands in the time line', async (c) => {
    const { patient, nurse, path, order, say } = await begun(c);
    while (!((await nurse.get(`${path}/bedside`)).session.given_mg > 0)) await new Promise((resolve) => setTimeout(resolve, 100));
    await say('stopped');
    await say('recovering');
    const { recovery } = await nurse.get(`${path}/bedside`);
    await say('discharged', { reasons: Object.fromEntries(recovery.criteria.filter((one) => one.state !== 'met').map(({ id }) => [id, 'goes against advice'])) });
    const page = await c.visit('nurse', { path: `${path}/session` });
    await page.getByRole('link', { name: 'Call afterwards' }).click();
    await page.getByRole('heading', { name: /^Call after the session: / }).waitFor();
    await page.getByText('no number in the record').waitFor();
    await c.axe(page, 'call, planned');
    const today = (await nurse.get('/today')).day;
    await fill(page, 'Day of the call', today);
    await fill(page, 'Why', 'leaves for the mountains');
    await press(page, 'Move the call');
    await page.getByText('today', { exact: true }).waitFor();
    const day = await c.visit('nurse');
    await day.getByText('The call after the session is due today.').first().waitFor();
    assert.ok(await day.locator(`a[href="/patients/${patient}/orders/${order}/call"]`).count() === 1);
    const asked = (label) => page.getByRole('group', { name: label });
    for (const n of [1, 2]) {
      await asked('Was the person reached?').getByLabel('No', { exact: true }).check();
      await press(page, 'Enter the call');
      await page.locator('table tbody tr').nth(n - 1).waitFor();
    }
    await page.getByText('Not reached, 2 tries').waitFor();
    await c.axe(page, 'call, not reached twice');
    await asked('Was the person reached?').getByLabel('Yes', { exact: true }).check();
    assert.ok(await page.getByRole('button', { name: 'Enter the call' }).isDisabled(), 'pain is asked for');
    await asked('Pain now, 0 none').getByLabel('3', { exact: true }).check();
    await asked('Slept?').getByLabel('Yes', { exact: true }).check();
    await c.axe(page, 'call, reached');
    await press(page, 'Enter the call');
    await page.getByText('the person was reached').waitFor();
    const { calls } = await nurse.get(`/patients/${patient}/timeline`);
    assert.deepEqual(calls.map(({ reached, pain_nrs: pain, slept }) => [reached, pain, slept]), [[false, undefined, undefined], [false, undefined, undefined], [true, 3, 'yes']]);
    assert.equal((await nurse.get('/today')).to_do.filter((task) => task.code === 'call' && task.patient === patient).length, 0);
    await page.goto(`/patients/${patient}`);
    await page.getByText('called after a session: pain 3 of 10').first().waitFor({ state: 'attached' });
  }],
]);
