// Takes a picture of every page, light and dark, wide and narrow: npm run screenshots [-- part-of-a-name]
// LOOK=dark-390 takes one look only, OUT=DIR writes elsewhere, WARM=120 lets requests come in for so many seconds before.
// With `pngquant` installed the files are a quarter as large.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { start } from '../tests/support/app.mjs';
import { fill, traffic } from './demo.mjs';
import { fillScripts } from './demo-scripts.mjs';
import { PAGES } from './pages.mjs';

const OUT = process.env.OUT ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const LOOKS = [
  { scheme: 'light', width: 1440, height: 900 },
  { scheme: 'dark', width: 1440, height: 900 },
  { scheme: 'light', width: 390, height: 844 },
  { scheme: 'dark', width: 390, height: 844 },
];
const SMALLER = ['--force', '--strip', '--speed', '1', '--quality', '80-100', '--ext', '.png'];

async function take(app, { name, path, ready, act, guest }, look) {
  const page = await app.page(path, { ...look, signedIn: !guest });
  await page
    .locator(ready ?? 'h1')
    .first()
    .waitFor();
  await act?.(page);
  // A page that follows a stream is never without a request: what is still being drawn counts, not the network.
  await page.waitForFunction(
    () => !document.querySelector('.mantine-Loader-root, .mantine-Skeleton-root:not([data-visible="false"])'),
  );
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  const file = `${OUT}/${name}-${look.scheme}-${look.width}.png`;
  await page.screenshot({ path: file, animations: 'disabled' });
  await page.context().close();
  await smaller(file);
  console.log(file);
}

let quantised = true;
async function smaller(file) {
  if (!quantised) return;
  await promisify(execFile)('pngquant', [...SMALLER, file]).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    quantised = false;
    console.log('pngquant is not installed: the pictures stay large');
  });
}

const only = process.argv[2];
await mkdir(OUT, { recursive: true });
const app = await start();
try {
  await fill(app.api.bind(app));
  await fillScripts(app.api.bind(app), app.server.dir);
  const stop = traffic(app.server.url, app.session.token);
  await new Promise((done) => setTimeout(done, 1_000 * Number(process.env.WARM ?? 0)));
  for (const page of PAGES) {
    if (only && !page.name.includes(only)) continue;
    for (const look of LOOKS)
      if (!process.env.LOOK || `${look.scheme}-${look.width}`.match(process.env.LOOK))
        // One picture that fails must not cost the others.
        await take(app, page, look).catch((error) => {
          console.error(`${page.name} ${look.scheme} ${look.width}: ${error.message}`);
          process.exitCode = 1;
        });
  }
  await stop();
} finally {
  await app.close().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
