// The made-up clinic says so everywhere, and lets anybody in; a real one does neither.
import assert from 'node:assert/strict';
import { REFUSED, run } from './clinic.mjs';

run([
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
], { demo: true });
