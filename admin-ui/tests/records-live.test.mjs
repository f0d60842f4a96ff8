// Everything is live: what another client writes appears, changes and leaves; a lost connection catches up.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { start } from './support/app.mjs';
import { cell, kitchen, rowsShown, stored, thing, until } from './support/kitchen.mjs';

let app;
before(async () => {
  app = await start();
  await kitchen(app);
});
after(() => app?.close());

const live = (page) => page.locator('[data-status="live"]').waitFor();
const things = '/api/collections/things/records';

describe('live', () => {
  it('shows what another client changes, adds and deletes, with a quiet mark', async () => {
    const page = await app.page('c/things');
    await rowsShown(page);
    await live(page);
    await app.api('PATCH', `${things}/${thing(2)}`, { title: 'Changed elsewhere' });
    await page
      .locator(`[data-id="${thing(2)}"]`)
      .getByText('Changed elsewhere')
      .waitFor();
    await app.api('POST', things, { id: 'added0000000000', title: 'Added elsewhere' });
    await page.locator('[data-id="added0000000000"]').waitFor();
    await page.getByTestId('total').filter({ hasText: '13 records' }).waitFor();
    await app.api('DELETE', `${things}/${thing(4)}`);
    await page.locator(`[data-id="${thing(4)}"]`).waitFor({ state: 'detached' });
    await page.getByTestId('total').filter({ hasText: '12 records' }).waitFor();
    await page.context().close();
  });

  it('lets rows enter and leave a filter', async () => {
    const page = await app.page('c/things?filter=amount%20%3E%20500');
    await page.getByText('Nothing matches this filter').waitFor();
    await live(page);
    await app.api('PATCH', `${things}/${thing(1)}`, { amount: 501 });
    await page.locator(`[data-id="${thing(1)}"]`).waitFor();
    await app.api('PATCH', `${things}/${thing(1)}`, { amount: 1 });
    await page.getByText('Nothing matches this filter').waitFor();
    await page.context().close();
  });

  it('does not disturb what one is typing', async () => {
    const page = await app.page('c/things');
    await rowsShown(page);
    await live(page);
    await (await cell(page, thing(0), 'title')).dblclick();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('My ow');
    await app.api('PATCH', `${things}/${thing(0)}`, { amount: 99 });
    await (await cell(page, thing(0), 'amount')).filter({ hasText: '99' }).waitFor();
    await page.keyboard.type('n title');
    await page.keyboard.press('Enter');
    await until(async () => (await stored(app, thing(0))).title === 'My own title', 'the typed title');
    assert.equal((await stored(app, thing(0))).amount, 99);
    await page.context().close();
  });

  it('catches up after the connection was lost', async () => {
    const page = await app.page('c/things', { expected: [/ERR_|Failed to load|WebSocket/] });
    await rowsShown(page);
    await live(page);
    await page.context().setOffline(true);
    // An open socket outlives "offline" in the browser, so it is ended by the server.
    const { items } = await app.api('GET', '/api/realtime/connections');
    for (const { id } of items) await app.api('DELETE', `/api/realtime/connections/${id}`);
    await page.locator('[data-status="lost"]').waitFor();
    await app.api('PATCH', `${things}/${thing(5)}`, { title: 'While nobody heard' });
    await page.context().setOffline(false);
    await live(page);
    await page
      .locator(`[data-id="${thing(5)}"]`)
      .getByText('While nobody heard')
      .waitFor();
    await page.context().close();
  });
});
