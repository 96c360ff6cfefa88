// Finding a patient, adding one, and the record of somebody else's patient.
import assert from 'node:assert/strict';
import { confirm, fill, press, run, DESK, REFUSED, TABLET } from './clinic.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const HERE = /\/patients\/[0-9a-f]{32}$/;

run([
  ['nobody in one\'s care yet: the page says what to do', async (c) => {
    const page = await c.visit('physician', { path: '/patients' });
    await page.getByText('Nobody is in your care yet').waitFor();
    await c.axe(page, 'no patients');
    await c.shot(page, 'patients-none');
  }],
  ['a new patient is added, with the first clinical facts, and found again', async (c) => {
    const page = await c.visit('nurse', { path: '/patients' });
    await page.getByRole('link', { name: 'New patient' }).first().click();
    await heading(page, 'New patient');
    await c.axe(page, 'new patient');
    await press(page, 'Add patient');
    await page.getByText('Give the family name').waitFor();
    await fill(page, 'Family name', "Müller-O'Neil");
    await page.getByLabel('Given name').fill('Änne');
    await page.getByLabel('Date of birth').fill('1980-05-14');
    await page.getByLabel('Record number').fill('0142');
    await page.getByRole('radio', { name: 'Female' }).check();
    await page.getByLabel('Weight').fill('700');
    await page.getByLabel('Height').fill('168');
    await page.getByText('This cannot be: 30 to 300').waitFor();
    await press(page, 'Add patient');
    await page.getByText('A value above is not clear yet').waitFor();
    await c.axe(page, 'refused values');
    await page.getByLabel('Weight').fill('70');
    await page.getByLabel('Condition').selectOption('crps');
    await page.getByLabel('Pain before treatment').fill('7.2');
    await c.shot(page, 'patient-new');
    await press(page, 'Add patient');
    await page.waitForURL(HERE);
    await page.getByText("Müller-O'Neil, Änne is added").waitFor();
    const made = await (await c.person('nurse')).get(new URL(page.url()).pathname);
    assert.equal(made.record.weight.value_kg, 70);
    assert.equal(made.record.condition, 'crps');
    assert.equal(made.record.baseline_nrs, 7.2);
    assert.equal(made.identity.family_name, "Müller-O'Neil");

    await c.newPatient('nurse', { family_name: 'Weber', given_name: 'Jonas', birth_date: '1971-02-03', record_number: '0107' });
    await c.newPatient('physician', { family_name: 'Müller', given_name: 'Karl', birth_date: '1958-11-30', record_number: '0088' });
    await page.goto('/patients');
    await page.getByText('2 patients in your care').waitFor();
    await c.shot(page, 'patients');
    await fill(page, 'Name or record number', 'müller');
    await press(page, 'Search');
    await page.getByText('2 patients found').waitFor();
    assert.ok(!page.url().includes('ller'), 'the name is not in the address');
    await c.axe(page, 'found');
    await page.getByLabel('Date of birth').fill('1980-05-14');
    await press(page, 'Search');
    await page.getByText('1 patient found').waitFor();
    assert.match(await page.getByRole('table').innerText(), /Müller-O'Neil, Änne\s+14.May.1980, \d+ years\s+0142\s+You care for this patient/);
    await fill(page, 'Name or record number', 'nobody of this name');
    await press(page, 'Search');
    await page.getByText('Nobody found').waitFor();
    await c.axe(page, 'nobody');
    await press(page, 'Clear');
    await page.getByText('2 patients in your care').waitFor();
  }],
  ['before a second record of somebody is made, the first one is shown', async (c) => {
    const first = await c.newPatient('nurse', { family_name: 'Doppel', given_name: 'Eva', birth_date: '1969-09-09' });
    const page = await c.visit('nurse', { path: '/patients/new' });
    await fill(page, 'Family name', 'Doppelmann');
    await page.getByLabel('Date of birth').fill('1969-09-09');
    await page.getByLabel('Record number').focus();
    await page.getByText('There may be a record of this person already').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Doppel, Eva' }).getAttribute('href'), `/patients/${first}`);
    assert.ok(await page.getByRole('button', { name: 'Add patient' }).isDisabled());
    await c.axe(page, 'duplicate');
    await c.shot(page, 'patient-duplicate');
    await page.getByLabel('It is another person: make a new record').check();
    await press(page, 'Add patient');
    await page.waitForURL(HERE);
  }],
  ['leaving a form with something in it asks first', async (c) => {
    const page = await c.visit('nurse', { path: '/patients/new' });
    await fill(page, 'Family name', 'Halb');
    let asked = 0;
    page.on('dialog', async (dialog) => {
      asked++;
      await dialog.dismiss();
    });
    await press(page, 'Cancel');
    await heading(page, 'New patient');
    assert.equal(asked, 1);
    assert.equal(await page.getByLabel('Family name').inputValue(), 'Halb');
  }],
  ['the record of somebody else opens with a reason, after password and code', async (c) => {
    const patient = await c.newPatient('physician', { family_name: 'Fremd', given_name: 'Ida', birth_date: '1990-01-02' });
    const page = await c.visit('helper', { path: '/patients' });
    page.expectErrors.push(REFUSED);
    await c.person('helper');
    await fill(page, 'Name or record number', 'fremd');
    await press(page, 'Search');
    await page.getByRole('button', { name: 'Break the glass: Fremd, Ida' }).click();
    const dialog = page.getByRole('dialog', { name: /Open the record/ });
    assert.ok(await dialog.getByRole('button', { name: 'Open for an hour' }).isDisabled());
    await c.axe(page, 'glass');
    await dialog.getByLabel('Why it cannot wait').fill('collapsed in the waiting room');
    await c.shot(page, 'break-glass');
    await dialog.getByRole('button', { name: 'Open for an hour' }).click();
    await page.waitForURL(new RegExp(`/patients/${patient}$`));
    const audit = await (await c.person('administrator')).get('/audit?limit=20');
    assert.ok(audit.facts.some((fact) => fact.kind === 'break_glass' && fact.who === 'helper' && fact.person === patient));
  }],
  ['a closed record that was come upon by its address opens whole, with one reason', async (c) => {
    const patient = await c.newPatient('physician', { family_name: 'Geschlossen', given_name: 'Udo', birth_date: '1991-02-03' });
    const page = await c.visit('helper', { path: `/patients/${patient}` });
    page.expectErrors.push(REFUSED);
    await press(page, 'Break the glass');
    const dialog = page.getByRole('dialog', { name: /Open the record/ });
    await dialog.getByLabel('Why it cannot wait').fill('collapsed in the waiting room');
    await dialog.getByRole('button', { name: 'Open for an hour' }).click();
    await heading(page, 'Udo Geschlossen');
    await page.getByRole('region', { name: 'Who this page is about' }).getByText('70 kg').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Break the glass' }).count(), 0);
  }],
  ['a therapist finds patients, and is neither offered a new record nor the glass', async (c) => {
    const page = await c.visit('therapist', { path: '/patients', size: TABLET, theme: 'dark' });
    assert.equal(await page.getByRole('link', { name: 'New patient' }).count(), 0);
    await fill(page, 'Name or record number', 'fremd');
    await press(page, 'Search');
    await page.getByText('In the care of others').waitFor();
    assert.equal(await page.getByRole('button', { name: /Break the glass/ }).count(), 0);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no scrolling sideways on a tablet');
  }],
  ['names that look like code are shown as they are', async (c) => {
    const evil = '<img src=x onerror=alert(1)>';
    await c.newPatient('nurse', { family_name: evil, given_name: '{{7*7}}' });
    const page = await c.visit('nurse', { path: '/patients', size: { width: DESK.width / 2, height: DESK.height / 2 } });
    await fill(page, 'Name or record number', 'onerror');
    await press(page, 'Search');
    await page.getByText(`${evil}, {{7*7}}`).first().waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no scrolling sideways at 200 %');
  }],
], { users: { helper: ['nurse'] } });
