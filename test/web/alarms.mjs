// Vital signs, devices and alarms at the bedside: what a monitor says on the line is on every screen, and what is wrong is loud until somebody answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fill, press, run, signIn, REFUSED, TABLET, UNREACHABLE } from './clinic.mjs';
import { checked, heading, issued, mayStart } from './ordering.mjs';

const RATE = 24.5;
const BEFORE = { hr_per_min: 72, sbp_mmhg: 124, dbp_mmhg: 78, spo2_pct: 98 }, PRESSURE = { sbp_mmhg: 124, dbp_mmhg: 78 };

/** A session that runs, by the API. */
async function running(c, before = BEFORE) {
  const { patient, order } = await checked(c, {});
  await issued(c, order);
  const nurse = await c.person('nurse'), path = `/patients/${patient}/orders/${order}`;
  const session = {
    patient, order, path, page: `${path}/session`, look: () => nurse.get(`${path}/bedside`),
    measured: (values, more = {}) => nurse.post(`${path}/readings`, { values, ...more }), bind: (device) => nurse.post(`${path}/devices`, { device }),
  };
  await mayStart(c, path);
  await session.measured(before);
  await nurse.post(`${path}/bedside`, { event: 'started', rate_ml_per_h: RATE });
  return session;
}

const CODES = {
  hr: ['147842^MDC_ECG_HEART_RATE^MDC', '264864^MDC_DIM_BEAT_PER_MIN^MDC'], spo2: ['150456^MDC_PULS_OXIM_SAT_O2^MDC', '262688^MDC_DIM_PERCENT^MDC'],
  sbp: ['150021^MDC_PRESS_BLD_NONINV_SYS^MDC', '266016^MDC_DIM_MMHG^MDC'], dbp: ['150022^MDC_PRESS_BLD_NONINV_DIA^MDC', '266016^MDC_DIM_MMHG^MDC'],
};
const stamp = (ms) => `${new Date(ms).toISOString().replace(/[-:T]|\.\d+Z/g, '')}+0000`;

/** A device on the line: one message, and its acknowledgement. */
async function deliver(c, device, control, values, atMs = Date.now()) {
  const at = stamp(atMs), rows = Object.entries(values).map(([sign, value], i) => `OBX|${i + 1}|NM|${CODES[sign][0]}|1.0.1.${i + 1}|${value}|${CODES[sign][1]}|||||R|||${at}||||${device}^x^y^z`);
  const text = [`MSH|^~\\&|${device}|WARD|RESPITE|CLINIC|${at}||ORU^R01^ORU_R01|${control}|P|2.6`, 'PID|||', `OBR|1|A|B|182777000^monitoring of patient^SNOMED-CT|||${at}`, ...rows, ''].join('\r');
  const [host, port] = c.hl7.split(':');
  const answer = await new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) }, () => socket.write(`\x0b${text}\x1c\r`));
    let got = '';
    socket.on('error', reject).on('data', (part) => {
      got += part;
      if (got.endsWith('\x1c\r')) socket.end(() => resolve(got));
    });
  });
  assert.match(answer, new RegExp(`MSA\\|AA\\|${control}`));
}

const tile = (page, name) => page.locator('.vital').filter({ has: page.locator('.vital-name', { hasText: name }) });
const figure = (page, name, text) => tile(page, name).locator('.vital-figure', { hasText: text }).waitFor();
const bar = (page) => page.locator('.alarm-bar');

async function fits(page) {
  const { height, inner } = await page.evaluate(() => ({ height: document.documentElement.scrollHeight, inner: innerHeight }));
  assert.ok(height <= inner, `the page is ${height} px high on a screen of ${inner}`);
}

/** Every tone that a page plays: when it begins, and its pitch. */
const listen = (page) => page.addInitScript(() => {
  window.tones = [];
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const tone = make.call(this), start = tone.start.bind(tone);
    tone.start = (at) => {
      window.tones.push({ atS: at, hz: tone.frequency.value });
      start(at);
    };
    return tone;
  };
});

