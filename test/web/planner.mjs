// The planner: a regimen under the hand, beside others, on paper, and agreed to.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { press, run, saysRulesInGerman, DESK, PASSWORD, REFUSED, TABLET, UNREACHABLE } from './clinic.mjs';

const SUPERSEDED = /status of 409/; // a newer question took the place of an older one

async function open(c, record = {}, options = {}) {
  const patient = await c.newPatient('physician', {}, record);
  const page = await c.visit('physician', { path: `/patients/${patient}/plan`, ...options });
  page.expectErrors.push(SUPERSEDED);
  page.patient = patient;
  return page;
}

/** The answer that is shown belongs to this question. */
const shows = (page, part) => page.waitForFunction((text) => document.querySelector('[data-shown]')?.dataset.shown.includes(text), part);
const settled = (page) => page.locator('[data-shown]').waitFor();
const headline = (page) => page.locator('.planner-headline').innerText();

run([
  ['a protocol is forecast in one sentence and one chart, with its ground one tap away', async (c) => {
    const page = await open(c);
    await settled(page);
    assert.match(await headline(page), /^Relief of 30 % or more is expected to last about \d+ days \(\d+ to \d+\) in patients who respond; about 7 in 10 do\.$/);
    await page.getByText(/^Next infusion due .*\s20\d\d to .* if pain has fallen by 30 %\.$/).waitFor();
    await page.getByRole('img', { name: /^Pain over the weeks, in patients who respond\./ }).waitFor();
    await page.getByText('fitted', { exact: true }).waitFor();
    await page.getByText('4 of 4 limits kept').waitFor();
    await c.axe(page, 'planner');
    await c.shot(page, 'planner');
    await press(page, 'Basis: why these numbers');
    const dialog = page.getByRole('dialog', { name: 'Basis of this forecast' });
    await dialog.getByRole('table', { name: 'Models' }).waitFor();
    const words = await dialog.innerText();
    for (const part of ['If people differed half as much', 'Neither diary nor level is on record', 'pain before treatment', 'otto2021', 'dahan2011', 'Between-person variability of slow relief is not published'])
      assert.ok(words.includes(part), part);
    await c.axe(page, 'basis');
    await c.shot(page, 'planner-basis');
    await page.keyboard.press('Escape');
    await press(page, 'Evidence for this regimen and condition');
    await page.getByRole('dialog').getByText('Sigtermans 2009').first().waitFor();
    await c.axe(page, 'evidence');
  }],
  ['bands move with the slider, by hand and by keys, and what was typed is exact', async (c) => {
    const page = await open(c);
    await settled(page);
    const slider = page.getByRole('slider', { name: 'Rate, slider' }), before = await headline(page);
    await slider.fill('0.1');
    await shows(page, '0.1 mg/kg/h esketamine iv for 100 h');
    assert.notEqual(await headline(page), before);
    assert.equal(await page.getByLabel('Protocol').inputValue(), '', 'what is moved by hand is no protocol any more');
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await shows(page, '0.105 mg/kg/h');
    assert.equal(await slider.getAttribute('aria-valuetext'), '0.105\u00a0mg/kg/h');
    await page.getByLabel('Rate', { exact: true }).fill('0.2175');
    await shows(page, '"0.2175 mg/kg/h');
    await page.getByLabel('Unit', { exact: true }).selectOption('mg/h');
    await shows(page, 'mg/h esketamine iv for 100 h');
    await page.getByLabel('Rate', { exact: true }).fill('0,2');
    await page.getByText('Write a point for decimals').waitFor();
    await page.getByLabel('Rate', { exact: true }).fill('5000');
    await page.getByText('From 0.1 to 1000 mg/h').waitFor();
  }],
  ['a level becomes steps of the pump, as doses that can be changed and go into the plan', async (c) => {
    const page = await open(c, { setting: 'inpatient' });
    await settled(page);
    await page.getByLabel('Protocol').selectOption({ label: 'Own regimen of several doses, or a pump programme' });
    const lines = page.getByLabel('Doses, one a line');
    assert.match(await lines.inputValue(), /^0\.\d+ mg\/kg\/h esketamine iv for 100 h$/, 'it begins with what was there');
    await page.getByLabel('Level of esketamine', { exact: true }).fill('120');
    await press(page, 'Make the steps');
    await page.getByText(/^\d+ settings of the pump, [\d.]+\smg in all, highest level 1[12]\d\sng\/mL\./).waitFor();
    const made = (await lines.inputValue()).split('\n');
    assert.ok(made.length > 4 && made.every((line) => /^[\d.]+ mg\/h esketamine iv for [\d.]+ (min|h)( at [\d.]+ (min|h))?$/.test(line)), made.join('; '));
    await shows(page, made[1]);
    await page.getByText(/of \d limits kept/).waitFor();
    await c.axe(page, 'programme');
    await c.shot(page, 'planner-programme');
    await lines.fill([...made.slice(0, -1), 'ten mg'].join('\n'));
    await page.getByRole('alert').getByText(/ten/).waitFor();
    await lines.fill(made.join('\n'));
    await shows(page, made[1]);
    await page.getByRole('button', { name: 'Sheet' }).click();
    await page.getByRole('heading', { level: 1 }).getByText(/sheet|treatment/i).or(page.locator('.sheet')).first().waitFor();
    assert.equal((await (await c.person('physician')).get(`/patients/${page.patient}/plans`)).plans.length, 1);
  }],
  ['a newer question takes the place of an older one that is slow', async (c) => {
    const page = await open(c);
    await settled(page);
    let asked = 0, release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route('**/plans/preview', async (route) => {
      if (asked++ === 0) await held;
      await route.continue().catch(() => undefined);
    });
    await page.getByRole('slider', { name: 'Rate, slider' }).fill('0.1');
    await page.waitForTimeout(50);
    await page.getByRole('slider', { name: 'Rate, slider' }).fill('0.25');
    await shows(page, '0.25 mg/kg/h'); // although the first is still under way
    release();
    await page.waitForTimeout(700);
    await shows(page, '0.25 mg/kg/h'); // its late answer changes nothing
  }],
  ['four regimens stand beside each other, in their own dash and in one table', async (c) => {
    const page = await open(c);
    await settled(page);
    await press(page, 'Compare');
    await page.getByRole('slider', { name: 'Rate, slider' }).fill('0.2');
    await shows(page, '0.2 mg/kg/h');
    await press(page, 'Compare');
    await page.getByLabel('Protocol').selectOption('crps_outpatient_10d');
    await shows(page, 'crps_outpatient_10d');
    await press(page, 'Compare');
    await page.getByLabel('Protocol').selectOption('crps_inpatient_7d');
    await shows(page, 'crps_inpatient_7d');
    assert.equal(await page.getByRole('button', { name: 'Compare' }).count(), 0, 'there is no fifth');
    const table = page.getByRole('table', { name: 'Regimens compared' });
    assert.deepEqual((await table.getByRole('columnheader').allInnerTexts()).map((text) => text.trim()), ['A', 'B', 'C', 'D']);
    const days = await table.getByRole('row', { name: /^Days with 30 % relief/ }).innerText();
    assert.equal(days.match(/\(\d/g).length, 4);
    await c.axe(page, 'compared');
    await c.shot(page, 'planner-compared', { fullPage: true });
    await press(page, 'Remove regimen D');
    await page.waitForFunction(() => document.querySelectorAll('.compare thead th').length === 3);
  }],
  ['for a series of short infusions the trials come first and the bands are hatched', async (c) => {
    const page = await open(c, { setting: 'outpatient' });
    await settled(page);
    await page.getByLabel('Protocol').selectOption('');
    await page.getByLabel('Drug').selectOption('ketamine');
    await page.getByLabel('Unit', { exact: true }).selectOption('mg/kg');
    await page.getByLabel('Amount', { exact: true }).fill('0.5');
    await page.getByRole('radio', { name: 'min' }).check();
    await page.getByLabel('Duration', { exact: true }).fill('40');
    await page.getByLabel('Number', { exact: true }).fill('5');
    await page.getByLabel('Every', { exact: true }).fill('2');
    await shows(page, '0.5 mg/kg ketamine iv over 40 min every 2 d x5');
    assert.match(await headline(page), /published trials lead, and its curve is hypothetical/);
    await page.getByText('hypothetical', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Published results first' }).getByRole('listitem').first().waitFor();
    assert.equal(await page.locator('.legend .swatch.hatched').count(), 2);
    await page.getByText('No date for the next infusion').waitFor();
    await c.axe(page, 'hypothetical');
    await c.shot(page, 'planner-hypothetical', { fullPage: true });
  }],
  ['a ten-fold dose is typed again; over a hard limit nothing goes to an order', async (c) => {
    const page = await open(c);
    await settled(page);
    await page.getByLabel('Rate', { exact: true }).fill('8');
    await page.getByText('Far from the usual dose').waitFor();
    await page.getByText('No forecast while the dose is refused.').waitFor();
    await c.axe(page, 'ten-fold');
    await c.shot(page, 'planner-tenfold');
    await page.getByRole('slider', { name: 'Duration, slider' }).fill('1');
    await page.getByLabel('Type the dose again').fill('8 mg/kg/h ketamine iv for 1 h');
    await page.getByText('This is another dose.').waitFor();
    await page.getByLabel('Type the dose again').fill('8 mg/kg/h esketamine iv for 1 h');
    await shows(page, 'confirm_dose');
    await page.getByText('Over a hard limit. This cannot be ordered.').waitFor();
    await page.getByText('A regimen over a hard limit cannot be ordered.').waitFor();
    await c.axe(page, 'hard limit');
  }],
  ['who is no candidate, has no weight or no pain score gets a sentence and no number', async (c) => {
    for (const [record, sentence] of [[{ history: ['active_psychosis'] }, /not a candidate/], [{ weight_kg: undefined }, /doses need the weight/]]) {
      const page = await open(c, record);
      await settled(page);
      assert.match(await headline(page), sentence);
      assert.ok(await page.getByRole('button', { name: 'Sheet' }).isDisabled());
      await c.axe(page, String(sentence));
    }
    const page = await open(c, { baseline_nrs: undefined });
    await settled(page);
    await page.getByText('the pain before treatment is not on record').waitFor();
    await c.axe(page, 'no score');
  }],
  ['the sheet is one A4 page in both languages, and consent is recorded to its version', async (c) => {
    const page = await open(c);
    await settled(page);
    await press(page, 'Sheet');
    await page.getByRole('heading', { name: 'Can it help?' }).waitFor();
    await c.axe(page, 'sheet');
    await c.shot(page, 'sheet', { fullPage: true });
    const parts = {
      English: [/Treatment with esketamine for your pain/, /For Anna Muster, born 14 May 1980/, /Of 100 people like you, about 67/, /76 of 100 people/, /3 of 6 people/, /off-label use/, /67 studies with 2.309 adults/, /You may say no/],
      Deutsch: [/Behandlung mit Esketamin gegen Ihre Schmerzen/, /Für Anna Muster, geboren 14\. Mai 1980/, /Von 100 Menschen wie Ihnen haben etwa 67/, /76 von 100/, /Off-Label-Gebrauch/, /67 Studien mit 2.309 Erwachsenen/, /Sie dürfen Nein sagen/],
    };
    for (const [language, texts] of Object.entries(parts)) {
      await page.getByRole('radio', { name: language }).check();
      await page.getByRole('heading', { name: language === 'Deutsch' ? 'Kann es helfen?' : 'Can it help?' }).waitFor();
      const pdf = join(c.folder, `${language}.pdf`);
      await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
      const words = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
      const pages = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });
      assert.match(pages, /Pages:\s+1\n/, `${language}: one page`);
      assert.match(pages, /A4/);
      const plain = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
      for (const text of texts) assert.ok(text.test(plain) || text.test(words), `${language}: ${text}`);
      assert.ok(!/null|NaN|undefined|\{/.test(words), language);
      assert.ok(!/Consent|Einwilligung/.test(words), 'the form is not printed');
    }
    assert.ok(await page.getByRole('button', { name: 'The patient agrees' }).isDisabled());
    await page.getByLabel('Off-label use was explained').check();
    await press(page, 'The patient agrees');
    await page.getByText(/^Agreed on .*explained by physician\.$/).waitFor();
    await page.getByText('To this version of the sheet.').waitFor();
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByText('To another version or language of the sheet.').waitFor();
    await c.axe(page, 'agreed');
    await page.getByRole('link', { name: 'Planner' }).click();
    await page.getByRole('table', { name: 'Kept plans' }).getByText('agreed').waitFor();
  }],
  ['the sheet of a short course fits one page too, without icons', async (c) => {
    const page = await open(c);
    const physician = await c.person('physician');
    const { plan } = await physician.post(`/patients/${page.patient}/plans`, { dose: ['0.5 mg/kg ketamine iv over 40 min every 2 d x5'], subjects: 40 });
    await page.goto(`/patients/${page.patient}/plans/${plan}/sheet`);
    for (const language of ['English', 'Deutsch']) {
      await page.getByRole('radio', { name: language }).check();
      await page.getByText(language === 'Deutsch' ? /Niemand kann sagen/ : /Nobody can say/).waitFor();
      const pdf = join(c.folder, `short-${language}.pdf`);
      await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
      assert.match(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }), /Pages:\s+1\n/, language);
    }
    assert.equal(await page.locator('.people').count(), 0);
  }],
  ['it speaks German, holds on a tablet and at twice the size, and in the dark', async (c) => {
    for (const [size, name] of [[TABLET, 'tablet'], [{ width: DESK.width / 2, height: DESK.height / 2 }, 'twice the size']]) {
      const page = await open(c, {}, { size, language: 'de' });
      await settled(page);
      assert.equal(await page.getByRole('option', { name: 'CRPS, stationär, Esketamin über 4 Tage', exact: true }).count(), 1, 'a protocol is named in English');
      assert.match(await headline(page), /^Eine Linderung von 30 % oder mehr hält bei Ansprechenden voraussichtlich etwa \d+ Tage an/);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `sideways: ${name}`);
      await saysRulesInGerman(page);
      await c.axe(page, name);
    }
    const other = await open(c, { condition: 'fibromyalgia' }, { language: 'de' });
    await settled(other);
    await other.getByText(/Fibromyalgie, das Modell aber wurde am komplexen regionalen Schmerzsyndrom angepasst/).first().waitFor();
    await saysRulesInGerman(other);
  }],
  ['when the server is gone the page says so and goes on when it is back', async (c) => {
    const page = await open(c);
    page.expectErrors.push(UNREACHABLE, REFUSED);
    await settled(page);
    await c.stop();
    await page.getByRole('slider', { name: 'Rate, slider' }).fill('0.15');
    await page.getByText('The server does not answer', { exact: true }).waitFor();
    await c.axe(page, 'gone');
    assert.equal(await page.locator('[data-shown*="0.15 mg/kg/h"]').count(), 0, 'nobody has answered it');
    await c.start(c.listen);
    delete c.people.physician; // sessions end with the program
    await press(page, 'Try again');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByLabel('Code of your second factor').fill(await c.freshCode('physician'));
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await shows(page, '0.15 mg/kg/h');
    assert.equal(await page.getByText('The server does not answer', { exact: true }).count(), 0);
  }],
]);
