// The made-up clinic says so everywhere, and lets anybody in; a real one does neither.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSED, run } from './clinic.mjs';

const BASE = 100; // mmHg
const FOLLOWS = `name: follows
patient: DEMO-0014
length: 1 h
devices:
  - {id: DEMO-MON-1, kind: monitor, every: 1 s, signs: {systolic: {trend: {0 min: ${BASE}}, follows: {of: sbp_rise}, decimals: 3}}}
  - {id: DEMO-PUMP-1, kind: pump, every: 1 s, signs: {pump_rate_now: {follows: {of: rate}, decimals: 4}}}
`;

/** What a forecast says in the middle of its band, between its moments on a straight line. */
function rise({ begun_s: begun, from_h: from, sbp_rise: { time_min: minutes, p50 } }, at) {
  const minute = (at - begun - from * 3600) / 60, i = minutes.findIndex((next) => next >= minute);
  return p50[i - 1] + (p50[i] - p50[i - 1]) * (minute - minutes[i - 1]) / (minutes[i] - minutes[i - 1]);
}

/** Ask until it is so. */
async function soon(person, path, so) {
  for (let i = 0; ; i++) {
    const all = await person.get(path);
    if (so(all)) return all;
    assert.ok(i < 200, JSON.stringify({ values: all.watch.values, rate: all.session.rate, events: all.session.events }));
    await new Promise((later) => setTimeout(later, 200));
  }
}

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
  ['simulated devices follow the session: its forecast, and what is entered there', async (c) => {
    const brook = await c.person('brook');
    const { sessions } = await brook.get('/ward');
    const { patient, number } = sessions.find(({ family_name: name }) => name === 'Inkwell');
    const path = `/patients/${patient}/orders/${number}/bedside`;
    const scenario = join(c.folder, 'follow.yaml');
    writeFileSync(scenario, FOLLOWS);
    const device = spawn(process.argv[2], ['device-sim', scenario, '--to', c.hl7, '--db', c.db], { stdio: 'ignore' });
    try {
      const fits = ({ watch: { values }, session, forecast }) => values.pump_ml_per_h?.value === (session.rate.ml_per_h ?? 0) &&
        Math.abs(values.sbp_mmhg.value - BASE - rise(forecast, values.sbp_mmhg.at_s)) <= 0.02;
      const flowing = await soon(brook, path, fits);
      assert.ok(flowing.session.rate.ml_per_h > 0 && flowing.watch.values.sbp_mmhg.value > BASE + 0.5, JSON.stringify(flowing.watch.values));
      await brook.post(path, { event: 'paused' });
      const paused = await soon(brook, path, (all) => all.session.state === 'paused' && all.watch.values.sbp_mmhg.at_s > all.session.events.at(-1).at_s + 5 && fits(all));
      assert.equal(paused.watch.values.pump_ml_per_h.value, 0);
      await brook.post(path, { event: 'resumed', rate_ml_per_h: flowing.session.rate.ml_per_h });
    } finally {
      device.kill();
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
