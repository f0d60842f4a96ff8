// The grid of records and the drawer, in a browser, against a real server.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { start } from './support/app.mjs';
import { cell, kitchen, paste, rowsShown, stored, thing, until } from './support/kitchen.mjs';

let app;
before(async () => {
  app = await start();
  await kitchen(app);
});
after(() => app?.close());

const open = async (search = '', options = {}) => {
  const page = await app.page(`c/things${search}`, options);
  await rowsShown(page);
  return page;
};
const total = (page, words) => page.getByTestId('total').filter({ hasText: words }).waitFor();
const toast = (page, words) => page.getByRole('alert').filter({ hasText: words }).first().waitFor();

describe('the grid', () => {
  it('is edited with the keyboard alone', async () => {
    const page = await open();
    await (await cell(page, thing(1), 'title')).click();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Tab');
    await until(async () => (await stored(app, thing(1))).title === 'By keyboard', 'the title');
    // Tab went to the next column, and a digit begins to replace its value.
    await page.keyboard.type('77');
    await page.keyboard.press('Enter');
    await until(async () => (await stored(app, thing(1))).amount === 77, 'the amount');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await until(async () => (await stored(app, thing(1))).done === true, 'the switch');
    await page.keyboard.press('Control+Z');
    await until(async () => (await stored(app, thing(1))).done === false, 'undo');
    await page.keyboard.press('Home');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-cell'));
    assert.equal(await focused(), '0');
    await page.keyboard.press('Control+End');
    await until(
      async () => page.evaluate(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row') === '11'),
      'the last row',
    );
    await page.context().close();
  });

  it('says at the cell what the server refuses, and takes the value back', async () => {
    const page = await open('', { expected: [/400/] });
    const title = await cell(page, thing(2), 'title');
    await title.dblclick();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await title.getByRole('alert').waitFor();
    assert.match(await title.textContent(), /Thing 2/);
    await page.context().close();
  });

  it('selects a range, edits it as one, and takes it back', async () => {
    const page = await open();
    await page.locator(`[data-id="${thing(3)}"] input[type=checkbox]`).click();
    await page.locator(`[data-id="${thing(6)}"] input[type=checkbox]`).click({ modifiers: ['Shift'] });
    const bar = page.getByRole('region', { name: 'Selected records' });
    await bar.getByText('4 selected').waitFor();
    await bar.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Field' }).click();
    await page.getByRole('option', { name: 'amount', exact: true }).click();
    await dialog.getByRole('textbox', { name: 'amount' }).fill('4242');
    await dialog.getByRole('button', { name: /^Change/ }).click();
    const amounts = async () => (await app.api('GET', '/api/collections/things/records?filter=amount=4242')).totalItems;
    await until(async () => (await amounts()) === 4, 'four changed records');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await until(async () => (await amounts()) === 0, 'undo of the change');
    assert.equal((await stored(app, thing(4))).amount, 40);
    await page.context().close();
  });

  it('deletes the selection and brings it back', async () => {
    const page = await open();
    await page.locator(`[data-id="${thing(7)}"] input[type=checkbox]`).click();
    await page.locator(`[data-id="${thing(8)}"] input[type=checkbox]`).click();
    const bar = page.getByRole('region', { name: 'Selected records' });
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await total(page, '10 records');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await total(page, '12 records');
    assert.equal((await stored(app, thing(7))).title, 'Thing 7');
    await page.context().close();
  });

  it('takes a table that was copied from a spreadsheet', async () => {
    const page = await open();
    await (await cell(page, thing(9), 'title')).click();
    await paste(page, 'Pasted one\t901\tyes\n"Pasted ""two"""\t902\tno\n');
    await until(async () => (await stored(app, thing(10))).amount === 902, 'the pasted rows');
    const [one, two] = [await stored(app, thing(9)), await stored(app, thing(10))];
    assert.deepEqual([one.title, one.amount, one.done], ['Pasted one', 901, true]);
    assert.deepEqual([two.title, two.done], ['Pasted "two"', false]);
    await page.context().close();
  });

  it('exports what it shows', async () => {
    const page = await open('?filter=amount%20%3E%20895&sort=-amount');
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As CSV' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    assert.equal(file.suggestedFilename(), 'things.csv');
    assert.ok(lines[0].startsWith('id,title,amount,done'));
    assert.ok(lines[1].startsWith(`${thing(10)},"Pasted ""two""",902,false`), lines[1]);
    assert.equal(lines.length, 3);
    await page.context().close();
  });

  it('remembers hidden and moved columns', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'mail' }).uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'amount' }).focus();
    await page.keyboard.press('Alt+ArrowLeft');
    await page.reload();
    await rowsShown(page);
    assert.equal(await page.getByRole('columnheader', { name: 'mail' }).count(), 0);
    const index = (name) => page.getByRole('columnheader', { name, exact: true }).getAttribute('aria-colindex');
    assert.deepEqual([await index('amount'), await index('title')], ['3', '4']);
    await page.context().close();
  });
});

describe('the filter', () => {
  it('completes, explains a mistake with its place, and stands in the address', async () => {
    const page = await open();
    const bar = page.getByRole('combobox', { name: 'Filter records' });
    await bar.click();
    await bar.pressSequentially('owner.na');
    await page.getByRole('option', { name: /owner\.name/ }).waitFor();
    await page.keyboard.press('Tab');
    await bar.pressSequentially('~ "Ada" && titel = 1');
    const note = page.getByRole('alert').filter({ hasText: 'titel' });
    await note.waitFor();
    assert.match(await note.textContent(), /at character 23/);
    await bar.fill('state = "new"');
    await page.keyboard.press('Enter');
    await total(page, '4 records');
    assert.match(page.url(), /filter=/);
    await page.reload();
    await total(page, '4 records');
    await bar.fill('Thing 3');
    await page.keyboard.press('Enter');
    await total(page, '1 record');
    await page.context().close();
  });

  it('keeps a view under a name', async () => {
    const page = await open('?filter=amount%20%3D%2040');
    await total(page, '1 record');
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('Forty');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await toast(page, 'Forty');
    await page.goto(`${app.url}/_/c/things`);
    await total(page, '12 records');
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('menuitem', { name: 'Forty' }).click();
    await total(page, '1 record');
    await page.context().close();
  });
});
