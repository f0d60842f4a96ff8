/** The chat of the examples in a real browser: two pages, a restart and a kill of the server between messages. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/browser.ts';
import { binary, Server, SUPERUSER, until } from './support/server.ts';

const CHAT = resolve(import.meta.dirname, '../examples/chat');
const DIST = join(CHAT, 'dist');
const KINDS: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

let server: Server;
let files: HttpServer;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  execFileSync(process.execPath, [join(CHAT, 'setup.mjs'), server.url, SUPERUSER.email, SUPERUSER.password], { stdio: 'pipe' });
  await build({
    root: CHAT,
    configFile: join(CHAT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: DIST, emptyOutDir: true },
  });
  files = createServer((request, response) => {
    const path = join(DIST, new URL(request.url ?? '/', 'http://x').pathname);
    const file = existsSync(path) && extname(path) ? path : join(DIST, 'index.html');
    response.setHeader('content-type', KINDS[extname(file)] ?? 'application/octet-stream').end(readFileSync(file));
  });
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  files?.close();
  await server?.stop();
});

async function open(name: string, faults: string[]): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  const { port } = files.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/?name=${name}&server=${encodeURIComponent(server.url)}`);
  await page.waitForSelector('.messages[data-loading=false]', { timeout: 60_000 });
  return page;
}

const lines = (page: Page) => page.locator('.messages li:not(.end)').allTextContents();

async function say(page: Page, text: string): Promise<void> {
  await page.fill('input[name=text]', text);
  await page.press('input[name=text]', 'Enter');
  // Optimistic: it is there before the server can have said anything.
  await until(`${text} is shown to its author`, async () => (await lines(page)).some((line) => line.endsWith(text)));
}

test('two pages end with the same list after a restart and a kill -9 between messages', async () => {
  const faults: string[] = [];
  const [ann, bob] = [await open('Ann', faults), await open('Bob', faults)];
  await until(
    'each sees the other',
    async () => (await bob.textContent('.members')) === 'Ann, Bob' && (await ann.textContent('.members')) === 'Ann, Bob',
  );
  await say(ann, 'hello');
  await until('Bob reads it', async () => (await lines(bob)).join() === 'Ann hello');
  await say(bob, 'hi Ann');
  await server.halt('SIGTERM');
  await say(ann, 'written while the server was away');
  await server.resume();
  await say(bob, 'after the restart');
  await until('both have four', async () => (await lines(ann)).length === 4 && (await lines(bob)).length === 4);
  await say(ann, 'before the kill');
  await server.halt('SIGKILL');
  await say(bob, 'written after the kill');
  await server.resume();
  await say(ann, 'the last one');
  const expected = [
    'Ann before the kill',
    'Ann hello',
    'Ann the last one',
    'Ann written while the server was away',
    'Bob after the restart',
    'Bob hi Ann',
    'Bob written after the kill',
  ];
  const confirmed = async (page: Page) => (await page.locator('.messages li[data-pending=true]').count()) === 0;
  for (const page of [ann, bob]) {
    await until(
      'all seven are there and confirmed',
      async () => (await lines(page)).toSorted().join('|') === expected.join('|') && (await confirmed(page)),
    );
  }
  expect(await lines(ann)).toEqual(await lines(bob));
  expect(faults).toEqual([]);
});

test('the types of the example are those of its collections', async () => {
  await server.halt();
  execFileSync(binary(), ['types', '--lang', 'ts', '--out', join(CHAT, 'src/schema.ts'), '--check', '--dir', `${server.dir}`], {
    stdio: 'pipe',
  });
  await server.resume();
});
