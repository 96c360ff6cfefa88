// Every screen of the app over the made-up clinic, light and dark: nothing is empty, axe finds nothing, the console is silent. With RESPITE_PICTURES
// it takes the pictures of the manual (`make screenshots`).
import assert from 'node:assert/strict';
import { TABLET, run } from './clinic.mjs';

/** Opaque number of a patient by family name. */
const patientOf = async (c, who, family) => {
  const { patients } = await (await c.person(who)).post('/patients/search', { name: family });
  assert.ok(patients.length > 0, `there is no ${family}`);
  return patients[0].patient;
};
const kept = async (c, who, patient) => (await (await c.person(who)).get(`/patients/${patient}/plans?sort=-number`)).plans[0].number;

/** Number of the latest order of a patient. */
const orderOf = async (c, who, patient) => {
  const { orders } = await (await c.person(who)).get(`/patients/${patient}/orders?sort=-number`);
  assert.ok(orders.length > 0, 'there is no order');
  return orders[0].number;
};

/** Name of the picture, who looks, and where: a text, or what finds it. */
const screens = [
  ['today', 'brook', '/'],
  ['patients', 'rivers', '/patients'],
  ['patient-new', 'rivers', '/patients/new'],
  ['patient-responds', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Quillfeather')}`],
  ['patient-lost-response', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Brambleworth')}`],
  ['patient-no-response', 'fields', async (c) => `/patients/${await patientOf(c, 'fields', 'Thistledown')}`],
  ['patient-maintenance', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Gingersnap')}`],
  ['patient-phq9-item9', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Foxglove')}`],
  ['patient-incomplete', 'fields', async (c) => `/patients/${await patientOf(c, 'fields', 'Elderflower')}`],
  ['assessment', 'fields', async (c) => `/patients/${await patientOf(c, 'fields', 'Willowbottom')}/assessment`],
  ['assessment-blocker', 'fields', async (c) => `/patients/${await patientOf(c, 'fields', 'Applecart')}/assessment`],
  ['score', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Pepperpot')}/score`],
  ['diary', 'brook', async (c) => `/patients/${await patientOf(c, 'brook', 'Quillfeather')}/diary`],
  ['planner-demo', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Quillfeather')}/plan`],
  ['planner-extrapolated', 'rivers', async (c) => `/patients/${await patientOf(c, 'rivers', 'Gingersnap')}/plan`],
  ['sheet-demo', 'rivers', async (c) => {
    const patient = await patientOf(c, 'rivers', 'Quillfeather');
    return `/patients/${patient}/plans/${await kept(c, 'rivers', patient)}/sheet`;
  }],
  ['orders-demo', 'rivers', async (c) => {
    const patient = await patientOf(c, 'rivers', 'Mothwing');
    assert.ok(await orderOf(c, 'rivers', patient));
    return `/patients/${patient}/orders`;
  }],
  ['order-demo', 'rivers', async (c) => {
    const patient = await patientOf(c, 'rivers', 'Hazelnut');
    return `/patients/${patient}/orders/${await orderOf(c, 'rivers', patient)}`;
  }],
  ['ledger-demo', 'brook', '/ledger'],
  ['limits-demo', 'rivers', '/limits'],
  ['schedule', 'brook', '/schedule'],
  ['book', 'brook', '/schedule/book'],
  ['register', 'rivers', '/register'],
  ['chairs', 'gate', '/chairs'],
  ['users', 'gate', '/users'],
  ['audit-demo', 'gate', '/audit'],
  ['backup-demo', 'gate', '/backup'],
  ['password', 'stone', '/password'],
];

/** What is drawn and loaded has come. */
const settled = async (page) => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
};

const look = async (c, name, who, where, more = {}) => {
  const page = await c.again(who, { path: typeof where === 'string' ? where : await where(c), ...more });
  await settled(page);
  return page;
};

run([
  ...screens.map(([name, who, where]) => [`${name}: nothing for axe, light and dark`, async (c) => {
    const page = await look(c, name, who, where);
    await page.getByRole('note').getByText('Nobody here exists').waitFor();
    await c.axe(page, name);
    await c.shot(page, `demo/${name}`, { fullPage: true });
    if (!process.env.RESPITE_PICTURES) return;
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForTimeout(200);
    await c.shot(page, `demo/${name}-dark`, { fullPage: true });
  }]),
  ['on a tablet nothing moves sideways', async (c) => {
    for (const [name, who, where] of screens) {
      const page = await look(c, name, who, where, { size: TABLET });
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(beyond <= 0, `${name} is ${beyond} px too wide`);
    }
  }],
], { demo: true });
