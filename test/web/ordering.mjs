// What an order and a session rest on, made by the API: signed limits, an agreed plan, an order of two signatures, a vial from the cupboard.
import { PASSWORD } from './clinic.mjs';

export const LIMITS = { sbp_twice_mmhg: 180, dbp_twice_mmhg: 110, sbp_once_mmhg: 200, dbp_once_mmhg: 120, hr_high_per_min: 120, spo2_low_pct: 92, rr_low_per_min: 8, hr_low_per_min: 45, sbp_low_mmhg: 90 };
export const VIAL = { drug: 'ketamine', strength_mg_per_ml: 10, vial_ml: 20 };
/** The heading of the page. */
export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

const CONFIRMED_MS = 200_000; // of the program's five minutes
const confirmedAt = {};

/** Somebody's session by the API, with password and code given lately, as dangerous acts need. */
export async function confirmed(c, name) {
  const known = c.people[name] !== undefined, person = await c.person(name);
  if (known && Date.now() - (confirmedAt[name] ?? 0) > CONFIRMED_MS) await person.post('/confirm', { password: PASSWORD, code: await c.freshCode(name) });
  else if (known) return person;
  confirmedAt[name] = Date.now();
  return person;
}

/** Limits in force, unless they are already. */
export async function limits(c) {
  const physician = await confirmed(c, 'physician');
  if ((await physician.get('/profile')).signed === null) await physician.post('/profile', { name: 'Limits of the house', values: LIMITS });
}

/** A patient of both with a kept plan that was agreed to. */
export async function planned(c, dose, record = {}) {
  await limits(c);
  const physician = await c.person('physician');
  const patient = await c.newPatient('physician', {}, record);
  await physician.post(`/patients/${patient}/care`, { name: 'nurse' });
  const { plan } = await physician.post(`/patients/${patient}/plans`, { subjects: 20, ...dose });
  const { digest } = await physician.get(`/patients/${patient}/plans/${plan}/sheet`);
  await physician.post(`/patients/${patient}/plans/${plan}/consent`, { sheet_version: digest, language: 'en', decision: 'agreed', off_label: 'explained' });
  return { patient, plan };
}

/** An order that its prescriber has signed. */
export async function signed(c, dose, total_mg, rate_ml_per_h, record, support) {
  const { patient, plan } = await planned(c, dose, record);
  const physician = await confirmed(c, 'physician');
  const { order } = await physician.post(`/patients/${patient}/orders`, { ...VIAL, plan, concentration_mg_per_ml: 1, diluent: 'sodium_chloride_0_9', total_mg, rate_ml_per_h, ...(support ? { support } : {}) });
  await physician.post(`/patients/${patient}/orders/${order}/sign`);
  return { patient, order };
}

/** A picture of the whole page from its top: the bar stands where it begins. */
export async function whole(c, page, name) {
  await page.evaluate(() => scrollTo(0, 0));
  await c.shot(page, name, { fullPage: true });
}

/** A move of the ledger, entered by the nurse and signed by the physician. */
export async function moved(c, kind, body) {
  const nurse = await confirmed(c, 'nurse');
  const { move } = await nurse.post(`/stock/${kind}`, body);
  await (await confirmed(c, 'physician')).post(`/stock/moves/${move}/sign`, { answer: 'agreed' });
  return move;
}

/** A vial goes from the cupboard to an order. */
export async function issued(c, order) {
  c.lot ??= await moved(c, 'receive', { ...VIAL, batch: 'S1', expiry: '2031-01-31', vials: 40 });
  return moved(c, 'issue', { lot: c.lot, vials: 1, order });
}

/** What is asked before the start of a session, so that it may begin; that no pressure was measured is overridden. */
export async function mayStart(c, path) {
  await (await c.person('nurse')).post(`${path}/start`, { ate: '2026-01-01T18:00', drank: '2026-01-01T18:00', escort: 'A. Neighbour' });
  await (await confirmed(c, 'physician')).post(`${path}/start/override`, { gate: 'pressure', why: 'measured on the ward a moment ago' });
}

/** An order of 98 mg over 4 h that two people have signed. */
export async function checked(c, record, support) {
  const { patient, order } = await signed(c, { dose: ['98 mg ketamine iv over 4 h'] }, 98, 24.5, record, support);
  await (await confirmed(c, 'nurse')).post(`/patients/${patient}/orders/${order}/check`, { ...VIAL, birth_date: '1980-05-14', total_mg: 98, rates_ml_per_h: [24.5] });
  return { patient, order };
}
