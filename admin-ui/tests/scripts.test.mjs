// Scripts: examples, the editor with its completion and marks, saving, conflicts, and the live log.
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { start } from './support/app.mjs';
import { until } from './support/kitchen.mjs';

/** What the browser itself says when a save is refused. */
const REFUSED = [/status of 400/];
/** The same when an open file is deleted elsewhere, just before it is asked for. */
const GONE = [/status of 404/];

let app;
before(async () => {
  app = await start();
});
after(() => app?.close());

const script = (file) => app.api('GET', `/api/hooks/scripts/${file}`);
const put = (file, text) => app.api('PUT', `/api/hooks/scripts/${file}`, { text });
const remove = (file) => app.api('DELETE', `/api/hooks/scripts/${file}`);
const frame = (page, file) => page.getByRole('region', { name: file, exact: true });
const text = (page, file) => page.getByRole('textbox', { name: `Text of ${file}`, exact: true });
const unsaved = (page, file) => frame(page, file).getByText('not saved', { exact: true });
const button = (within, name) => within.getByRole('button', { name, exact: true });
const save = (page, file) => frame(page, file).getByRole('button', { name: /^Save / });

/** Replaces the whole text as somebody who pastes does: completion and closing brackets stay out of it. */
async function write(page, file, next) {
  await text(page, file).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(next);
}

