/** Tabs of one browser share a socket, and go on when the tab that has it is closed. */

import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/browser.ts';
import { makeWorld, Server, until } from './support/server.ts';

let server: Server;
let browser: Browser;
let files: HttpServer;

beforeAll(async () => {
  server = await Server.start();
  await makeWorld(await server.root());
  const code = `
    import { createLuge } from './index.ts';
    const luge = createLuge(${JSON.stringify(server.url)});
    luge.from('posts').orderBy('title').live(({ items, status }) => {
      document.title = status + ' ' + items.map((post) => post.title).join();
    });`;
  const stdin = { contents: code, resolveDir: resolve(import.meta.dirname, '../src'), loader: 'ts' as const };
  const made = await build({ stdin, bundle: true, format: 'esm', write: false });
  const script = made.outputFiles[0]?.text;
  files = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript
        ? script
        : '<!doctype html><title>-</title><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>',
    );
  });
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  files?.close();
  await server?.stop();
});

test('one socket for two tabs, and the other takes over', async () => {
  const context = await browser.newContext();
  const sockets: Page[] = [];
  const open = async () => {
    const page = await context.newPage();
    page.on('websocket', () => sockets.push(page));
    await page.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
    return page;
  };
  const shows = (page: Page, title: string) => until(`a tab shows ${title}`, async () => (await page.title()) === title);
  const luge = server.guest();
  await luge.from('posts').create({ title: 'a' });
  const first = await open();
  await shows(first, 'live a');
  const second = await open();
  await shows(second, 'live a');
  await luge.from('posts').create({ title: 'b' });
  await Promise.all([shows(first, 'live a,b'), shows(second, 'live a,b')]);
  expect(sockets).toEqual([first]);
  await first.close();
  await luge.from('posts').create({ title: 'c' });
  await shows(second, 'live a,b,c');
  expect(sockets).toEqual([first, second]);
  await server.halt('SIGKILL');
  await until('it knows that the server is away', async () => (await second.title()).startsWith('stale'));
  await server.resume();
  await luge.from('posts').create({ title: 'd' });
  await shows(second, 'live a,b,c,d');
});
