// Collections: from a file, and a change that is shown before it happens.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { PATIENCE, start } from './support/app.mjs';

const MOVIES = new URL('../../tests/node_modules/vega-datasets/data/movies.json', import.meta.url);

let app;
before(async () => {
  app = await start();
  await app.api('PATCH', '/api/settings', { batch: { enabled: true, maxRequests: 200, timeout: 60 } });
});
after(() => app.close());

function toCsv(rows) {
  const columns = Object.keys(rows[0]);
  const cell = (value) => (value === null || value === undefined ? '' : `"${String(value).replaceAll('"', '""')}"`);
  return [columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))]
    .map((line) => line.join(','))
    .join('\r\n');
}

test('a CSV file becomes a collection with fields of the right types', { timeout: 8 * PATIENCE }, async () => {
  const movies = JSON.parse(await readFile(MOVIES, 'utf8'));
  const page = await app.page('collections/from-file');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'movies.csv', mimeType: 'text/csv', buffer: Buffer.from(toCsv(movies)) });
  await page.getByLabel('Field name of IMDB Rating').waitFor();
  assert.equal(await page.getByLabel('Field name of IMDB Rating').inputValue(), 'IMDB_Rating');
  await page.getByRole('button', { name: /^Create and import 3,201 records/ }).click();
  await page.getByRole('link', { name: 'Open movies' }).waitFor({ timeout: 6 * PATIENCE });

  const wanted = movies.find((movie) => movie.Title === 'Inception');
  const { items } = await app.api('GET', "/api/collections/movies/records?perPage=1&filter=Title='Inception'");
  assert.equal(items[0].IMDB_Rating, wanted['IMDB Rating']);
  assert.equal((await app.api('GET', '/api/collections/movies/records?perPage=1')).totalItems, movies.length);
  const { fields } = await app.api('GET', '/api/collections/movies');
  const typeOf = (name) => fields.find((field) => field.name === name)?.type;
  assert.deepEqual(['Title', 'US_Gross', 'Release_Date', 'Creative_Type', 'created'].map(typeOf), [
    'text',
    'number',
    'date',
    'select',
    'autodate',
  ]);

  await page.getByRole('link', { name: 'Open movies' }).click();
  await page.getByRole('heading', { name: 'movies', exact: true }).waitFor();
  await page.context().close();
});

test('a change of fields says what it will do, and does it', { timeout: 4 * PATIENCE }, async () => {
  const field = (name, type) => ({ name, type });
  await app.api('POST', '/api/collections', {
    name: 'books',
    type: 'base',
    fields: [field('title', 'text'), field('notes', 'text'), field('pages', 'number')],
  });
  for (const n of [1, 2, 3])
    await app.api('POST', '/api/collections/books/records', {
      title: `Book ${n}`,
      notes: n < 3 ? 'good' : '',
      pages: n,
    });
  const page = await app.page('c/books/fields');
  await page.getByLabel('Name of the field title').fill('name');
  await page.getByRole('button', { name: 'More for notes' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Add field' }).click();
  await page.getByRole('menuitem', { name: /^Yes or no/ }).click();
  await page.getByRole('button', { name: 'Review' }).click();

  const dialog = page.getByRole('dialog');
  await dialog.getByText('is deleted with the values of 2 records').waitFor();
  const said = await dialog.innerText();
  assert.match(said, /title becomes name; the values of 3 records stay/);
  assert.match(said, /Field active is added/);
  await dialog.getByRole('button', { name: 'Apply and lose data' }).click();
  await page.getByText('books was changed.').waitFor();

  const { fields } = await app.api('GET', '/api/collections/books');
  assert.deepEqual(
    fields.map(({ name }) => name),
    ['id', 'name', 'pages', 'active'],
  );
  const { items } = await app.api('GET', '/api/collections/books/records?sort=pages');
  assert.deepEqual(
    items.map(({ name }) => name),
    ['Book 1', 'Book 2', 'Book 3'],
  );
  await page.context().close();
});

test('a template makes its collections, and deleting one asks for its name', { timeout: 4 * PATIENCE }, async () => {
  const page = await app.page('collections/new?template=shop');
  await page.getByRole('button', { name: 'Create 3 collections' }).click();
  await page.getByRole('heading', { name: 'products', exact: true }).waitFor();
  const { fields } = await app.api('GET', '/api/collections/order_lines');
  assert.equal(
    fields.find(({ name }) => name === 'order')?.collectionId,
    (await app.api('GET', '/api/collections/orders')).id,
  );

  await page.goto(`${app.url}/_/c/order_lines/fields`);
  await page.getByRole('button', { name: 'Actions for order_lines' }).click();
  await page.getByRole('menuitem', { name: 'Delete the collection…' }).click();
  const go = page.getByRole('dialog').getByRole('button', { name: 'Delete the collection' });
  await go.waitFor();
  assert.equal(await go.isDisabled(), true);
  await page.getByRole('dialog').getByRole('textbox').fill('order_lines');
  await go.click();
  await page.getByText('order_lines was deleted.').waitFor();
  await page.getByRole('heading', { name: 'Collections', exact: true }).waitFor();
  await page.context().close();
});
