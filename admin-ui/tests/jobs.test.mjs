// Jobs: schedules that run now, a queue that waits, and what failed for good and succeeds once the script is right.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { start } from './support/app.mjs';
import { until } from './support/kitchen.mjs';

const SCRIPT = `
cron("digest", "0 7 1 1 *", #{ tz: "Europe/Berlin" }, || { store::set("ran", true); });
cron("prices", "0 8 1 1 *", || { if store::get("right") == () { throw "no prices today"; } });
job("receipt", |args| { store::set("receipt", args.order); });
job("label", #{ retries: 0 }, |args| { if store::get("right") == () { throw "no printer"; } store::set("label", args.order); });
after_create("notes", #{ retries: 0 }, |e| { if store::get("right") == () { throw "not heard"; } store::set("heard", e.record.text); });
route("POST", "/api/try/push", |req| { jobs::push("receipt", #{ order: "o-1" }, #{ delay: "3h" }); jobs::push("receipt", #{ order: "o-2" }, #{ delay: "4h" }); jobs::push("label", #{ order: "o-3" }); () });
route("POST", "/api/try/right", |req| { store::set("right", true); () });
route("GET", "/api/try/{key}", |req| { #{ value: store::get(req.params.key) } });
`;

let app;
before(async () => {
  app = await start();
  await app.api('POST', '/api/collections', { name: 'notes', type: 'base', fields: [{ name: 'text', type: 'text' }] });
});
after(() => app?.close());

/** What the browser itself says when something fails again. */
const FAILED = [/status of 400/];
const kept = async (key) => (await app.api('GET', `/api/try/${key}`)).value;
const jobs = () => app.api('GET', '/api/hooks/jobs');
const panel = (page, name) => page.getByRole('region', { name, exact: true });
const row = (page, name, text) => panel(page, name).getByRole('row').filter({ hasText: text });
const button = (within, name) => within.getByRole('button', { name, exact: true });

describe('jobs', () => {
  it('teach what they are when there is none', async () => {
    const page = await app.page('jobs');
    await page.getByRole('heading', { name: 'Nothing runs later yet', exact: true }).waitFor();
    await page.context().close();
  });

  it('show schedules, and run one at once', async () => {
    await app.api('PUT', '/api/hooks/scripts/work.rhai', { text: SCRIPT });
    const page = await app.page('jobs', { expected: FAILED });
    await row(page, 'Schedules', 'digest').getByText('Europe/Berlin', { exact: true }).waitFor();
    await row(page, 'Schedules', 'digest').getByText('has not run yet', { exact: true }).waitFor();
    await button(page, 'Run now: digest').click();
    await row(page, 'Schedules', 'digest')
      .getByText(/^took /)
      .waitFor();
    assert.equal(await kept('ran'), true);
    await button(page, 'Run now: prices').click();
    await row(page, 'Schedules', 'prices').getByText('no prices today').waitFor();
    await row(page, 'Schedules', 'prices')
      .getByRole('link', { name: /^hooks\/work\.rhai:3/ })
      .click();
    await page.waitForURL(/scripts\?file=work\.rhai&line=3/);
    await page.context().close();
  });

  it('wait in the queue, run at once when told so, and can be deleted', async () => {
    await app.api('POST', '/api/try/push');
    const page = await app.page('jobs');
    const first = row(page, 'Queue', 'o-1');
    await first.getByRole('button', { name: 'receipt', exact: true }).click();
    const drawer = page.getByRole('dialog', { name: 'Job', exact: true });
    await drawer.getByText('"order": "o-1"').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await first.getByRole('button', { name: /^Run receipt .* now$/ }).click();
    await until(async () => (await kept('receipt')) === 'o-1', 'the job that was told to run');
    await first.waitFor({ state: 'detached' });
    await row(page, 'Queue', 'o-2')
      .getByRole('button', { name: /^Delete receipt / })
      .click();
    await button(page.getByRole('dialog', { name: 'Delete the job receipt', exact: true }), 'Delete').click();
    await row(page, 'Queue', 'o-2').waitFor({ state: 'detached' });
    assert.deepEqual((await jobs()).items, []);
    await page.context().close();
  });

  it('that failed for good are kept with their error, and run again', async () => {
    await app.api('POST', '/api/collections/notes/records', { text: 'hello' });
    await until(async () => (await jobs()).dead.length === 2, 'a job and an event that failed for good');
    const page = await app.page('jobs', { expected: FAILED });
    const event = row(page, 'Failed for good', 'after_create');
    await event.getByText('not heard').waitFor();
    await event.getByRole('button', { name: 'after_create', exact: true }).click();
    const drawer = page.getByRole('dialog', { name: 'Failed for good', exact: true });
    await drawer.getByText('"text": "hello"').waitFor();
    await drawer.getByRole('link', { name: 'Open the record', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    // It fails again, and says why.
    await event.getByRole('button', { name: /^Run after_create .* again$/ }).click();
    await page.getByRole('alert').filter({ hasText: 'not heard' }).first().waitFor();
    await app.api('POST', '/api/try/right');
    await event.getByRole('button', { name: /^Run after_create .* again$/ }).click();
    await event.waitFor({ state: 'detached' });
    assert.equal(await kept('heard'), 'hello');
    const job = row(page, 'Failed for good', 'no printer');
    await job.getByRole('button', { name: /^Run label .* again$/ }).click();
    await job.waitFor({ state: 'detached' });
    assert.equal(await kept('label'), 'o-3');
    assert.deepEqual((await jobs()).dead, []);
    await page.context().close();
  });

  it('stay as they were seen while the server is away', async () => {
    const page = await app.page('jobs', { expected: [/ERR_|Failed to load resource/] });
    await row(page, 'Schedules', 'digest').waitFor();
    await app.fell();
    await page.getByRole('status').filter({ hasText: 'The connection to the server is lost' }).waitFor();
    await row(page, 'Schedules', 'digest').waitFor();
    await page.context().close();
  });
});
