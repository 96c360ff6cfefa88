// A session that is over, on its own screen once more: what was known at each moment, loudly marked, and nothing can be entered.
import assert from 'node:assert/strict';
import { run } from './clinic.mjs';
import { mayStart, checked, issued } from './ordering.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const SECOND_MS = 1100; // moments are whole seconds

/** Begun, an alarm, slower, stopped; what the nurse's screen was told is kept beside it. */
async function lived(c) {
  const { patient, order } = await checked(c);
  await issued(c, order);
  const nurse = await c.person('nurse'), path = `/patients/${patient}/orders/${order}`, said = [];
  const step = async (what) => {
    await what();
    await pause(SECOND_MS);
    said.push(await nurse.get(`${path}/bedside`));
    await pause(SECOND_MS);
  };
  const event = (name, more = {}) => () => nurse.post(`${path}/bedside`, { event: name, ...more });
  await mayStart(c, path);
  await step(() => nurse.post(`${path}/readings`, { values: { sbp_mmhg: 124, dbp_mmhg: 78, hr_per_min: 72 } }));
  await step(event('started', { rate_ml_per_h: 24.5 }));
  await step(() => nurse.post(`${path}/readings`, { values: { sbp_mmhg: 207, dbp_mmhg: 96, hr_per_min: 96 } }));
  await step(event('rate', { rate_ml_per_h: 12 }));
  await step(event('stopped'));
  await step(event('aborted', { why: 'pressure above the limit' }));
  return { patient, order, path, said, nurse };
}

/** Move the slider to a moment as the arrow keys would, and wait until the page shows it. */
async function goTo(page, atS) {
  await page.getByRole('slider', { name: 'Moment' }).evaluate((slider, value) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(value));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }, atS);
}

const state = (page, word) => page.locator('.session-head .session-state', { hasText: word }).waitFor();

run([
  ['each moment shows what was known then: state, rate, values, alarms and forecast, loudly marked, with nothing to enter', async (c) => {
    const session = await lived(c);
    const page = await c.visit('nurse', { path: session.path });
    await page.getByRole('link', { name: 'Replay', exact: true }).click();
    await page.locator('.replay-mark', { hasText: 'Replay' }).waitFor();
    const words = ['checked', 'running', 'running', 'running', 'stopped', 'stopped'];
    for (const [i, then] of session.said.slice(0, 5).entries()) {
      await goTo(page, then.session.now_s);
      await state(page, words[i]);
      const shown = await session.nurse.get(`${session.path}/bedside?at_s=${then.session.now_s}`);
      assert.deepEqual(shown.session, then.session);
      assert.deepEqual(shown.forecast, then.forecast);
      assert.equal(await page.locator('.session-actions, .session-panel, .session-values button, .alarm-bar button').count(), 0, 'nothing can be entered');
    }
    await goTo(page, session.said[2].session.now_s);
    await page.locator('.alarm-bar.high', { hasText: '207' }).waitFor();
    await page.locator('.vital', { hasText: '207/96' }).waitFor();
    await page.locator('.lane-head', { hasText: 'Level' }).getByText(/ng\/mL/).waitFor();
    assert.equal(await page.locator('.session-event-list ol > li').count(), 1);
    const { height, inner } = await page.evaluate(() => ({ height: document.documentElement.scrollHeight, inner: innerHeight }));
    assert.ok(height <= inner, `the page is ${height} px high on a screen of ${inner}`);
    await c.axe(page, 'replay');
    await c.shot(page, 'session-replay');
    await goTo(page, session.said[0].session.now_s);
    await page.locator('.vital', { hasText: '124/78' }).waitFor();
    assert.equal(await page.locator('.alarm-bar.high').count(), 0, 'the alarm had not come yet');
  }],
  ['it plays by itself at three speeds and by the keys, and each forecast that was shown is made again', async (c) => {
    const session = await lived(c);
    const page = await c.visit('physician', { path: `${session.path}/replay` });
    const slider = page.getByRole('slider', { name: 'Moment' });
    await state(page, 'checked');
    await page.locator('.segment', { hasText: '60×' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'Play' }).waitFor(); // it has come to the end
    await page.locator('.session-head .session-state', { hasText: 'aborted' }).waitFor();
    const end = Number(await slider.inputValue());
    await slider.press('ArrowLeft');
    assert.equal(Number(await slider.inputValue()), end - 10);
    await slider.press('Home');
    await state(page, 'checked');
    await page.getByRole('button', { name: 'Next event' }).click();
    await state(page, 'running');
    await slider.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await slider.press(' ');
    await page.locator('.segment', { hasText: 'as it was' }).last().click();
    await page.getByText('What the forecast was made of', { exact: true }).click();
    await page.getByRole('button', { name: 'Make all shown forecasts again' }).click();
    const { forecasts } = await session.nurse.get(`${session.path}/bedside/forecasts`);
    assert.ok(forecasts.length >= 3, `${forecasts.length} forecasts were shown`);
    await page.getByText(`${forecasts.length} of ${forecasts.length} shown forecasts are the same`).waitFor();
    await c.axe(page, 'replay, forecasts');
  }],
]);
