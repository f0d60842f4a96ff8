// Every page, light and dark, wide and narrow, without serious accessibility violations.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fill } from '../scripts/demo.mjs';
import { fillScripts } from '../scripts/demo-scripts.mjs';
import { PAGES } from '../scripts/pages.mjs';
import { PATIENCE, start } from './support/app.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LOOKS = [
  { scheme: 'light', width: 1440, height: 900 },
  { scheme: 'dark', width: 1440, height: 900 },
  { scheme: 'dark', width: 390, height: 844 },
  { scheme: 'light', width: 390, height: 844 },
];

let app;
before(async () => {
  app = await start();
  await fill(app.api.bind(app), { posts: 40 });
  await fillScripts(app.api.bind(app), app.server.dir);
});
after(() => app.close());

for (const { name, path, ready, act, guest } of PAGES)
  test(name, { timeout: 6 * PATIENCE }, async () => {
    const page = await app.page(path, { signedIn: !guest });
    await page
      .locator(ready ?? 'h1')
      .first()
      .waitFor();
    await act?.(page);
    // Evaluated by the browser's debugger, so the page's policy does not have to let it in.
    await page.evaluate(AXE);
    const wrong = [];
    for (const { scheme, ...size } of LOOKS) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize(size);
      await page.waitForFunction((wanted) => document.documentElement.dataset.mantineColorScheme === wanted, scheme);
      // The look is computed anew with the next frame.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
          resultTypes: ['violations'],
        });
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(
            ({ id, help, nodes }) =>
              `${id} (${help}): ${nodes
                .slice(0, 3)
                .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`)
                .join(' | ')}`,
          );
      });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      wrong.push(...found.map((what) => `${scheme} ${size.width}: ${what}`));
      if (wide > 0) wrong.push(`${size.width}: the page is ${wide} px wider than the screen`);
    }
    assert.deepEqual(wrong, []);
    await page.context().close();
  });
