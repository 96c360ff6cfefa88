// The made-up clinic says so everywhere, and lets anybody in; a real one does neither.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { REFUSED, run } from './clinic.mjs';

run([
  ['the ward of the demonstration shows three sessions with values of now, and the alarm of the one in trouble', async (c) => {
    const scenarios = new URL('../../examples/devices/demo/', import.meta.url).pathname;
    const devices = readdirSync(scenarios).map((name) => spawn(process.argv[2], ['device-sim', scenarios + name, '--to', c.hl7, '--from-s', '78'], { stdio: 'ignore' }));
    try {
      const page = await c.visit('brook', { path: '/ward' });
      const tiles = page.locator('.ward-tile');
      const trouble = tiles.filter({ hasText: 'Cobblestone' }).filter({ hasText: 'systolic pressure' });
      await trouble.waitFor({ timeout: 60_000 });
      assert.equal(await tiles.count(), 3);
      const brook = await c.person('brook');
      const { sessions, now_s: now } = await brook.get('/ward');
      for (const session of sessions) {
        const pulse = session.values.hr_per_min;
        assert.ok(now - pulse.at_s <= 5, `${session.family_name}: ${now - pulse.at_s} s`);
        await tiles.filter({ hasText: session.family_name }).filter({ hasText: /HR \d+ 0:0[0-5]/ }).waitFor(); // and how old
      }
      await c.axe(page, 'ward of the demonstration');
      await c.shot(page, 'demo-ward');
      const { patient, number } = sessions.find(({ family_name: name }) => name === 'Cobblestone');
      const paper = await c.visit('brook', { path: `/api/v1/patients/${patient}/orders/${number}/flowsheet` });
      await paper.getByText('nobody here exists').waitFor();
      await paper.emulateMedia({ media: 'print' });
      await c.shot(paper, 'session-record', { clip: { x: 0, y: 0, width: 1123, height: 794 }, fullPage: true });
    } finally {
      for (const device of devices) device.kill();
    }
  }],
  ['one press on an account signs in, and every page says that nobody exists', async (c) => {
    const page = await c.visit(null, { path: '/patients' });
    page.expectErrors.push(REFUSED);
    await page.getByRole('heading', { name: 'Look around' }).waitFor();
    await c.axe(page, 'sign-in of the demonstration');
    await c.shot(page, 'demo-sign-in');
    await page.getByRole('button', { name: 'brook' }).click();
    await page.getByRole('note').getByText('Nobody here exists').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Patients' }).waitFor();
    await page.goto('/');
    await page.getByRole('note').getByText('Nobody here exists').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByRole('note').isVisible(), 'the mark is not on paper');
  }],
  ['the same account signs in twice within half a minute', async (c) => {
    for (let i = 0; i < 2; i++) {
      const page = await c.visit(null);
      page.expectErrors.push(REFUSED);
      await page.getByRole('button', { name: 'meadow' }).click();
      await page.getByRole('note').waitFor();
    }
  }],
], { demo: true, options: ['--hl7', '127.0.0.1:0'] });
