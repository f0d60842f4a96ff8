// The first minute: the link that the server printed, the first superuser, signing out and in again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PATIENCE, SUPERUSER, start } from './support/app.mjs';

// Other tests switch the lock off, since they share an address.
process.env.LUGE_SIGN_IN_LIMIT = '10';

let app;
before(async () => {
  app = await start({ superuser: null });
});
after(() => app.close());

/** What a browser writes for an answer that refuses. */
const REFUSED = [/status of 4\d\d/];

test('the link makes the first superuser, who then signs out and in', { timeout: 4 * PATIENCE }, async () => {
  const link = /\/_\/(setup#token=\S+)/.exec(app.server.output());
  assert.ok(link, `the server printed no setup link:\n${app.server.output()}`);
  const page = await app.page(link[1], { signedIn: false, expected: REFUSED });
  await page.getByLabel('Email').fill(SUPERUSER.email);
  await page.getByLabel('Password', { exact: true }).fill(SUPERUSER.password);
  await page.getByLabel('Password again').fill('something else');
  await page.getByRole('button', { name: 'Create the superuser' }).click();
  await page.getByText('The two passwords differ.').waitFor();
  await page.getByLabel('Password again').fill(SUPERUSER.password);
  await page.getByRole('button', { name: 'Create the superuser' }).click();
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
  await page.getByText('Two steps to a running backend.').waitFor();

  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Email').fill(SUPERUSER.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The email or the password is wrong.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(SUPERUSER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
  await page.context().close();
});

test('a session that has ended leads to the sign-in and back to the same page', { timeout: 3 * PATIENCE }, async () => {
  await app.signIn();
  const page = await app.page('collections?q=us', { expected: REFUSED });
  await page.getByRole('link', { name: 'users' }).first().waitFor();
  // A token that the server does not know, as after "sign everyone out".
  const { password } = SUPERUSER;
  await app.api('PATCH', '/api/collections/_superusers', { authToken: { secret: 'x'.repeat(50), duration: 86_400 } });
  await page.reload();
  await page.getByText('Your session has ended.').waitFor();
  await page.getByLabel('Email').fill(SUPERUSER.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Collections', exact: true }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('q'), 'us');
  await page.context().close();
});

test('too many wrong passwords lock the sign-in, with the time that is left', { timeout: 3 * PATIENCE }, async () => {
  const wrong = () =>
    fetch(`${app.server.url}/api/collections/_superusers/auth-with-password`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ identity: 'someone@example.com', password: 'no' }),
    });
  for (let tries = 0; tries < 12 && (await wrong()).status !== 429; tries += 1);
  const page = await app.page('sign-in', { signedIn: false, expected: REFUSED });
  await page.getByLabel('Email').fill('someone@example.com');
  await page.getByLabel('Password', { exact: true }).fill('no');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/Sign-in is locked for another \d+/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign in' }).isDisabled(), true);
  await page.context().close();
});
