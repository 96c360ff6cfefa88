// Orders: limits are signed, an order is written and signed by two, a read-back that differs is refused, the ledger closes.
import assert from 'node:assert/strict';
import { fill, press, run, saysRulesInGerman, DESK, REFUSED, TABLET } from './clinic.mjs';
import { checked, confirmed, heading, limits, planned, signed, VIAL, whole } from './ordering.mjs';

async function readBack(page, values) {
  for (const [label, value] of Object.entries({
    'Date of birth, as the patient says it': '1980-05-14', 'Drug on the vial': 'ketamine', 'Strength on the vial': '10', 'Volume on the vial': '20',
    'Amount in your hand': '95', 'Rate set on the pump': '19', ...values,
  })) if (value !== null) await fill(page, label, value);
  await press(page, 'Sign as the second person');
}

/** The second person refuses with a sentence; the order stays unsigned. */
async function stopped(page, ...words) {
  const stop = page.locator('.mismatch');
  await stop.waitFor();
  for (const word of words) assert.match(await stop.innerText(), word);
}

run([
  ['limits are stated value by value, and none looser than its floor', async (c) => {
    const page = await c.visit('physician', { path: '/limits' });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Limits of alarm and stop');
    await c.axe(page, 'limits, unsigned');
    await fill(page, 'Name of this set of limits', 'Limits of the house');
    const values = [['Systolic pressure above this twice within 5 minutes', '170'], ['Diastolic pressure above this twice within 5 minutes', '105'], ['Systolic pressure above this once', '210'],
      ['Diastolic pressure above this once', '120'], ['Heart rate above this for 5 minutes', '120'], ['Oxygen saturation below this', '93'],
      ['Breathing rate below this', '8'], ['Heart rate below this', '45'], ['Systolic pressure below this', '90']];
    for (const [label, value] of values) await fill(page, label, value);
    await page.getByText('Expected: 140 to 200 mmHg.').waitFor();
    await press(page, 'Sign these limits');
    await page.getByText(/210 mmHg is looser than 200/).first().waitFor();
    await fill(page, 'Systolic pressure above this once', '190');
    await page.getByLabel('Bleeding in PADSS').selectOption('full');
    await press(page, 'Sign these limits');
    await page.getByText(/Limits of the house, signed by physician/).waitFor();
    await page.getByText('Bleeding in PADSS: always all its points').waitFor();
    await c.axe(page, 'limits, signed');
    await whole(c, page, 'limits');
  }],
  ['an order is composed with its arithmetic, written, signed by two, and printed', async (c) => {
    const { patient } = await planned(c, { protocol: 'crps_outpatient_10d' }, { allergies: ['penicillin'] });
    await confirmed(c, 'nurse');
    const page = await c.visit('physician', { path: `/patients/${patient}/order` });
    page.expectErrors.push(REFUSED);
    await heading(page, 'New order for Anna Muster');
    await page.getByText('Choose the vial', { exact: true }).waitFor();
    await c.axe(page, 'compose, empty');
    await page.getByRole('radio', { name: '10 mg/mL', exact: true }).check();
    await fill(page, 'Volume of one vial', '20');
    await page.getByText('All three come to 24.5 mL/h, to the step of the pump.').waitFor();
    await press(page, 'Rescue');
    await page.getByText(/^Rescue, no medicine yet: Medicine, Dose, Route is missing\./).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Write the order' }).count(), 0, 'an order without the line would be another order');
    await page.getByLabel('Medicine', { exact: true }).selectOption('midazolam');
    await page.getByText('At most 4\u00a0mg at once.').waitFor();
    await page.getByText(/^Rescue, midazolam: Dose, Route is missing\./).waitFor();
    await c.axe(page, 'compose, a line unfinished');
    const routes = page.locator('.support-line').getByLabel('Route');
    assert.deepEqual((await routes.locator('option').allInnerTexts()).slice(1), ['into a vein', 'into a muscle', 'by mouth', 'under the tongue', 'into the nose', 'rectally']);
    await routes.selectOption('iv');
    await page.locator('.support-line').getByLabel('Dose').fill('2');
    await fill(page, 'When', 'on agitation, slowly');
    await page.getByText('9.8 mL = 98 mg').waitFor();
    await page.getByText('More often than the rules say').click();
    await fill(page, 'Blood pressure, while drug is given', '11');
    await page.getByText(/is due every 10 minutes while drug is given: an order may ask for it more often, not less/).waitFor();
    await fill(page, 'Blood pressure, while drug is given', '5');
    await page.getByText('9.8 mL = 98 mg').waitFor();
    await fill(page, 'Whole amount', '980');
    await fill(page, 'Rate at the start', '24.5');
    await press(page, 'Write the order');
    await page.getByText(/you state 980 mg, and the plan, vial and pump come to 98 mg/).waitFor();
    await fill(page, 'Whole amount', '98');
    await c.axe(page, 'compose, filled');
    await whole(c, page, 'order-compose');
    await press(page, 'Write the order');
    await page.getByRole('heading', { level: 1, name: /Order \d+: written/ }).waitFor();
    await page.getByRole('row', { name: /Blood pressure.*as ordered.*every 5 min.*every 15 min/ }).waitFor();
    await page.getByRole('row', { name: /Line check.*every 30 min.*not due/ }).waitFor();
    await c.axe(page, 'order, written');
    await press(page, 'Sign the order');
    await page.getByRole('heading', { level: 1, name: /signed by the prescriber/ }).waitFor();
    await page.getByText('A second person checks this order now, from their own session.').waitFor();
    const nurse = await c.visit('nurse', { path: new URL(page.url()).pathname, size: TABLET });
    await nurse.getByRole('link', { name: 'Check it' }).click();
    await heading(nurse, /Check order/);
    await c.axe(nurse, 'check');
    await readBack(nurse, { 'Amount in your hand': '98', 'Rate set on the pump': '24.5' });
    await nurse.getByRole('heading', { level: 1, name: /signed by two/ }).waitFor();
    await c.axe(nurse, 'order, checked');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: /signed by two/ }).waitFor();
    await whole(c, page, 'order-signed');
    await page.emulateMedia({ media: 'print' });
    await whole(c, page, 'order-printed');
    const words = await page.evaluate(() => document.body.innerText);
    for (const word of ['penicillin', '98 mg', '24.5 mL/h', 'midazolam', 'nurse', 'physician', 'Limits of the house']) assert.match(words, new RegExp(word.replace('.', '\\.').replace(' ', '\\s')), word);
    assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false);
  }],
  ['no vial is offered before the plan has said its drug, and one that was chosen does not outlive a change of drug', async (c) => {
    const { patient } = await planned(c, { dose: ['35 mg esketamine iv over 40 min'] });
    let answer = null;
    const held = new Promise((later) => (answer = later));
    const page = await c.visit('physician', { path: `/patients/${patient}/order` }, (page) => page.route(/\/plans\/\d+$/, async (route) => {
      await held;
      await route.continue();
    }));
    await page.getByLabel('Kept plan').waitFor();
    assert.equal(await page.getByRole('radio', { name: /mg\/mL/ }).count(), 0, 'vials of a drug that nobody has named yet');
    answer();
    await page.getByRole('radio', { name: '25 mg/mL', exact: true }).check();
    await page.getByRole('radio', { name: '10 mg/mL', exact: true }).waitFor({ state: 'detached' });
    const acute = await c.newPatient('physician', {}, { condition: 'postoperative' });
    const other = await c.visit('physician', { path: `/patients/${acute}/order` });
    await fill(other, 'Dose', '20 mg ketamine iv over 15 min');
    await other.getByRole('radio', { name: '50 mg/mL', exact: true }).check();
    const strengths = other.getByLabel('Concentration of syringe or bag');
    assert.equal(await strengths.count(), 1);
    await fill(other, 'Dose', '20 mg ketamine iv over 20 min');
    assert.ok(await other.getByRole('radio', { name: '50 mg/mL', exact: true }).isChecked(), 'the same drug keeps its vial');
    await fill(other, 'Dose', '20 mg esketamine iv over 15 min');
    await other.getByRole('radio', { name: '25 mg/mL', exact: true }).waitFor();
    assert.equal(await strengths.count(), 0, 'nothing of the other drug is left');
  }],
  ['a vial ten times as strong, another drug, another amount or another rate: the second person is stopped', async (c) => {
    const { patient, order } = await signed(c, { dose: ['95 mg ketamine iv over 5 h'] }, 95, 19);
    await confirmed(c, 'nurse');
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders/${order}/check` });
    page.expectErrors.push(REFUSED);
    await heading(page, `Check order ${order}`);
    await readBack(page, { 'Strength on the vial': '100' });
    await stopped(page, /100 mg\/mL/, /10 mg\/mL/, /950 mg in place of 95 mg/, /10 times as much/);
    await c.axe(page, 'mismatch');
    await c.shot(page, 'order-mismatch');
    await press(page, 'Report a near miss');
    await page.getByRole('dialog').getByRole('radio', { name: /near miss/i }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.getByLabel('Strength on the vial').inputValue(), '100', 'what was typed is still there');
    await readBack(page, { 'Drug on the vial': 'ketoprofen' });
    await stopped(page, /ketoprofen/, /ketamine \(the racemate\)/);
    await readBack(page, { 'Amount in your hand': '950' });
    await stopped(page, /950 mg are in the hand, the order is for 95 mg/);
    await readBack(page, { 'Rate set on the pump': '190' });
    await stopped(page, /190 mL\/h are set, the order says 19 mL\/h/);
    assert.equal(await page.getByLabel('Rate set on the pump').getAttribute('aria-invalid'), 'true', 'the rate that differs is marked');
    assert.equal(await page.locator('[aria-invalid="true"]').count(), 1, 'and nothing else');
    await readBack(page, { 'Date of birth, as the patient says it': '1980-05-15' });
    await stopped(page, /another person/);
    assert.equal((await (await c.person('nurse')).get(`/patients/${patient}/orders/${order}`)).state, 'signed');
    const own = await c.visit('physician', { path: `/patients/${patient}/orders/${order}/check` });
    await own.getByText('You wrote or prescribed this order.').waitFor();
  }],
  ['on a German page the second person is stopped in German', async (c) => {
    const { patient, order } = await signed(c, { dose: ['95 mg ketamine iv over 5 h'] }, 95, 19);
    await confirmed(c, 'nurse');
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders/${order}/check`, language: 'de' });
    page.expectErrors.push(REFUSED);
    await heading(page, `Anordnung ${order} prüfen`);
    const read = { 'Geburtsdatum, wie die Person es sagt': '1980-05-14', 'Mittel auf der Ampulle': 'esketamine', 'Stärke auf der Ampulle': '100', 'Volumen auf der Ampulle': '20', 'Menge in Ihrer Hand': '95', 'Rate an der Pumpe': '19' };
    for (const [label, value] of Object.entries(read)) await fill(page, label, value);
    await press(page, 'Als zweite Person unterschreiben');
    await stopped(page, /Auf der Ampulle in der Hand steht esketamine, in der Anordnung Ketamin \(das Racemat\): zurücklegen, das sind verschiedene Mittel/);
    await fill(page, 'Mittel auf der Ampulle', 'ketamine');
    await press(page, 'Als zweite Person unterschreiben');
    await stopped(page, /Die Ampulle in der Hand hat 100 mg\/mL, die Anordnung 10 mg\/mL: 9.5 mL davon enthalten 950 mg statt 95 mg, 10-mal so viel/);
    assert.equal(await page.locator('.mismatch [lang="en"]').count(), 0);
    await c.axe(page, 'mismatch, German');
    await c.shot(page, 'german-mismatch');
  }],
  ['150 mg for 30 mg: the vial of 50 mg/mL is named with what it would have given', async (c) => {
    const { patient, order } = await signed(c, { dose: ['30 mg ketamine iv over 40 min'] }, 30, 45);
    await confirmed(c, 'nurse');
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders/${order}/check` });
    page.expectErrors.push(REFUSED);
    await readBack(page, { 'Strength on the vial': '50', 'Amount in your hand': '30', 'Rate set on the pump': '45' });
    await stopped(page, /150 mg in place of 30 mg/, /5 times as much/);
  }],
  ['of a programme of two steps the rate that differs is marked, and no other', async (c) => {
    const { patient, order } = await signed(c, { dose: ['20 mg ketamine iv over 1 h', '30 mg ketamine iv over 2 h at 1 h'] }, 50, 20);
    await confirmed(c, 'nurse');
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders/${order}/check` });
    page.expectErrors.push(REFUSED);
    const rate = (n) => page.getByLabel(`Rate set for step ${n}`);
    await rate(1).fill('20');
    await rate(2).fill('150');
    await readBack(page, { 'Amount in your hand': '50', 'Rate set on the pump': null });
    await stopped(page, /step 2/i, /150 mL\/h are set, the order says 15 mL\/h/);
    assert.deepEqual([await rate(1).getAttribute('aria-invalid'), await rate(2).getAttribute('aria-invalid')], [null, 'true']);
    await rate(2).fill('15');
    await press(page, 'Sign as the second person');
    await page.getByRole('heading', { level: 1, name: /signed by two/ }).waitFor();
  }],
  ['two medicines without a known most have one reason, which the order shows under words', async (c) => {
    const { patient, plan } = await planned(c, { dose: ['98 mg ketamine iv over 4 h'] }), physician = await confirmed(c, 'physician');
    const { order } = await physician.post(`/patients/${patient}/orders`, {
      ...VIAL, plan, concentration_mg_per_ml: 1, diluent: 'sodium_chloride_0_9', total_mg: 98, rate_ml_per_h: 24.5,
      support: { premedication: [{ name: 'dexmedetomidine', dose_mg: 0.05, route: 'oral' }], rescue: [{ name: 'amlodipine', dose_mg: 5, route: 'oral' }] },
    });
    const page = await c.visit('physician', { path: `/patients/${patient}/orders/${order}` });
    for (const name of ['dexmedetomidine', 'amlodipine']) await page.getByText(new RegExp(`most single dose of ${name}`)).waitFor();
    await fill(page, 'Your reason', 'doses of this clinic, read again with the pharmacist');
    await c.axe(page, 'order, reasons');
    await press(page, 'Sign the order');
    await page.getByRole('heading', { level: 1, name: /signed by the prescriber/ }).waitFor();
    await page.locator('.facts dt', { hasText: /most single dose of dexmedetomidine.*most single dose of amlodipine/ }).waitFor();
    assert.equal(await page.getByText('support_dose').count(), 0, 'no word of the program');
  }],
  ['a finding of a score that came after the order asks for its reason when it is signed', async (c) => {
    await limits(c);
    const physician = await confirmed(c, 'physician'), patient = await c.newPatient('physician');
    const answers = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [String(i + 1), i === 8 ? 1 : 0]));
    const score = (more) => physician.post(`/patients/${patient}/scores`, { instrument: 'phq9', answers, ...more });
    await score({});
    const { open_findings: [finding] } = await physician.get(`/patients/${patient}/timeline`);
    await physician.post(`/patients/${patient}/findings/${finding.number}/answer`, { done: 'spoken with the patient, safe plan made' });
    const { plan } = await physician.post(`/patients/${patient}/plans`, { subjects: 20, dose: ['98 mg ketamine iv over 4 h'] });
    const { digest } = await physician.get(`/patients/${patient}/plans/${plan}/sheet`);
    await physician.post(`/patients/${patient}/plans/${plan}/consent`, { sheet_version: digest, language: 'en', decision: 'agreed', off_label: 'explained' });
    const { order } = await physician.post(`/patients/${patient}/orders`, { ...VIAL, plan, concentration_mg_per_ml: 1, diluent: 'sodium_chloride_0_9', total_mg: 98, rate_ml_per_h: 24.5 });
    await score({ date: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) }); // entered late: the record knows a newer one, and what the order rests on stands
    const page = await c.visit('physician', { path: `/patients/${patient}/orders/${order}` });
    page.expectErrors.push(REFUSED);
    await page.getByRole('button', { name: 'Sign the order' }).waitFor();
    for (let n = await page.getByLabel('Your reason').count(); n > 0; n--) await page.getByLabel('Your reason').nth(n - 1).fill('weighed with the patient');
    const before = await page.getByLabel('Your reason').count();
    await press(page, 'Sign the order');
    await page.locator('.gates').getByText(/self-harm/).first().waitFor();
    assert.equal(await page.getByLabel('Your reason').count(), before + 1, 'one reason more');
    await page.getByLabel('Your reason').last().fill('seen by the psychiatrist today');
    await press(page, 'Sign the order');
    await page.getByRole('heading', { level: 1, name: /signed by the prescriber/ }).waitFor();
  }],
  ['limits that the rules of today do not allow are named, each with what is allowed', async (c) => {
    await limits(c);
    const page = await c.visit('physician', {}, (page) => page.route('**/api/v1/profile', async (route) => {
      const answer = await (await route.fetch()).json();
      const outdated = [{ id: 'sbp_once_mmhg', text: 'systolic pressure above this once', unit: 'mmHg', signed: 390, strictest: 140, loosest: 200 }, { id: 'spo2_low_pct', text: 'oxygen saturation below this', unit: '%', strictest: 97, loosest: 92 }];
      await route.fulfill({ json: { ...answer, signed: null, outdated: 'Rules have changed.', outdated_limits: outdated } });
    }));
    await page.goto('/limits');
    await page.getByText('The rules have changed since these limits were signed').waitFor();
    await page.getByText('Systolic pressure above this once: 390\u00a0mmHg signed, 140 to 200\u00a0mmHg allowed').waitFor();
    await page.getByText('Oxygen saturation below this: nothing signed, 92 to 97\u00a0% allowed').waitFor();
    await c.axe(page, 'limits, outdated');
  }],
  ['a ten-fold dose cannot be written, whatever is typed', async (c) => {
    const slip = '350 mg ketamine iv over 40 min';
    const { patient } = await planned(c, { dose: [slip], confirm_dose: slip });
    const page = await c.visit('physician', { path: `/patients/${patient}/order` });
    page.expectErrors.push(REFUSED);
    await page.getByRole('radio', { name: '50 mg/mL', exact: true }).check();
    await fill(page, 'Volume of one vial', '10');
    await page.getByText(/far above the usual 0.25 to 1 mg\/kg/).first().waitFor();
    await c.axe(page, 'ten-fold');
    await fill(page, 'Type the dose again', slip);
    await page.getByText(/never above 7 mg\/kg\/h/).first().waitFor();
    await page.getByText('Nothing can be written while a gate that nobody may pass is closed.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Write the order' }).count(), 0);
    await whole(c, page, 'order-blocked');
  }],
  ['a vial comes in, goes to an order, is given and wasted under two signatures, and the ledger closes', async (c) => {
    const { order } = await checked(c);
    await confirmed(c, 'nurse');
    const page = await c.visit('nurse', { path: '/ledger' }), second = await c.visit('physician', { path: '/ledger' });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Controlled drugs');
    await page.getByText('The cupboard is empty').waitFor();
    await c.axe(page, 'ledger, empty');
    const enter = async (kind, values) => {
      for (const [label, value] of Object.entries(values)) await page.getByRole('dialog').getByLabel(label, { exact: true }).fill(value);
      await page.getByRole('dialog').getByRole('button', { name: kind, exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    const countersign = async () => {
      await confirmed(c, 'physician');
      await second.reload();
      await second.getByRole('button', { name: /^I saw it: sign, move/ }).first().click();
      await second.getByText('Signed by two.').first().waitFor();
      await page.reload();
    };
    await page.getByRole('button', { name: 'Receive', exact: true }).first().click();
    await c.axe(page, 'ledger, receive');
    await enter('Receive', { Strength: '10', 'Volume of one vial': '20', Batch: 'A1234', 'Last day of use': '2031-01-31', Vials: '5' });
    await page.getByText('You entered it: another person signs.').waitFor();
    await second.reload();
    await second.getByText('Waiting for a second signature').waitFor();
    await c.axe(second, 'ledger, pending');
    await countersign();
    await press(page, 'Issue vials of lot A1234');
    await enter('Issue', { 'Number of the signed order': String(order), Vials: '1' });
    await countersign();
    await page.getByText(/200\smg of 200\smg are neither given, wasted nor returned/).waitFor();
    await c.axe(page, 'ledger, open');
    const day = await c.visit('nurse');
    await day.getByText('1 issue of the ledger is not accounted for: given, wasted or returned.').waitFor();
    await day.getByRole('link', { name: 'Open the ledger' }).click();
    await heading(day, 'Controlled drugs');
    await page.getByRole('button', { name: /^Given of issue/ }).click();
    await page.getByRole('dialog').getByLabel('Amount', { exact: true }).fill('980');
    await page.getByRole('dialog').getByRole('button', { name: 'Given', exact: true }).click();
    await page.getByRole('dialog').getByText(/is for 98 mg in all/).waitFor();
    await enter('Given', { Amount: '98' });
    await second.reload();
    await whole(c, second, 'ledger');
    await countersign();
    await page.getByRole('button', { name: /^Waste of issue/ }).click();
    await enter('Waste', { Amount: '102' });
    await countersign();
    await page.getByText('The ledger closes').waitFor();
    await press(page, 'Count lot A1234');
    await enter('Count', { Vials: '4' });
    await countersign();
    await page.getByText('The ledger closes').waitFor();
    await c.axe(page, 'ledger, closed');
    await c.shot(page, 'ledger-closed', { size: DESK });
    const saved = page.waitForEvent('download');
    await press(page, 'Table for a spreadsheet');
    assert.match((await saved).suggestedFilename(), /^ledger-\d{4}-\d\d-\d\d\.csv$/);
  }],
  ['who may not sign is not offered it, and German has every text', async (c) => {
    const { patient, order } = await signed(c, { dose: ['98 mg ketamine iv over 4 h'] }, 98, 24.5);
    const page = await c.visit('nurse', { path: `/patients/${patient}/orders`, language: 'de', size: TABLET });
    await heading(page, 'Anordnungen für Anna Muster');
    await page.getByText('Zweite Person prüft.').waitFor();
    const prescriber = await c.visit('physician', { path: `/patients/${patient}/orders` });
    await prescriber.getByRole('link', { name: 'Write an order' }).waitFor();
    await c.shot(prescriber, 'orders');
    assert.equal(await page.getByRole('link', { name: 'Anordnung schreiben' }).count(), 0);
    await c.axe(page, 'orders, German');
    await page.goto(`/patients/${patient}/orders/${order}`);
    await page.getByText('Alle drei ergeben').waitFor();
    await saysRulesInGerman(page);
    await c.axe(page, 'order, German');
    await page.goto('/limits');
    await heading(page, 'Alarm- und Stoppgrenzen');
    assert.equal(await page.getByRole('button', { name: 'Diese Grenzen unterschreiben' }).count(), 0);
    await c.axe(page, 'limits, German');
  }],
]);