describe('scripts', () => {
  it('begin with examples that run as they stand', async () => {
    const page = await app.page('scripts');
    await page.getByRole('heading', { name: 'No script yet', exact: true }).waitFor();
    await button(page, 'Use the example hello.rhai').click();
    await button(page.getByRole('dialog'), 'Create').click();
    await frame(page, 'hello.rhai').getByText('No mistake found', { exact: true }).waitFor();
    const answer = await app.api('GET', '/api/hello/Ada');
    assert.equal(answer.hello, 'Ada');
    // What it wrote arrives, and leads to its line.
    const log = page.getByRole('log', { name: 'Lines of the log', exact: true });
    await log.getByText('hello to Ada', { exact: true }).waitFor();
    await log.getByRole('link', { name: 'hooks/hello.rhai:2', exact: true }).click();
    await page.waitForURL(/file=hello\.rhai&line=2/);
    for (const title of ['Check and change what is written', 'Something every night']) {
      await page.getByRole('banner').waitFor();
      await button(page, 'New').click();
      await page.getByRole('menuitem', { name: title, exact: true }).click();
      await button(page.getByRole('dialog'), 'Create').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    const { files, diagnostics, loaded } = await app.api('GET', '/api/hooks/scripts');
    assert.deepEqual(files.map(({ file }) => file).sort(), ['accounts.rhai', 'hello.rhai', 'nightly.rhai']);
    assert.deepEqual([diagnostics, loaded], [[], true]);
    await page.context().close();
    for (const { file } of files) await remove(file);
  });

  it('are completed from what the server knows, and saved with the keyboard', async () => {
    await put('orders.rhai', '// orders\n');
    const page = await app.page('scripts?file=orders.rhai');
    await text(page, 'orders.rhai').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('on_creat');
    // A click, since a list that has just opened does not take Enter yet.
    await page.getByRole('option', { name: /^on_create\(/ }).click();
    await page.keyboard.type('use');
    await page.getByRole('option', { name: 'users', exact: true }).click();
    await text(page, 'orders.rhai').getByText('on_create', { exact: true }).waitFor();
    await unsaved(page, 'orders.rhai').waitFor();
    await page.keyboard.press('Control+S');
    await unsaved(page, 'orders.rhai').waitFor({ state: 'detached' });
    assert.match((await script('orders.rhai')).text, /^\/\/ orders\non_create\("users", \|e\| \{/);
    await page.context().close();
    await remove('orders.rhai');
  });

  it('with a mistake are marked, not saved, and saved all the same when that is wanted', async () => {
    await put('a.rhai', 'let x = 1;\n');
    const page = await app.page('scripts?file=a.rhai', { expected: REFUSED });
    await write(page, 'a.rhai', 'let x = 1;\nlet y = ;\n');
    await frame(page, 'a.rhai').getByText("Line 2, column 9: Unexpected ';'", { exact: true }).waitFor();
    await page.locator('.cm-lintRange-error').waitFor();
    await save(page, 'a.rhai').click();
    const refusal = frame(page, 'a.rhai').getByRole('alert').filter({ hasText: 'Not saved' });
    await refusal.getByRole('link', { name: 'hooks/a.rhai:2', exact: true }).waitFor();
    assert.equal((await script('a.rhai')).text, 'let x = 1;\n');
    await button(refusal, 'Save anyway').click();
    await refusal.waitFor({ state: 'detached' });
    await until(async () => (await script('a.rhai')).text.includes('let y = ;'), 'the save with its mistake');
    // All mistakes are told above, with what it means.
    await page.getByRole('alert').filter({ hasText: 'go on running' }).first().waitFor();
    await write(page, 'a.rhai', 'let x = 2;\n');
    await frame(page, 'a.rhai').getByText('No mistake found', { exact: true }).waitFor();
    await save(page, 'a.rhai').click();
    await unsaved(page, 'a.rhai').waitFor({ state: 'detached' });
    await page.getByText('These scripts have mistakes', { exact: true }).waitFor({ state: 'detached' });
    await page.context().close();
    await remove('a.rhai');
  });

  it('that are not saved stay while another file is open, and hold back who leaves', async () => {
    await put('a.rhai', '// a\n');
    await put('b.rhai', '// b\n');
    const page = await app.page('scripts?file=a.rhai');
    await write(page, 'a.rhai', '// mine\n');
    const files = page.getByRole('navigation', { name: 'Files', exact: true });
    await files.getByRole('link', { name: 'b.rhai', exact: true }).click();
    await text(page, 'b.rhai').waitFor();
    await files.getByRole('link', { name: /^a\.rhai/ }).click();
    await text(page, 'a.rhai').getByText('// mine', { exact: true }).waitFor();
    let asked = '';
    page.once('dialog', (dialog) => {
      asked = dialog.message();
      void dialog.dismiss();
    });
    const main = page.getByRole('navigation', { name: 'Main', exact: true });
    await main.getByRole('link', { name: 'Requests', exact: true }).click();
    await until(() => asked !== '', 'the question');
    assert.match(asked, /without saving/);
    assert.match(page.url(), /\/scripts/);
    page.once('dialog', (dialog) => void dialog.accept());
    await main.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor();
    await page.context().close();
    await remove('a.rhai');
    await remove('b.rhai');
  });

  it('that somebody else saves are shown, and never overwritten in silence', async () => {
    await put('a.rhai', '// first\n');
    const page = await app.page('scripts?file=a.rhai');
    await text(page, 'a.rhai').getByText('// first', { exact: true }).waitFor();
    // Nothing was written here: the new text comes by itself.
    await put('a.rhai', '// second\n');
    await text(page, 'a.rhai').getByText('// second', { exact: true }).waitFor();
    await write(page, 'a.rhai', '// mine\n');
    await unsaved(page, 'a.rhai').waitFor();
    await put('a.rhai', '// theirs\n');
    await page.keyboard.press('Control+S');
    const conflict = frame(page, 'a.rhai').getByRole('alert').filter({ hasText: 'was changed elsewhere' });
    await conflict.waitFor();
    assert.equal((await script('a.rhai')).text, '// theirs\n');
    await button(conflict, 'Save mine over it').click();
    await conflict.waitFor({ state: 'detached' });
    await until(async () => (await script('a.rhai')).text === '// mine\n', 'the save over the other one');
    await write(page, 'a.rhai', '// again mine\n');
    await unsaved(page, 'a.rhai').waitFor();
    await put('a.rhai', '// again theirs\n');
    await conflict.waitFor();
    await button(conflict, 'Take the other one').click();
    await text(page, 'a.rhai').getByText('// again theirs', { exact: true }).waitFor();
    await page.context().close();
    await remove('a.rhai');
  });

  it('are made, renamed and deleted', async () => {
    await put('a.rhai', '// a\n');
    const page = await app.page('scripts', { expected: GONE });
    await text(page, 'a.rhai').waitFor();
    await button(page, 'New').click();
    await page.getByRole('menuitem', { name: /^Library/ }).click();
    const dialog = page.getByRole('dialog');
    const named = dialog.getByRole('textbox', { name: 'Name', exact: true });
    await named.fill('lib/money.txt');
    await dialog.getByText('It ends with .rhai.', { exact: true }).waitFor();
    await named.fill('lib/money.rhai');
    await button(dialog, 'Create').click();
    await text(page, 'lib/money.rhai').getByText('twice', { exact: true }).waitFor();
    await button(page, 'More for lib/money.rhai').click();
    await page.getByRole('menuitem', { name: 'Rename', exact: true }).click();
    await dialog.getByRole('textbox', { name: 'New name', exact: true }).fill('lib/cash.rhai');
    await button(dialog, 'Rename').click();
    await text(page, 'lib/cash.rhai').waitFor();
    const names = async () => (await app.api('GET', '/api/hooks/scripts')).files.map(({ file }) => file).sort();
    assert.deepEqual(await names(), ['a.rhai', 'lib/cash.rhai']);
    await button(page, 'More for lib/cash.rhai').click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    await button(dialog, 'Delete').click();
    await text(page, 'a.rhai').waitFor();
    assert.deepEqual(await names(), ['a.rhai']);
    await page.context().close();
    await remove('a.rhai');
  });

  it('write a log that can be filtered, searched, paused and cleared', async () => {
    await put(
      'log.rhai',
      'route("GET", "/api/say/{what}", |req| { log::info(req.params.what); log::error("no " + req.params.what); () });',
    );
    const say = (what) => app.api('GET', `/api/say/${what}`);
    await say('early');
    const page = await app.page('scripts?file=log.rhai');
    const panel = page.getByRole('region', { name: 'Log', exact: true });
    const line = (message) => panel.getByRole('log').getByText(message, { exact: true });
    await line('early').waitFor();
    await panel
      .getByRole('radiogroup', { name: 'Lowest level', exact: true })
      .getByText('error', { exact: true })
      .click();
    await line('early').waitFor({ state: 'detached' });
    await line('no early').waitFor();
    await say('later');
    await line('no later').waitFor();
    const search = panel.getByRole('textbox', { name: 'Search the log', exact: true });
    await search.fill('LATER');
    await line('no early').waitFor({ state: 'detached' });
    await line('no later').waitFor();
    await search.fill('');
    await button(panel, 'Pause').click();
    await button(panel, 'Go on').waitFor();
    await say('paused');
    await button(panel, 'Go on').click();
    await line('no paused').waitFor();
    await button(panel, 'Clear').click();
    await line('no paused').waitFor({ state: 'detached' });
    await say('after');
    await line('no after').waitFor();
    await page.context().close();
    await remove('log.rhai');
  });

  it('that cannot be loaded say so, and a file with a mistake leads to it', async () => {
    await mkdir(join(app.server.dir, 'hooks'), { recursive: true });
    await writeFile(join(app.server.dir, 'hooks/broken.rhai'), 'let ok = 1;\nlet = 2;\n');
    const page = await app.page('scripts', { expected: GONE });
    const mistakes = page.getByRole('alert').filter({ hasText: 'These scripts have mistakes' });
    await mistakes.getByRole('link', { name: 'hooks/broken.rhai:2', exact: true }).click();
    await page.waitForURL(/file=broken\.rhai&line=2/);
    await frame(page, 'broken.rhai')
      .getByText(/^Line 2, column/)
      .waitFor();
    const files = page.getByRole('navigation', { name: 'Files', exact: true });
    await files.getByRole('img', { name: 'has a mistake', exact: true }).waitFor();
    await rm(join(app.server.dir, 'hooks/broken.rhai'));
    await mistakes.waitFor({ state: 'detached' });
    await page.context().close();
  });
});
