// Takes a picture of every page, light and dark, wide and narrow: npm run screenshots [-- part-of-a-name]
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { start } from '../tests/support/app.mjs';
import { fill } from './demo.mjs';
import { PAGES } from './pages.mjs';

const OUT = process.env.OUT ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const LOOKS = [
  { scheme: 'light', width: 1440, height: 900 },
  { scheme: 'dark', width: 1440, height: 900 },
  { scheme: 'light', width: 390, height: 844 },
  { scheme: 'dark', width: 390, height: 844 },
];

const only = process.argv[2];
await mkdir(OUT, { recursive: true });
const app = await start();
try {
  await fill(app.api.bind(app));
  for (const look of LOOKS) {
    if (process.env.LOOK && !`${look.scheme}-${look.width}`.match(process.env.LOOK)) continue;
    for (const { name, path, ready, act, guest } of PAGES) {
      if (only && !name.includes(only)) continue;
      const page = await app.page(path, { ...look, signedIn: !guest });
      await page
        .locator(ready ?? 'h1')
        .first()
        .waitFor();
      await page.waitForLoadState('networkidle').catch(() => {});
      await act?.(page);
      await page.screenshot({ path: `${OUT}/${name}-${look.scheme}-${look.width}.png` });
      await page.context().close();
      console.log(`${name} ${look.scheme} ${look.width}`);
    }
  }
} finally {
  await app.close().catch((error) => console.error(error.message));
}
