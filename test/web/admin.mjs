// The administrator's pages: accounts, audit, backup.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirm, fill, press, run, signIn, REFUSED, TABLET } from './clinic.mjs';

const folder = mkdtempSync(join(tmpdir(), 'respite-backups-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** The server's next answer to this path is that password and code are needed, as after five minutes. */
const stale = (page, pattern) => page.route(pattern, (route) => route.fulfill({
  status: 403, contentType: 'application/json', body: JSON.stringify({ code: 'confirm_needed', field: '', message: 'give password and code again' }),
}), { times: 1 });

run([
  ['an administrator sees accounts, audit and backup, and nothing of patients', async (c) => {
    const page = await c.visit('administrator', { path: '/patients' });
    await heading(page, 'Not open to your account');
    const links = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    assert.deepEqual(links.filter((link) => link !== 'Today'), ['Chairs', 'Accounts', 'Audit', 'Backup']);
  }],
  ['an account is added, its second factor shown once, and the person signs in with it', async (c) => {
    const page = await c.visit('administrator', { path: '/users' });
    page.expectErrors.push(REFUSED);
    await page.getByRole('rowheader', { name: 'nurse', exact: true }).waitFor();
    await c.axe(page, 'accounts');
    await c.shot(page, 'accounts');
    await press(page, 'Add account');
    const dialog = page.getByRole('dialog', { name: 'Add account' });
    await dialog.getByLabel('Name').fill('Anna Berg');
    await dialog.getByText('2 to 32 small letters').waitFor();
    await dialog.getByLabel('Name').fill('anna.berg');
    await dialog.getByLabel('physician').check();
    assert.ok(await dialog.getByLabel('researcher').isDisabled(), 'a researcher sees nobody\'s identity');
    const password = await dialog.getByLabel('First password').inputValue();
    assert.match(password, /^[a-z0-9]{4}(-[a-z0-9]{4}){4}$/);
    await c.axe(page, 'add account');
    await stale(page, '**/api/v1/users');
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
    await c.axe(page, 'confirm');
    await confirm(c, page, 'administrator');
    const factor = page.getByRole('dialog', { name: 'Second factor of anna.berg' });
    await factor.waitFor();
    await c.axe(page, 'second factor');
    const secret = (await factor.locator('code').innerText()).replace(/\s/g, '');
    assert.match(secret, /^[A-Z2-7]{32}$/);
    assert.ok(await factor.getByRole('img').evaluate((svg) => svg.getBoundingClientRect().width > 200), 'the QR code is drawn');
    await press(page, 'It is in the authenticator');
    await page.getByRole('row', { name: /anna\.berg physician Waits for its own password/ }).waitFor();

    c.secrets['anna.berg'] = secret;
    const other = await c.visit(null);
    other.expectErrors.push(REFUSED);
    await signIn(c, other, 'anna.berg', password);
    await heading(other, 'Choose your own password');
  }],
  ['an account is disabled with a reason and opened again by a reset', async (c) => {
    const page = await c.visit('administrator', { path: '/users', theme: 'dark' });
    await page.getByRole('button', { name: 'Disable leaver' }).click();
    const disable = page.getByRole('dialog', { name: 'Disable leaver' });
    assert.ok(await disable.getByRole('button', { name: 'Disable account' }).isDisabled());
    await disable.getByLabel('Reason, for the audit').fill('left the clinic');
    await c.axe(page, 'disable');
    await disable.getByRole('button', { name: 'Disable account' }).click();
    await page.getByRole('row', { name: /leaver nurse Disabled/ }).waitFor();
    await page.getByRole('button', { name: 'Reset leaver' }).click();
    const reset = page.getByRole('dialog', { name: 'Reset leaver' });
    await reset.getByLabel('Reason, for the audit').fill('came back');
    await reset.getByRole('button', { name: 'Reset account' }).click();
    await page.getByRole('dialog', { name: 'Second factor of leaver' }).waitFor();
    await c.shot(page, 'second-factor');
    await press(page, 'It is in the authenticator');
    await page.getByRole('row', { name: /leaver nurse Waits/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Reset administrator' }).count(), 0, 'administrators are changed at the machine');
  }],
  ['what the server refuses about an account stands at its field', async (c) => {
    const page = await c.visit('administrator', { path: '/users' });
    page.expectErrors.push(REFUSED);
    await press(page, 'Add account');
    const dialog = page.getByRole('dialog', { name: 'Add account' });
    await dialog.getByLabel('Name').fill('nurse');
    await dialog.getByLabel('therapist').check();
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await dialog.getByText('there is an account of this name').waitFor();
    assert.equal(await dialog.getByLabel('Name').getAttribute('aria-invalid'), 'true');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }],
  ['the audit is filtered and goes on to older entries, without any name of a patient', async (c) => {
    for (let i = 0; i < 70; i++) await c.newPatient('nurse', { family_name: `Geheim${i}` });
    await assert.rejects((await c.person('nurse')).get('/users'));
    const page = await c.visit('administrator', { path: '/audit' });
    await page.getByText(/The newest \d+ entries/).waitFor();
    await c.axe(page, 'audit');
    await c.shot(page, 'audit');
    assert.ok(!(await page.getByRole('table').innerText()).includes('Geheim'));
    const before = await page.getByRole('row').count();
    await press(page, 'Show more');
    await page.waitForFunction((n) => document.querySelectorAll('tr').length > n, before);
    await page.getByLabel('Show', { exact: true }).selectOption('What was refused');
    await page.getByRole('row', { name: /nurse accounts listed role forbids/ }).waitFor();
    await fill(page, 'Account', 'nobody-of-this-name');
    await page.getByText('Nothing of that kind').waitFor();
    await c.axe(page, 'audit, nothing');
  }],
  ['a backup is written, listed with its size, and the store is found whole', async (c) => {
    const page = await c.visit('administrator', { path: '/backup' });
    await page.getByText('There is no backup', { exact: true }).waitFor();
    await c.axe(page, 'no backup');
    await press(page, 'Make a backup now');
    await page.getByText(/respite-.*\.backup is written/).waitFor();
    assert.equal(readdirSync(folder).filter((name) => name.endsWith('.backup')).length, 1);
    await page.getByRole('row', { name: /respite-\d{4}-.*\.backup .* (kB|MB)$/ }).waitFor();
    assert.equal(await page.getByText('There is no backup', { exact: true }).count(), 0);
    await press(page, 'Check everything');
    await page.getByText('Everything is as it was written', { exact: true }).waitFor();
    await c.axe(page, 'backup');
    await c.shot(page, 'backup');
    const german = await c.visit('administrator', { path: '/backup', language: 'de', size: TABLET });
    await heading(german, 'Sicherung und Prüfung');
    assert.ok(await german.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no scrolling sideways on a tablet');
    await c.axe(german, 'backup, German');
  }],
  ['when the disk of the backups is away the page says so', async (c) => {
    const page = await c.visit('administrator', { path: '/backup' });
    await page.getByRole('button', { name: 'Make a backup now' }).waitFor();
    rmSync(folder, { recursive: true });
    page.expectErrors.push(REFUSED);
    await press(page, 'Make a backup now');
    await page.getByText(/no backup was made/).waitFor();
    await page.reload();
    await page.getByText('The folder of backups is not there').waitFor();
    await c.axe(page, 'disk away');
  }],
], { options: ['--backups', folder], users: { leaver: ['nurse'] } });
