// A collection with a field of every type, and one that its relations lead to.

const field = (name, type, more = {}) => ({ name, type, ...more });

export async function kitchen(app, { rows = 12 } = {}) {
  const people = await app.api('POST', '/api/collections', {
    name: 'people',
    type: 'base',
    fields: [field('name', 'text', { presentable: true })],
  });
  for (const name of ['Ada', 'Grace', 'Barbara'])
    await app.api('POST', '/api/collections/people/records', {
      id: `${name.toLowerCase()}00000000000000`.slice(0, 15),
      name,
    });
  const things = await app.api('POST', '/api/collections', {
    name: 'things',
    type: 'base',
    fields: [
      field('title', 'text', { required: true, max: 60, presentable: true }),
      field('amount', 'number'),
      field('done', 'bool'),
      field('mail', 'email'),
      field('site', 'url'),
      field('due', 'date'),
      field('state', 'select', { values: ['new', 'open', 'closed'], maxSelect: 1 }),
      field('labels', 'select', { values: ['red', 'green', 'blue'], maxSelect: 3 }),
      field('owner', 'relation', { collectionId: people.id, maxSelect: 1 }),
      field('team', 'relation', { collectionId: people.id, maxSelect: 5 }),
      field('data', 'json'),
      field('place', 'geoPoint'),
      field('text', 'editor'),
      field('picture', 'file', { maxSelect: 1 }),
      field('secret', 'password'),
      field('created', 'autodate', { onCreate: true }),
      field('updated', 'autodate', { onCreate: true, onUpdate: true }),
    ],
  });
  for (let i = 0; i < rows; i += 1)
    await app.api('POST', '/api/collections/things/records', {
      id: `thing${String(i).padStart(10, '0')}`,
      title: `Thing ${i}`,
      amount: i * 10,
      done: i % 2 === 0,
      state: i % 3 === 0 ? 'new' : 'open',
      owner: 'ada000000000000',
      data: { n: i },
    });
  return { people, things };
}

/** The id of the nth thing. */
export const thing = (n) => `thing${String(n).padStart(10, '0')}`;

/** The stored record, as the server has it. */
export const stored = (app, id) => app.api('GET', `/api/collections/things/records/${id}`);

/** The cell of a column by its name. */
export async function cell(page, id, column) {
  const head = page.getByRole('columnheader', { name: column, exact: true });
  const index = Number(await head.getAttribute('aria-colindex')) - 2;
  return page.locator(`[data-id="${id}"] [data-cell="${index}"]`);
}

/** Waits until a condition of the server or the page holds. */
export async function until(check, what, patience = 30_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Waits for the first rows of the grid. */
export const rowsShown = (page) => page.locator('[role=row][data-id]').first().waitFor();

/** Pastes a text where the focus is, as the browser would. */
export async function paste(page, text) {
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}
