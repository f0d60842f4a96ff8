// Rules: completion, checks while one types, and "try as", which shows the part that decided.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { start } from './support/app.mjs';
import { kitchen, thing, until } from './support/kitchen.mjs';

let app;
let user;
before(async () => {
  app = await start();
  await kitchen(app, { rows: 3 });
  user = await app.api('POST', '/api/collections/users/records', {
    email: 'ann@example.com',
    password: 'a-long-password',
    passwordConfirm: 'a-long-password',
    name: 'Ann',
  });
});
after(() => app?.close());

const editor = (page, name) => page.getByRole('textbox', { name: `${name} rule` });

describe('rules', () => {
  it('are completed, checked, reviewed and saved', async () => {
    const page = await app.page('c/things/rules');
    await page.getByRole('radiogroup', { name: 'List and search rule: who' }).getByText('By expression').click();
    const list = editor(page, 'List and search');
    await list.click();
    await page.keyboard.type('own');
    await page.getByRole('option', { name: /owner/ }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('titel = 1');
    await page.getByRole('alert').filter({ hasText: 'titel' }).waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('@request.auth.id != ""', { delay: 5 });
    await page.keyboard.press('Escape');
    await page.getByRole('alert').filter({ hasText: 'titel' }).waitFor({ state: 'detached' });
    const text = (await list.textContent())?.trim();
    await page
      .getByRole('region', { name: 'Unsaved changes' })
      .getByRole('button', { name: /Review/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await until(async () => (await app.api('GET', '/api/collections/things')).listRule === text, `the rule ${text}`);
    await page.context().close();
  });

  it('tell who may do what, and which part decided', async () => {
    await app.api('PATCH', '/api/collections/things', { updateRule: 'state = "new" && @request.auth.name = "Bob"' });
    const page = await app.page(`c/things/rules?kind=update&actor=users/${user.id}&record=${thing(0)}`);
    const answer = page.getByRole('region', { name: 'Answer' });
    await answer.getByText(/Not allowed/).waitFor();
    await answer.getByText('"Ann"').waitFor();
    const decided = page.locator('.cm-try-decided');
    await decided.first().waitFor();
    assert.match((await decided.allTextContents()).join(''), /@request\.auth\.name/);
    await app.api('PATCH', `/api/collections/users/records/${user.id}`, { name: 'Bob' });
    await page.reload();
    await answer.getByText('Allowed', { exact: true }).waitFor();
    await page.context().close();
  });
});

describe('the API page', () => {
  it('has examples with the real names and runs requests', async () => {
    const page = await app.page('c/things/api');
    await page.getByRole('button', { name: /Create/ }).click();
    await page.getByRole('radiogroup', { name: 'Language' }).getByText('TypeScript').click();
    await page.getByText("luge.from('things').create(").waitFor();
    await page.getByRole('radiogroup', { name: 'Language' }).getByText('PocketBase SDK').click();
    await page.getByText("pb.collection('things').create(").waitFor();
    assert.match(page.url(), /do=create.*language=pocketbase/);
    await page.getByRole('textbox', { name: 'Body' }).fill('{"title": "From the runner"}');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('region', { name: 'What came back' }).getByText('200', { exact: true }).waitFor();
    const found = await app.api('GET', '/api/collections/things/records?filter=title="From the runner"');
    assert.equal(found.totalItems, 1);
    await page.context().close();
  });
});
