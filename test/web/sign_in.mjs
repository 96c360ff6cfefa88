// Signing in, being thrown out, coming back, and what stands around every page.
import assert from 'node:assert/strict';
import { fill, press, run, signIn, DESK, PASSWORD, REFUSED, TABLET, UNREACHABLE } from './clinic.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

run([
  ['name, password and code open the page that was asked for', async (c) => {
    const page = await c.visit(null, { path: '/patients' });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Sign in');
    await c.axe(page, 'sign-in');
    await c.shot(page, 'sign-in');
    await fill(page, 'Name of your account', 'spare');
    await fill(page, 'Password', PASSWORD);
    await press(page, 'Continue');
    await page.getByLabel('Code of your second factor').waitFor();
    await c.axe(page, 'code');
    await fill(page, 'Code of your second factor', await c.freshCode('spare'));
    await press(page, 'Sign in');
    await heading(page, 'Patients');
    assert.equal(new URL(page.url()).pathname, '/patients');
    await c.axe(page, 'patients');
  }],
  ['a wrong password and a wrong code get one and the same sentence', async (c) => {
    const page = await c.visit(null);
    page.expectErrors.push(REFUSED);
    const refused = page.getByText('Name, password or code is wrong');
    for (const name of ['nobody', 'physician2']) {
      await fill(page, 'Name of your account', name);
      await fill(page, 'Password', 'wrong wrong wrong');
      await press(page, 'Continue');
      await refused.waitFor();
    }
    await c.axe(page, 'refused');
    await fill(page, 'Password', PASSWORD);
    await press(page, 'Continue');
    await fill(page, 'Code of your second factor', '000000');
    await press(page, 'Sign in');
    await refused.waitFor();
  }],
  ['too many attempts say how long to wait', async (c) => {
    const page = await c.visit(null);
    page.expectErrors.push(REFUSED);
    const wait = page.getByText(/Try again in 1[45] min/);
    await fill(page, 'Name of your account', 'guessed');
    for (let i = 0; i < 6 && !(await wait.isVisible()); i++) {
      await fill(page, 'Password', `wrong wrong ${i}`);
      await Promise.all([page.waitForResponse(/sign-in$/), press(page, 'Continue')]);
    }
    await wait.waitFor();
    await c.axe(page, 'throttled');
  }],
  ['a password that an administrator gave must be changed first', async (c) => {
    const page = await c.visit(null);
    page.expectErrors.push(REFUSED);
    const administrator = await c.person('administrator');
    const made = await administrator.post('/users', { name: 'fresh', roles: ['nurse'], password: 'given by somebody' });
    c.secrets.fresh = made.totp_secret;
    await signIn(c, page, 'fresh', 'given by somebody');
    await heading(page, 'Choose your own password');
    await c.axe(page, 'first password');
    await c.shot(page, 'password');
    await fill(page, 'Password so far', 'given by somebody');
    await fill(page, 'New password', 'fresh is in it');
    await fill(page, 'New password again', 'fresh is in it');
    await press(page, 'Change password');
    await page.getByText('does not hold the name of the account').waitFor();
    await fill(page, 'New password', 'quite another phrase');
    await fill(page, 'New password again', 'quite another phrase');
    await press(page, 'Change password');
    await heading(page, 'Today');
  }],
  ['who was signed out elsewhere signs in over the page and goes on', async (c) => {
    const page = await c.visit('nurse2', { path: '/password' });
    page.expectErrors.push(REFUSED);
    await heading(page, 'Change password');
    await fill(page, 'New password', 'typed before it ended');
    await fill(page, 'Password so far', PASSWORD);
    await fill(page, 'New password again', 'typed before it ended');
    await (await c.person('nurse2')).post('/sign-out');
    delete c.people.nurse2;
    await press(page, 'Change password');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    assert.equal(await page.getByRole('heading', { level: 1, name: 'Change password' }).isVisible(), false, 'nobody sees the page meanwhile');
    await c.axe(page, 'lapsed');
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByLabel('Code of your second factor').fill(await c.freshCode('nurse2'));
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Your password is changed.').waitFor();
  }],
  ['signing out ends the session, everywhere ends the others too', async (c) => {
    const page = await c.visit('nurse3'), other = await c.visit('nurse3');
    page.expectErrors.push(REFUSED);
    other.expectErrors.push(REFUSED);
    await heading(other, 'Today');
    await page.getByRole('button', { name: /^nurse3/ }).click();
    await c.axe(page, 'menu');
    let refused = 0; // another tab has signed in anew: the token of this one is old, and a fresh one is asked for
    await page.route(/\/sign-out\/everywhere$/, (route) => (refused++ === 0 ? route.fulfill({ status: 403, json: { code: 'csrf', field: '', message: 'x' } }) : route.continue()));
    await press(page, 'Sign out everywhere');
    await heading(page, 'Sign in');
    assert.equal(refused, 2);
    await other.reload();
    await heading(other, 'Sign in');
    delete c.people.nurse3;
  }],
  ['appearance and language are chosen and remembered', async (c) => {
    const page = await c.visit('physician');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: /^physician/ }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    assert.notEqual(await ground(), light);
    await page.getByRole('radio', { name: 'Deutsch' }).check();
    await heading(page, 'Heute');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    await page.reload();
    await heading(page, 'Heute');
    assert.notEqual(await ground(), light);
    await c.axe(page, 'German');
  }],
  ['each role sees the pages it may use and no other', async (c) => {
    const page = await c.visit('researcher', { path: '/patients' });
    await heading(page, 'Not open to your account');
    assert.equal(await page.getByRole('navigation').getByText('Patients').count(), 0);
    await c.axe(page, 'forbidden');
    await page.goto('/');
    await page.getByText('this app has no page for them').waitFor(); // the bar leads a researcher nowhere else
    const lost = await c.visit('nurse', { path: '/no-such-page' });
    await heading(lost, 'No such page');
    await c.axe(lost, 'no such page');
  }],
  ['it holds on a tablet, and at twice the size without scrolling sideways', async (c) => {
    for (const size of [TABLET, { width: DESK.width / 2, height: DESK.height / 2 }]) {
      const page = await c.visit('physician', { path: '/', size });
      await heading(page, 'Today');
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `sideways at ${size.width}`);
      await c.axe(page, `width ${size.width}`);
    }
  }],
  ['when the server is gone the page says so, and goes on when it is back', async (c) => {
    const page = await c.visit('therapist', { path: '/password' });
    page.expectErrors.push(REFUSED, UNREACHABLE);
    await fill(page, 'Password so far', PASSWORD);
    await fill(page, 'New password', 'another phrase for it');
    await fill(page, 'New password again', 'another phrase for it');
    await c.stop();
    await press(page, 'Change password');
    await page.getByText('The server does not answer', { exact: true }).waitFor();
    await c.axe(page, 'server gone');
    await c.start(c.listen);
    delete c.people.therapist;
    await press(page, 'Try again');
    await page.getByText('The server does not answer', { exact: true }).waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'another phrase for it', 'what was typed is still there');
  }],
], { users: { spare: ['physician'], physician2: ['physician'], nurse2: ['nurse'], nurse3: ['nurse'] } });
