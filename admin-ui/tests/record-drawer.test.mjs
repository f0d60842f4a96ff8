// One record: an editor for each type, what would change, history, duplicate, delete and undo.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { start } from './support/app.mjs';
import { kitchen, rowsShown, stored, thing, until } from './support/kitchen.mjs';

let app;
before(async () => {
  app = await start();
  await kitchen(app, { rows: 4 });
});
after(() => app?.close());

const open = async (id, options) => {
  const page = await app.page(`c/things?record=${id}`, options);
  const form = page.getByRole('form', { name: 'Values' });
  await form.waitFor();
  return { page, form };
};

describe('the drawer', () => {
  it('has the right editor for every type', async () => {
    const { page, form } = await open('new');
    const box = (name) => form.getByRole('textbox', { name, exact: true });
    await box('title').fill('Made in the drawer');
    await box('amount').fill('12.5');
    await form.getByRole('switch', { name: 'done' }).check({ force: true });
    await box('mail').fill('ada@example.com');
    await box('site').fill('https://example.com/x');
    await form.getByLabel('due', { exact: true }).fill('2026-11-25T16:30');
    await form.getByRole('combobox', { name: 'state' }).click();
    await page.getByRole('option', { name: 'closed' }).click();
    await form.getByRole('combobox', { name: 'labels' }).click();
    await page.getByRole('option', { name: 'red' }).click();
    await page.getByRole('option', { name: 'blue' }).click();
    await page.keyboard.press('Escape');
    const owner = form.getByLabel('owner: search people');
    await owner.click();
    await owner.fill('Gra');
    await page.getByRole('option', { name: /Grace/ }).click();
    const team = form.getByLabel('team: search people');
    await team.click();
    await page.getByRole('option', { name: /Ada/ }).click();
    await page.getByRole('option', { name: /Barbara/ }).click();
    await box('data').fill('{"deep": [1, 2');
    await form.getByText(/Line 1, column 15/).waitFor();
    await box('data').fill('{"deep": [1, 2]}');
    await form.getByRole('textbox', { name: 'Latitude', exact: true }).fill('46.8');
    await form.getByRole('textbox', { name: 'Longitude', exact: true }).fill('9.83');
    const text = form.getByRole('textbox', { name: 'text', exact: true });
    await text.click();
    await page.keyboard.press('Control+B');
    await page.keyboard.type('Bold');
    await form.getByText('This server does not store files yet', { exact: false }).waitFor();
    await box('secret').fill('not-to-be-read');
    await page.keyboard.press('Control+S');
    const found = await until(
      async () => (await app.api('GET', '/api/collections/things/records?filter=title="Made in the drawer"')).items[0],
      'the new record',
    );
    const { amount, done, mail, site, state, labels, owner: who, team: all, data, place, due } = found;
    assert.deepEqual(
      { amount, done, mail, site, state, labels, who, all, data, place, due },
      {
        amount: 12.5,
        done: true,
        mail: 'ada@example.com',
        site: 'https://example.com/x',
        state: 'closed',
        labels: ['red', 'blue'],
        who: 'grace0000000000',
        all: ['ada000000000000', 'barbara00000000'],
        data: { deep: [1, 2] },
        place: { lat: 46.8, lon: 9.83 },
        due: `${new Date('2026-11-25T16:30').toISOString().replace('T', ' ')}`,
      },
    );
    assert.match(found.text, /<(b|strong)>Bold<\/(b|strong)>/);
    await page.context().close();
  });

  it('shows what would change before it is saved, and its errors', async () => {
    const { page, form } = await open(thing(1), { expected: [/400/] });
    await form.getByRole('textbox', { name: 'title', exact: true }).fill('Another title');
    const changes = page.getByRole('region', { name: 'Unsaved changes' });
    await changes.getByText('Thing 1').waitFor();
    await changes.getByText('Another title').waitFor();
    await form.getByRole('textbox', { name: 'mail', exact: true }).fill('no mail');
    await form.getByText('This is not an email address.').waitFor();
    await form.getByRole('textbox', { name: 'mail', exact: true }).fill('');
    await form.getByRole('button', { name: 'Save' }).click();
    await until(async () => (await stored(app, thing(1))).title === 'Another title', 'the saved title');
    await page.getByRole('tab', { name: 'History' }).click();
    const history = page.getByRole('tabpanel', { name: 'History' });
    await history.getByText('update', { exact: true }).first().waitFor();
    await history.getByText('by a superuser', { exact: false }).first().waitFor();
    await history.getByText('Another title').first().waitFor();
    await page.context().close();
  });

  it('duplicates, deletes and brings back', async () => {
    const { page, form } = await open(thing(2));
    await form.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await page.getByRole('heading', { name: 'New record in things', exact: true }).waitFor();
    const copy = page.getByRole('form', { name: 'Values' });
    assert.equal(await copy.getByRole('textbox', { name: 'title', exact: true }).inputValue(), 'Thing 2');
    await copy.getByRole('textbox', { name: 'title', exact: true }).fill('A copy');
    await copy.getByRole('button', { name: 'Create' }).click();
    await until(
      async () => (await app.api('GET', '/api/collections/things/records?filter=title="A copy"')).totalItems === 1,
      'the copy',
    );
    await page.goto(`${app.url}/_/c/things?record=${thing(3)}`);
    await page.getByRole('form', { name: 'Values' }).getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const gone = () =>
      stored(app, thing(3)).then(
        () => false,
        () => true,
      );
    await until(gone, 'the deletion');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await until(async () => !(await gone()), 'the record to be back');
    assert.equal((await stored(app, thing(3))).title, 'Thing 3');
    await rowsShown(page);
    await page.context().close();
  });
});
