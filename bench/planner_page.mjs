// How long from the hand to the bands: a slider of the planner is moved 60 times in the browser, and the time from the input event to the painted
// bands is taken; then the same questions are put to the server alone. Not a test: nothing fails.
//   node bench/planner_page.mjs build/src/app/cli/respite
//
// Measured on 2026-11-29, 2 cores of an AMD EPYC, Debian's Chromium without a graphics card, other programs busy on both cores (load 8.7) and this
// one before them (nice -20): input to painted bands 65 ms at the median (p90 111) for one infusion of 100 h, 92 ms (p90 156) for 10 infusions of
// 4 h; the server alone 23 and 29 ms, of it 17 and 21 ms of CPU. At nice -10 and load 8.6: 134 and 129 ms. The aim is 100 ms at the median.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { run } from '../test/web/clinic.mjs';

const MOVES = 60, REST_MS = 120;

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function line(what, values) {
  const ms = (share) => quantile(values, share).toFixed(0).padStart(5);
  console.log(`# ${what.padEnd(44)} median ${ms(0.5)}  p90 ${ms(0.9)}  max ${ms(0.999)} ms  (n ${values.length})`);
}

/** CPU time that the server has used, in ms: what is left when other programs crowd the machine. */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / Number(execFileSync('getconf', ['CLK_TCK']));
}

/** In the page: move the slider, wait until the answer to exactly this is in the page, then for the next frame. */
async function move(page, value) {
  return page.evaluate((wanted) => new Promise((resolve) => {
    const slider = document.querySelector('.slider input[type="range"]');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const from = performance.now();
    const seen = () => {
      if (!document.querySelector('[data-shown]')?.dataset.shown.includes(`"${wanted} mg/kg/h`)) return;
      watching.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from), 0)); // the frame is painted
    };
    const watching = new MutationObserver(seen);
    watching.observe(document.querySelector('.planner-view'), { subtree: true, attributes: true, attributeFilter: ['data-shown'], childList: true });
    set.call(slider, String(wanted));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }), value);
}

async function inBrowser(c, name, protocol, values) {
  const patient = await c.newPatient('physician');
  const page = await c.visit('physician', { path: `/patients/${patient}/plan` });
  page.expectErrors.push(/status of 409/);
  await page.locator('[data-shown]').waitFor();
  await page.getByLabel('Protocol').selectOption(protocol);
  await page.waitForFunction((id) => document.querySelector('[data-shown]')?.dataset.shown.includes(id), protocol);
  const taken = [];
  for (const value of values) {
    taken.push(await move(page, value));
    await page.waitForTimeout(REST_MS);
  }
  line(`browser, ${name}: input to painted bands`, taken);
}

async function alone(c, name, dose, values) {
  const physician = await c.person('physician'), patient = await c.newPatient('physician');
  const ask = (value) => physician.post(`/patients/${patient}/plans/preview`, { regimens: { a: { dose: [dose(value)] } } });
  await ask(values[0]);
  const taken = [], before = cpuMs(c.process.pid);
  for (const value of values) {
    const from = performance.now();
    await ask(value);
    taken.push(performance.now() - from);
  }
  line(`server alone, ${name}`, taken);
  console.log(`# ${' '.repeat(45)}CPU of the server ${((cpuMs(c.process.pid) - before) / values.length).toFixed(0)} ms a question`);
}

run([['the planner follows the hand', async (c) => {
  const { model } = cpus()[0];
  console.log(`# ${cpus().length} x ${model}, load ${loadavg()[0].toFixed(1)} at the start; 500 virtual copies, one core a question`);
  const values = Array.from({ length: MOVES }, (_, i) => Number((0.1 + 0.005 * ((i * 7) % 60)).toFixed(3)));
  await alone(c, 'one infusion of 100 h', (v) => `${v} mg/kg/h esketamine iv for 100 h`, values);
  await alone(c, '10 infusions of 4 h', (v) => `${v} mg/kg/h ketamine iv for 4 h every 1 d x10`, values);
  await inBrowser(c, 'one infusion of 100 h', 'crps_inpatient_4d', values);
  await inBrowser(c, '10 infusions of 4 h', 'crps_outpatient_10d', values);
}]]);
