// Accessibility of the pages of one collection: no serious violations, light and dark.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { start } from './support/app.mjs';
import { kitchen, thing } from './support/kitchen.mjs';

const AXE = fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url));

let app;
let axe;
before(async () => {
  app = await start();
  axe = await readFile(AXE, 'utf8');
  await kitchen(app);
});
after(() => app?.close());

const PAGES = [
  ['the grid', 'c/things', (page) => page.locator('[role=row][data-id]').first().waitFor()],
  [
    'nothing found',
    'c/things?filter=amount%20%3C%20-1',
    (page) => page.getByText('Nothing matches this filter').waitFor(),
  ],
  ['the drawer', `c/things?record=${thing(1)}`, (page) => page.getByRole('form', { name: 'Values' }).waitFor()],
  ['rules', 'c/things/rules', (page) => page.getByText('Try as').waitFor()],
  ['api', 'c/things/api', (page) => page.getByRole('button', { name: 'Send' }).waitFor()],
];

describe('accessibility', () => {
  for (const [name, path, ready] of PAGES)
    for (const scheme of ['light', 'dark'])
      it(`${name}, ${scheme}`, async () => {
        const page = await app.page(path, { scheme });
        await ready(page);
        // Through the protocol: the page's own policy lets no other script in.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const told = serious.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .slice(0, 3)
              .map((n) => `${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`)
              .join('\n')}`,
        );
        assert.deepEqual(told, []);
        await page.context().close();
      });
});
