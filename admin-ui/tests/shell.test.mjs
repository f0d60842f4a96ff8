// The frame: a lost and restored connection, the keyboard alone, the size of the first load.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstLoad, LIMIT } from '../scripts/size.mjs';
import { PATIENCE, start } from './support/app.mjs';

let app;
before(async () => {
  app = await start();
});
after(() => app.close());

test('the first load stays small', async () => {
  const read = async (path) => {
    const answer = await fetch(`${app.url}${path}`);
    assert.equal(answer.status, 200, path);
    return Buffer.from(await answer.arrayBuffer());
  };
  const { total, files } = await firstLoad(read);
  assert.ok(files.length >= 3, 'the page names its script and its styles');
  assert.ok(total <= LIMIT, `${total} bytes compressed: ${JSON.stringify(files)}`);
});

test('everything that matters works by keyboard', { timeout: 6 * PATIENCE }, async () => {
  const page = await app.page('');
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
  const { keyboard } = page;
  // The keys are listened to by a module that is loaded after the page.
  await page.waitForFunction(() => document.documentElement.dataset.keys === 'ready');
  await keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
  await keyboard.press('g');
  await keyboard.press('c');
  await page.getByRole('heading', { name: 'Collections', exact: true }).waitFor();

  await keyboard.press('Control+k');
  await page.getByPlaceholder('Collections, pages, commands…').waitFor();
  await keyboard.type('new coll');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'New collection', exact: true }).waitFor();
  await tabTo(page, 'To-do list');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Create the collection' }).waitFor();
  await tabTo(page, 'Create the collection');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Move title' }).waitFor();

  // Moves a field, and saves by keys alone.
  await page.getByRole('button', { name: 'Move title' }).focus();
  await keyboard.press('Space');
  // What a screen reader is told also says when the next key counts.
  await page.getByText('title is at place 2 of').waitFor({ state: 'attached' });
  await keyboard.press('ArrowDown');
  await page.getByText('title is at place 3 of').waitFor({ state: 'attached' });
  await keyboard.press('Space');
  await page.getByText('Changes are not saved yet.').waitFor();
  await keyboard.press('Control+s');
  await page
    .getByRole('dialog', { name: 'Changes of todos' })
    .getByRole('button', { name: /^Apply/ })
    .waitFor();
  await tabTo(page, 'Apply');
  await keyboard.press('Enter');
  await page.getByText('todos was changed.').waitFor();
  const { fields } = await app.api('GET', '/api/collections/todos');
  assert.deepEqual(
    fields.slice(0, 3).map(({ name }) => name),
    ['id', 'done', 'title'],
  );
  await page.context().close();
});

/** Presses Tab until something with this beginning of a name has the focus. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 120; presses += 1) {
    const at = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    );
    if (at.startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

test('a lost connection is shown, and the page is fresh when it is back', { timeout: 6 * PATIENCE }, async () => {
  const page = await app.page('collections', { expected: [/ERR_/, /WebSocket/, /status of 50\d/] });
  await page.getByRole('link', { name: 'users' }).first().waitFor();
  await app.fell();
  // Whatever is asked next finds nobody.
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await page.getByText('The connection to the server is lost.').waitFor();
  await app.revive();
  await page.getByText('The connection to the server is lost.').waitFor({ state: 'hidden' });
  await page.getByText('The server is back.').waitFor();
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
  await page.context().close();
});
