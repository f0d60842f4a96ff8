/** Uploads with progress in a real browser, where they go by `XMLHttpRequest`. */

import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/browser.ts';
import { Server } from './support/server.ts';

const SIZE = 4 << 20;

let server: Server;
let browser: Browser;
let files: HttpServer;

beforeAll(async () => {
  server = await Server.start();
  const root = await server.root();
  await root.collections.create({
    name: 'papers',
    listRule: '',
    viewRule: '',
    createRule: '',
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'data', type: 'json', maxSize: 2 * SIZE },
    ],
  });
  const code = `
    import { createLuge } from './index.ts';
    Object.assign(globalThis, { luge: createLuge(${JSON.stringify(server.url)}, { retries: 0 }) });`;
  const stdin = { contents: code, resolveDir: resolve(import.meta.dirname, '../src'), loader: 'ts' as const };
  const made = await build({ stdin, bundle: true, format: 'esm', write: false });
  const script = made.outputFiles[0]?.text;
  files = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>',
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

/** Creates a paper in a page of its own, and tells what came of it. */
async function create(kind: 'json' | 'form', title: string, abort = false) {
  const page = await browser.newPage();
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.resourceType()));
  await page.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'luge' in globalThis);
  const told = await page.evaluate(
    async ({ kind, title, abort, size }) => {
      // biome-ignore lint/suspicious/noExplicitAny: the client was put there by the page's script.
      const { luge } = globalThis as any;
      const seen: [number, number][] = [];
      const controller = new AbortController();
      const onProgress = (at: number, total: number) => {
        seen.push([at, total]);
        if (abort) controller.abort();
      };
      const data = { title, data: 'x'.repeat(size) };
      const form = new FormData();
      form.append('@jsonPayload', JSON.stringify(data));
      const path = '/api/collections/papers/records';
      const options = { onProgress, signal: controller.signal };
      try {
        const { id } =
          kind === 'json'
            ? await luge.from('papers').create(data, options)
            : await luge.send(path, { method: 'POST', body: form, ...options });
        return { id, seen, error: null };
      } catch (error) {
        const { status, code, requestId, isAbort } = error as Record<string, unknown>;
        const field = (error as { field(name: string): { code: string } | undefined }).field('title')?.code;
        return { id: '', seen, error: { status, code, isAbort, field, hasRequestId: !!requestId } };
      }
    },
    { kind, title, abort, size: SIZE },
  );
  await page.close();
  return { ...told, sent };
}

for (const kind of ['json', 'form'] as const) {
  test(`a large body as ${kind} is sent with progress`, async () => {
    const { id, seen, error, sent } = await create(kind, kind);
    expect(error).toBe(null);
    expect(new Set(sent)).toEqual(new Set(['xhr']));
    expect(seen.length).toBeGreaterThanOrEqual(1);
    // It only grows, within a total that is more than the content, and ends there.
    for (const [at, [done, total]] of seen.entries()) {
      expect(total).toBe(seen[0]?.[1]);
      expect(total).toBeGreaterThan(SIZE);
      expect(done).toBeGreaterThanOrEqual(seen[at - 1]?.[0] ?? 1);
    }
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    const paper = await server.guest().send<Record<string, string>>(`/api/collections/papers/records/${id}`);
    expect([paper.title, paper.data?.length]).toEqual([kind, SIZE]);
  });
}

test('a refused upload tells the problem of its field', async () => {
  const { error } = await create('form', '');
  expect(error).toEqual({ status: 400, code: 'bad_request', isAbort: false, field: 'validation_required', hasRequestId: true });
});

test('an upload is aborted by its signal', async () => {
  const { error } = await create('form', 'aborted', true);
  expect(error).toMatchObject({ status: 0, code: 'aborted', isAbort: true });
});
