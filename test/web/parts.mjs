// What pages are made of, each part by itself, under the content policy of the real server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../web/build.mjs';
import { press, run, TABLET } from './clinic.mjs';

let script, style;

async function parts(c, options) {
  if (!script) {
    const folder = join(c.folder, 'parts');
    for (const name of await bundle(fileURLToPath(new URL('parts_page.tsx', import.meta.url)), folder)) {
      const text = readFileSync(join(folder, name), 'utf8');
      if (name.endsWith('.js')) script = text;
      else style = text;
    }
  }
  const page = await c.visit(null, options, async (page) => {
    await page.route(/\/assets\/.*\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    await page.route(/\/assets\/.*\.css$/, (route) => route.fulfill({ contentType: 'text/css', body: style }));
  });
  await page.getByRole('heading', { level: 1, name: 'Parts' }).waitFor();
  return page;
}

run([
  ['every part passes axe in both themes and in German', async (c) => {
    const page = await parts(c);
    await c.axe(page, 'parts');
    await c.shot(page, 'parts-light', { fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await c.shot(page, 'parts-dark', { fullPage: true });
    await c.axe(await parts(c, { language: 'de', size: TABLET }), 'parts, German, tablet');
  }],
  ['a number outside the possible is refused, an implausible one is typed again, an unusual one is flagged', async (c) => {
    const page = await parts(c);
    const weight = page.getByLabel('Weight', { exact: true }), taken = page.locator('#taken');
    const give = async (text) => {
      await weight.fill(text);
      await weight.blur();
    };
    await give('70.50');
    assert.equal(await taken.textContent(), 'taken: 70.5\u00a0kg');
    for (const [text, sentence] of [['70,5', /Write a point/], ['.5', /zero before the point/], ['seven', /number is expected/], ['4000', /This cannot be: 20 to 400.kg/]]) {
      await give(text);
      await page.getByText(sentence).waitFor();
      assert.equal(await taken.textContent(), 'nothing taken', text);
    }
    await give('130');
    await page.getByText('capped above 120 kg').waitFor();
    assert.equal(await taken.textContent(), 'taken: 130\u00a0kg');
    await give('230');
    await page.getByText(/far from what is usual/).waitFor();
    assert.equal(await taken.textContent(), 'nothing taken');
    await page.getByLabel('Type the value again').fill('203');
    await page.getByText('The two values differ.').waitFor();
    await page.getByLabel('Type the value again').fill('230');
    assert.equal(await taken.textContent(), 'taken: 230\u00a0kg');
  }],
  ['a dialog holds the focus, closes by Escape and gives the focus back', async (c) => {
    const page = await parts(c);
    await page.getByRole('button', { name: 'Open' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'A question' });
    await dialog.waitFor();
    await c.axe(page, 'dialog');
    for (let i = 0; i < 6; i++) {
      assert.ok(await page.evaluate(() => document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)), 'focus left the dialog');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Open');
  }],
  ['what was done can be undone', async (c) => {
    const page = await parts(c);
    await press(page, 'Delete');
    await press(page, 'Undo');
    assert.equal(await page.locator('#undone').textContent(), 'undone 1 times');
    assert.equal(await page.getByText('The entry is deleted.').count(), 0);
  }],
  ['a chart walks with the keys, shows its table, and follows its data', async (c) => {
    const page = await parts(c);
    const chart = page.getByRole('img', { name: /^Expected pain\. Pain falls/ });
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('1 Dec 2026', { exact: true }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('2 Dec 2026', { exact: true }).waitFor();
    const legend = page.locator('.legend');
    const before = await legend.innerText();
    await press(page, 'Lower');
    await page.waitForFunction((text) => document.querySelector('.legend').innerText !== text, before);
    await page.getByRole('button', { name: 'Expected pain as a table' }).click();
    const table = page.getByRole('table', { name: 'Expected pain' });
    assert.match(await table.innerText(), /A, median \(NRS\)[\s\S]*1.Dec.2026\s+2\.7[\s\S]*4.Dec.2026\s+[\d.]+\s+[\d.]+\s+3\.4/);
    assert.ok((await table.innerText()).includes('missing'), 'a gap is said');
    await c.axe(page, 'table of a chart');
    await page.getByRole('button', { name: 'Expected pain as a chart' }).click();
    await chart.waitFor();
  }],
]);