const CLASSES = ['high', 'medium', 'low'], DEFICIENCIES = ['none', 'protanopia', 'deuteranopia', 'tritanopia', 'achromatopsia'];

/** Of 441 between black and white. */
const APART = 60;

/** The ground of a mark as it comes to the eye, R G B: read back from a picture, on a page that may show one. */
async function groundOf(c, mark) {
  const picture = (await mark.screenshot({ animations: 'disabled' })).toString('base64'), desk = await c.browser.newPage();
  const ground = await desk.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }), context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return [...context.getImageData(3, Math.floor(image.height / 2), 1, 1).data.slice(0, 3)];
  }, picture);
  await desk.close();
  return ground;
}

run([
  // The first: it counts the sessions that call.
  ['who looks something up on another page is still called, without a name, until they say that this screen is not to', async (c) => {
    const page = await c.visit('nurse', { path: '/ward' }, listen), called = page.locator('.alarm-bar.elsewhere');
    let asked = 0;
    page.on('request', (request) => (asked += request.url().includes('/ward') ? 1 : 0));
    const awayTo = (name) => page.getByRole('navigation').getByRole('link', { name }).click();
    await page.mouse.click(5, 400); // whatever was touched
    await page.getByText('sound on').waitFor();
    const once = page.waitForResponse((response) => response.url().endsWith('/ward?screen=sounds'));
    await awayTo('Patients');
    await once;
    const session = await running(c), other = await running(c);
    await page.waitForTimeout(1500);
    asked = 0;
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    await page.waitForTimeout(1500);
    assert.deepEqual([asked, await called.count()], [0, 0], 'with nothing under way nobody listens any more');
    await page.goto(session.page);
    await page.mouse.click(5, 400); // whatever was touched
    await page.getByText('sound on').waitFor();
    const heard = page.waitForRequest((request) => request.url().endsWith('/ward?screen=sounds')), before = await page.evaluate(() => window.tones.length);
    await awayTo('Patients');
    await heard;
    await called.getByText('Systolic pressure very high').waitFor();
    assert.doesNotMatch(await page.locator('.shell-top').innerText(), /Muster/);
    await page.waitForFunction((n) => window.tones.length >= n + 10, before);
    await c.axe(page, 'patients, called');
    await c.shot(page, 'called-elsewhere');
    await other.measured({ sbp_mmhg: 210, dbp_mmhg: 96 });
    await called.getByText('and 1 more session').waitFor();
    await called.getByRole('link', { name: 'Ward' }).click();
    await heading(page, 'Ward');
    await called.waitFor({ state: 'detached' });
    await awayTo('Patients');
    await called.getByRole('button', { name: 'Not on this screen' }).click();
    await called.waitFor({ state: 'detached' });
    asked = 0;
    const silent = await page.evaluate(() => window.tones.length);
    await session.measured({ spo2_pct: 80 });
    await other.measured({ spo2_pct: 80 });
    await page.waitForTimeout(2500);
    assert.deepEqual([asked, await page.evaluate(() => window.tones.length)], [0, silent]);
    await awayTo('Ward');
    await page.getByText('sound on').waitFor();
    await page.getByRole('button', { name: /^nurse/ }).click();
    await press(page, 'Sign out');
    delete c.people.nurse; // that was this sign-in
    await signIn(c, page, 'physician'); // of the same patients, and has not asked for it
    await heading(page, /^Today/);
    let loud = 0;
    page.on('request', (request) => (loud += request.url().endsWith('screen=sounds') ? 1 : 0));
    await awayTo('Patients');
    await page.waitForTimeout(1500);
    assert.deepEqual([loud, await called.count()], [0, 0], 'whoever signs in next is not called');
  }],
  ['what a bound monitor says is on two screens without their asking, with unit, limit and an age that counts', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page }), other = await c.visit('physician', { path: session.page }, (screen) => screen.clock.install());
    await page.locator('.session-values').getByText('45–120').waitFor();
    await tile(page, 'Breathing').getByText('no value now').waitFor();
    await deliver(c, 'MON-7', 'a1', { hr: 71 });
    await press(page, '0 devices');
    await page.getByRole('button', { name: 'Bind MON-7' }).click();
    await page.locator('.session-due').getByRole('button', { name: '1 device', exact: true }).waitFor();
    await figure(other, 'HR', '72');
    await other.clock.pauseAt(Date.now() + 1000); // no timer of this screen goes off any more: it hears, or shows the old
    for (const pressure of [131, 135, 140]) {
      await deliver(c, 'MON-7', `b${pressure}`, { hr: 74, spo2: 97, sbp: pressure, dbp: 80 });
      await Promise.all([page, other].map((screen) => figure(screen, 'BP', `${pressure}/80`)));
    }
    const age = async () => {
      const [minutes, seconds] = (await tile(page, 'HR').locator('.vital-age').innerText()).split(':').map(Number);
      return 60 * minutes + seconds;
    };
    const before = await age();
    await page.waitForFunction((least) => {
      const [minutes, seconds] = document.querySelector('.vital-age').innerText.split(':').map(Number);
      return 60 * minutes + seconds >= least;
    }, before + 2);
    await fits(page);
    await c.axe(page, 'session, values');
    await press(page, '1 device');
    await page.getByRole('button', { name: 'Take off MON-7' }).click();
    await page.getByText(/While drug flows that is an alarm/).waitFor();
    await c.axe(page, 'session, take off');
    await page.getByRole('button', { name: 'Take it off: MON-7' }).click();
    await bar(page).getByText('A device is lost').waitFor();
    assert.equal((await session.look()).watch.devices, 0);
  }],
  ['what may not be believed is said in words and struck through, never blank', async (c) => {
    const session = await running(c, PRESSURE);
    await session.bind('MON-8');
    const page = await c.visit('nurse', { path: session.page });
    await deliver(c, 'MON-8', 'c1', { spo2: 96 }, Date.now() - 120_000);
    await tile(page, 'SpO2').getByText('too old').waitFor();
    assert.equal(await tile(page, 'SpO2').locator('s').count(), 1);
    await deliver(c, 'MON-8', 'c2', { hr: 80 }, Date.now() + 3600_000);
    await tile(page, 'HR').getByText('from the future').waitFor();
    assert.equal(await tile(page, 'HR').locator('s').count(), 1);
    await c.axe(page, 'session, doubtful values');
  }],
  ['vital signs by hand: what is unlikely is typed again, what is impossible refused, what is an artefact marked with a reason', async (c) => {
    const session = await running(c, PRESSURE);
    const page = await c.visit('nurse', { path: session.page });
    page.expectErrors.push(REFUSED);
    await press(page, 'Vital signs');
    const panel = page.getByRole('form', { name: 'Vital signs' }), enter = panel.getByRole('button', { name: 'Enter' });
    assert.ok(await enter.isDisabled(), 'nothing is entered when nothing was measured');
    await fill(page, 'HR', '400');
    await enter.click();
    await panel.locator('.note.wrong').waitFor();
    assert.equal(await panel.getByLabel('HR', { exact: true }).getAttribute('aria-invalid'), 'true');
    await fill(page, 'HR', '210');
    await fill(page, 'Breathing', '12');
    await enter.click();
    await panel.getByText('This is unlikely. Measure again and type what you find.').waitFor();
    assert.ok(await enter.isDisabled(), 'not before it was typed again');
    await fill(page, 'Again: heart rate', '120');
    assert.ok(await enter.isDisabled(), 'not with another number');
    await c.axe(page, 'session, typed again');
    await fill(page, 'Again: heart rate', '210');
    await enter.click();
    await figure(page, 'HR', '210');
    await figure(page, 'Breathing', '12');
    await bar(page).getByText(/Heart rate high/).waitFor();
    await tile(page, 'HR').click();
    const artefact = page.getByRole('region', { name: 'Artefact: heart rate' });
    await artefact.locator('.vital-moments button').first().getByText('210').waitFor();
    await fill(page, 'Why', 'the probe slipped');
    await c.axe(page, 'session, artefact');
    await artefact.getByRole('button', { name: 'Mark as an artefact' }).click();
    await tile(page, 'HR').getByText('artefact').waitFor();
    const { signs } = await (await c.person('nurse')).get(`${session.path}/readings`);
    assert.deepEqual(signs.hr_per_min.points.map(([, value, , marked]) => [value, marked]), [[210, true]], 'it is marked, and stays');
  }],
  ['the worst alarm stands above, counts, and is answered; each silence counts down on both screens', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page }, listen), other = await c.visit('physician', { path: session.page });
    const tells = (screen, word) => screen.waitForRequest((request) => request.url().endsWith(`/bedside/now?screen=${word}`));
    await page.getByRole('button', { name: 'Sound blocked: touch here' }).waitFor();
    await tells(other, 'silent'); // no change brings it: the server is to know that this screen is there
    const loud = tells(page, 'sounds');
    assert.equal(await page.evaluate(() => window.tones.length), 0, 'nothing plays before somebody touched the page');
    await page.getByRole('button', { name: 'Sound blocked: touch here' }).click();
    await page.getByText('sound on').waitFor();
    await loud;
    const tested = await page.evaluate(() => window.tones.length);
    assert.ok(tested >= 1, 'a test tone was played');
    await session.measured({ spo2_pct: 90, sbp_mmhg: 170, dbp_mmhg: 80 }); // 46 above the baseline: low, and the saturation after its 15 s medium
    await bar(page).getByText('Systolic pressure above baseline').waitFor();
    await page.waitForFunction((n) => window.tones.length === n + 1, tested); // low: one pulse
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    await bar(page).getByText('Systolic pressure very high').waitFor();
    await bar(page).getByText(/205.mmHg, limit 200/).waitFor();
    await bar(other).getByText('Systolic pressure very high').waitFor();
    await page.waitForFunction((n) => window.tones.length >= n + 10, tested + 1);
    const burst = (await page.evaluate(() => window.tones)).slice(tested + 1, tested + 11).map(({ atS }) => atS);
    const gaps = burst.slice(1).map((at, i) => at - burst[i]);
    assert.ok(gaps[4] > 1.5 * Math.max(...gaps.filter((_, i) => i !== 4)), `two sets of five pulses: ${gaps}`);
    assert.match(await page.locator('[aria-live="assertive"]').first().innerText(), /Alarm, high priority: .*Systolic pressure very high, 205.mmHg, limit 200/);
    assert.equal(await bar(page).locator('.alarm-mark').first().locator('[aria-hidden]').innerText(), '***');
    await bar(page).getByText('Systolic pressure above baseline').waitFor(); // among the others
    await fits(page);
    await c.axe(page, 'session, alarm');
    await c.shot(page, 'session-alarm');
    await page.getByRole('button', { name: 'Acknowledge: Systolic pressure very high' }).click();
    for (const screen of [page, other]) await screen.locator('.session').getByText(/acknowledged by nurse, for 1:\d\d more/).waitFor();
    await bar(page).getByText('Oxygen saturation low').first().waitFor(); // sounds, and is not as bad as what was silenced
    assert.deepEqual(await bar(page).locator('.alarm-others .alarm-mark [aria-hidden]').allInnerTexts(), ['***', '*'], 'what has no room is the least');
    const facts = (await session.look()).watch.alarms;
    assert.ok(facts.find(({ id }) => id === 'sbp_once_mmhg').silent_until_s, 'the server knows');
    await page.getByRole('button', { name: /^All \d alarms$/ }).click();
    const list = page.getByRole('region', { name: 'Alarms, worst first' });
    await list.getByRole('button', { name: 'Pause this 2:00: Systolic pressure above baseline' }).click();
    await list.getByText(/paused, for 1:\d\d more/).waitFor();
    await c.axe(page, 'session, alarms');
  }],
  ['classes of alarms stay distinct for eyes that lack a colour, in both themes and in the dark room', async (c) => {
    const session = await running(c), page = await c.visit('nurse', { path: session.page });
    await session.measured({ spo2_pct: 90, sbp_mmhg: 205, dbp_mmhg: 90 });
    await page.getByRole('button', { name: /^All \d alarms$/ }).click();
    const list = page.getByRole('region', { name: 'Alarms, worst first' }), mark = (name) => list.locator(`li.${name} .alarm-mark`).first();
    for (const name of CLASSES) await mark(name).waitFor();
    const stars = await Promise.all(CLASSES.map((name) => mark(name).locator('[aria-hidden]').innerText()));
    assert.deepEqual(stars, ['***', '**', '*'], 'without any colour');
    const eyes = await page.context().newCDPSession(page);
    for (const theme of ['light', 'dark', 'dim']) {
      await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
      for (const type of DEFICIENCIES) {
        await eyes.send('Emulation.setEmulatedVisionDeficiency', { type });
        const grounds = [];
        for (const name of CLASSES) grounds.push(await groundOf(c, mark(name)));
        const apart = [[0, 1], [0, 2], [1, 2]].map(([a, b]) => Math.hypot(...grounds[a].map((value, i) => value - grounds[b][i])));
        if (type !== 'achromatopsia') assert.ok(Math.min(...apart) >= APART, `${theme}, ${type}: ${JSON.stringify(grounds)}`); // without colours the stars tell
      }
    }
  }],
  ['values and alarms do not wait for the forecast, and a forecast of what is no longer so is not shown', async (c) => {
    const session = await running(c), nurse = await c.person('nurse');
    const page = await c.visit('nurse', { path: session.page });
    const level = page.locator('.lane-head', { hasText: 'Level' });
    await level.getByText(/ng\/mL/).waitFor();
    await page.route('**/bedside', () => undefined); // a calculation that does not end
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    await bar(page).getByText('Systolic pressure very high').waitFor();
    await level.getByText(/ng\/mL/).waitFor();
    await nurse.post(`${session.path}/bedside`, { event: 'paused' });
    await page.locator('.session-head .session-state', { hasText: 'paused' }).waitFor();
    await level.getByText('being calculated').waitFor();
    assert.equal(await page.locator('path.expected[d^="M"]').count(), 0);
  }],
  ['each screen says once that it has announced an alarm', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    let announced = 0;
    page.on('request', (request) => (announced += request.url().endsWith('/alarms') && request.postDataJSON().do === 'announced' ? 1 : 0));
    await figure(page, 'HR', '72');
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    await bar(page).getByText('Systolic pressure very high').waitFor();
    await session.measured({ sbp_mmhg: 207, dbp_mmhg: 96 });
    await bar(page).getByText(/207.mmHg/).waitFor();
    const sounding = (await session.look()).watch.alarms.filter(({ sounds }) => sounds).length;
    assert.equal(announced, sounding);
  }],
  ['a hidden tab whose sound is on still sounds, a fourth one rests, and the loss of the server is heard', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page }, listen);
    page.expectErrors.push(UNREACHABLE, REFUSED);
    const tabs = [page];
    for (let i = 0; i < 3; i++) {
      const tab = await page.context().newPage();
      await tab.goto(session.page);
      tabs.push(tab);
    }
    for (const tab of tabs) {
      await figure(tab, 'HR', '72');
      await tab.getByRole('button', { name: 'Sound blocked: touch here' }).click();
      await tab.getByText('sound on').waitFor();
    }
    for (const tab of tabs) {
      await tab.evaluate(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await tab.waitForFunction(async (least) => (await navigator.locks.query()).held.length >= least, Math.min(3, tabs.indexOf(tab) + 1));
    }
    const before = await page.evaluate(() => window.tones.length);
    let asked = 0;
    tabs[3].on('request', (request) => (asked += request.url().includes('/bedside/now') ? 1 : 0));
    await Promise.all(tabs.slice(1, 3).map((tab) => tab.waitForRequest((request) => request.url().endsWith('/bedside/now?screen=sounds')))); // hidden, and the server knows that it sounds
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    await page.waitForFunction((n) => window.tones.length >= n + 10, before);
    for (const tab of tabs.slice(1, 3)) await bar(tab).getByText('Systolic pressure very high').waitFor();
    assert.ok(asked <= 1, 'one may have been under way');
    const nurse = await c.person('nurse');
    for (const { id, sounds } of (await session.look()).watch.alarms) if (sounds) await nurse.post(`${session.path}/alarms`, { alarm: id, do: 'acknowledge' });
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.locator('.session').getByText(/acknowledged by nurse/).first().waitFor();
    const silent = await page.evaluate(() => window.tones.length);
    await c.stop();
    await page.getByRole('alert').filter({ hasText: /The server was not heard for \d+ s/ }).waitFor();
    await page.waitForFunction((n) => window.tones.length === n + 3, silent);
    await c.start(c.listen);
    c.people = {};
  }],
  ['priorities flash as slowly as they may, and not at all for who wants no motion', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: session.page });
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    const mark = bar(page).locator('.alarm-mark.high').first();
    await mark.waitFor();
    const flashing = () => mark.evaluate((element) => ({ name: getComputedStyle(element).animationName, seconds: parseFloat(getComputedStyle(element).animationDuration) }));
    assert.equal((await flashing()).name, 'none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    const { name, seconds } = await flashing();
    assert.equal(name, 'alarm-flash');
    assert.ok(1 / seconds <= 2.8 && 1 / seconds >= 1.4, `${1 / seconds} a second`);
  }],
  ['what was measured lies on the axis of all else: a shape a value, an artefact hollow, a gap a gap, bars when there are too many', async (c) => {
    const session = await running(c), nurse = await c.person('nurse');
    await session.bind('MON-5');
    await session.measured({ hr_per_min: 74 });
    await deliver(c, 'MON-5', 'd1', { hr: 76, spo2: 97 });
    const { signs } = await nurse.get(`${session.path}/readings`);
    await nurse.post(`${session.path}/readings/${signs.hr_per_min.points[1][2]}/mark`, { sign: 'hr_per_min', artefact: 'yes', why: 'the probe slipped' });
    const page = await c.visit('nurse', { path: session.page });
    const shapes = (sign, look) => page.locator(`.measured[data-sign="${sign}"] .${look}`).evaluate((path) => (path.getAttribute('d').match(/M/g) ?? []).length);
    await page.locator('.measured[data-sign="hr_per_min"] .artefact[d^="M"]').waitFor({ state: 'attached' });
    const { session: { begun_s: begun } } = await session.look(), { signs: kept } = await nurse.get(`${session.path}/readings`);
    const drawn = (sign, artefact) => kept[sign].points.filter((point) => point[0] >= begun && point[3] === artefact).length;
    for (const sign of ['hr_per_min', 'sbp_mmhg', 'spo2_pct']) assert.deepEqual([await shapes(sign, 'usual'), await shapes(sign, 'artefact')], [drawn(sign, false), drawn(sign, true)], sign);
    assert.ok(await page.locator('.measured path').evaluateAll((paths) => paths.every((path) => !/Z[^M]/.test(path.getAttribute('d')))), 'nothing joins two values');
    const asked = [];
    page.on('request', (request) => asked.push(...(/\/readings(\?.*)?$/.exec(request.url())?.slice(0, 1) ?? [])));
    const [usual, hollow] = [await shapes('hr_per_min', 'usual'), await shapes('hr_per_min', 'artefact')], drawnAre = (look, n) => page.waitForFunction(
      ([kind, least]) => (document.querySelector(`.measured[data-sign="hr_per_min"] .${kind}`).getAttribute('d').match(/M/g) ?? []).length === least, [look, n]);
    await session.measured({ hr_per_min: 79 });
    await drawnAre('usual', usual + 1);
    const { signs: { hr_per_min: { points: heart } } } = await nurse.get(`${session.path}/readings`);
    await nurse.post(`${session.path}/readings/${heart.at(-1)[2]}/mark`, { sign: 'hr_per_min', artefact: 'yes', why: 'the probe slipped again' });
    await drawnAre('artefact', hollow + 1);
    assert.ok(asked.length > 0 && asked.every((url) => url.includes('since=')), `what is known is not read again: ${asked}`);
    kept.hr_per_min = (await nurse.get(`${session.path}/readings`)).signs.hr_per_min;
    await c.axe(page, 'session, measured');
    await press(page, 'Vital signs as a table');
    const table = page.locator('.session-chart table');
    assert.equal(await table.locator('tbody tr').count(), new Set(Object.values(kept).flatMap(({ points }) => points.map(([at]) => at))).size);
    await table.locator('s').getByText('74').waitFor();
    await c.axe(page, 'session, table of vital signs');
    await page.route('**/readings', async (route) => {
      const answer = await route.fetch({ url: `${route.request().url()}?points=20` });
      await route.fulfill({ response: answer });
    });
    for (let i = 0; i < 21; i++) await session.measured({ rr_per_min: 12 + (i % 3) });
    await page.reload();
    await page.locator('.measured[data-sign="rr_per_min"] .bar-of[d^="M"]').waitFor({ state: 'attached' });
    assert.equal(await shapes('rr_per_min', 'usual'), 0);
  }],
  ['on the ward what sounds comes first, then what is silent, by priority; each tile has its values of now', async (c) => {
    const [calm, low, high] = [await running(c), await running(c), await running(c)];
    const page = await c.visit('nurse', { path: '/ward' });
    const tiles = async () => (await page.locator('.ward-tile a').evaluateAll((links) => links.map((link) => Number(/orders\/(\d+)/.exec(link.href)[1])))).filter((number) => [calm, low, high].some(({ order }) => order === number));
    const first = (session, text) => page.locator('.ward-tile').filter({ has: page.locator(`a[href$="/orders/${session.order}/session"]`) }).getByText(text).waitFor();
    await first(calm, '124/78');
    await low.measured({ sbp_mmhg: 170, dbp_mmhg: 80 });
    await first(low, 'Systolic pressure above baseline');
    await high.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    await first(high, 'Systolic pressure very high');
    assert.deepEqual(await tiles(), [high.order, low.order, calm.order]);
    await c.axe(page, 'ward, alarms');
    await c.shot(page, 'ward-alarms');
    const nurse = await c.person('nurse');
    for (const { id, sounds } of (await high.look()).watch.alarms) if (sounds) await nurse.post(`${high.path}/alarms`, { alarm: id, do: 'acknowledge' });
    await first(high, /acknowledged by nurse/);
    assert.deepEqual(await tiles(), [low.order, high.order, calm.order], 'what somebody has seen stands after what sounds');
    await calm.bind('MON-3');
    await nurse.post(`${calm.path}/devices/unbind`, { device: 'MON-3' });
    await first(calm, 'A device is lost');
    assert.deepEqual(await tiles(), [calm.order, low.order, high.order], 'medium, low, and what is silent');
    const shapes = await page.locator('.ward-alarm').evaluateAll((alarms) => alarms.map((alarm) => `${alarm.querySelector('.alarm-mark [aria-hidden]').innerText} ${getComputedStyle(alarm).borderTopStyle}`));
    for (const shape of ['*** solid', '** dashed', '* dotted']) assert.ok(shapes.includes(shape), `told apart without colour: ${shapes}`);
    await page.getByRole('link', { name: 'Monitors and pumps' }).click();
    await heading(page, 'Monitors and pumps');
  }],
  ['a session that cannot be read is named on the ward, sounds, and hides no other', async (c) => {
    const session = await running(c);
    const page = await c.visit('nurse', { path: '/ward' }, async (page) => {
      await listen(page);
      await page.route(/\/ward\?screen=/, async (route) => {
        const response = await route.fetch(), ward = await response.json();
        await route.fulfill({ response, json: { ...ward, unreadable: [{ patient: session.patient, number: 4711, family_name: 'Muster', why: 'reading 12 cannot be read' }] } });
      });
    });
    const alert = page.getByRole('alert').filter({ hasText: /The session of Muster, order 4711, cannot be read/ });
    await alert.getByText('reading 12 cannot be read').waitFor();
    await page.locator(`.ward-tile a[href$="/orders/${session.order}/session"]`).waitFor();
    await heading(page, 'Ward');
    await page.locator('h1').click(); // any touch tests the sound
    await page.getByText('sound on').waitFor();
    await page.waitForFunction(() => window.tones.length >= 4); // the test tone, and the three of medium priority
    await c.axe(page, 'ward, unreadable');
  }],
  ['what alarms were like is counted, saved as a table, and names nobody', async (c) => {
    const session = await running(c), nurse = await c.person('nurse');
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    const until = async (ask, isSo) => {
      for (let i = 0; i < 40; i++) {
        const said = await ask();
        if (isSo(said)) return said;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      throw new Error('ten seconds, and it is still not so');
    };
    await until(session.look, ({ watch }) => watch.alarms.some(({ id }) => id === 'sbp_once_mmhg'));
    const acted = (data) => data.by.cause.find(({ key }) => key === 'sbp_once_mmhg')?.acted.n ?? 0, before = await nurse.get('/alarms');
    await nurse.post(`${session.path}/alarms`, { alarm: 'sbp_once_mmhg', do: 'acknowledge' });
    await until(() => nurse.get('/alarms'), (data) => acted(data) === acted(before) + 1);
    const page = await c.visit('nurse', { path: '/ward' });
    const shown = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('/api/v1/alarms')); // sessions of other tests raise alarms meanwhile
    await page.getByRole('link', { name: 'Alarm statistics' }).click();
    await heading(page, 'Alarm statistics');
    const row = page.getByRole('row', { name: /^Systolic pressure very high/ });
    await row.waitFor();
    const data = await (await shown).json(), { alarms } = data.by.cause.find(({ key }) => key === 'sbp_once_mmhg');
    assert.equal(await row.getByRole('cell').first().innerText(), String(alarms));
    await page.locator('.alarm-bars li').filter({ hasText: 'Systolic pressure very high' }).getByText(new RegExp(`^${alarms}, of them \\d+ acted on$`)).waitFor();
    assert.ok(!/Muster/.test(await page.locator('main').innerText()), 'no patient is named');
    await c.axe(page, 'alarm statistics');
    for (const group of ['Priority', 'Device', 'Chair']) {
      await page.getByRole('radio', { name: group }).check();
      await page.getByRole('columnheader', { name: group }).waitFor();
    }
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as CSV')]);
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 2 + Object.values(data.by).flat().length);
    page.expectErrors.push(REFUSED); // until the other day is chosen as well
    await fill(page, 'First day', '2020-01-01');
    await fill(page, 'Last day', '2020-01-02');
    await page.getByText('No session began on these days').waitFor();
    const office = await c.visit('administrator', { path: '/audit' });
    await office.getByRole('link', { name: 'Alarm statistics' }).click();
    await office.getByRole('row', { name: /^Systolic pressure very high/ }).waitFor();
  }],
  ['what belongs to nobody and what is no message is shown, and German has every text', async (c) => {
    const session = await running(c);
    await deliver(c, 'MON-9', 'q1', { hr: 66 });
    const page = await c.visit('nurse', { path: '/devices' });
    await heading(page, 'Monitors and pumps');
    await page.getByRole('row', { name: /MON-9.*heart rate 66.\/min.*no session/ }).waitFor();
    await c.axe(page, 'devices');
    await c.shot(page, 'devices');
    await session.measured({ sbp_mmhg: 205, dbp_mmhg: 95 });
    const german = await c.visit('nurse', { path: session.page, language: 'de', theme: 'dark', size: TABLET });
    await bar(german).getByText('Systolischer Druck sehr hoch').waitFor();
    await c.axe(german, 'session, German');
    const small = await german.evaluate(() => [...document.querySelectorAll('.session button')].filter((button) => button.getBoundingClientRect().height < 44 && !button.closest('figcaption')).map((button) => button.innerText));
    assert.deepEqual(small, [], 'buttons that a glove misses');
  }],
], { options: ['--hl7', '127.0.0.1:0'] });
