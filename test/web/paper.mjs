// What leaves a session on paper: the record that the server draws.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { run } from './clinic.mjs';
import { checked, issued } from './ordering.mjs';

/** A session that the nurse began by the API. */
async function begun(c, record) {
  const { patient, order } = await checked(c, record);
  await issued(c, order);
  const nurse = await c.person('nurse'), path = `/patients/${patient}/orders/${order}`;
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
]);
