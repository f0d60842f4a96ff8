/** The same tour on every platform: Node's worker threads, a worker of a browser, Deno and Bun. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Worker as Thread } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/browser.ts';
import { makeWorld, PASSWORD, Server } from './support/server.ts';

const exec = promisify(execFile);
const HERE = resolve(import.meta.dirname, 'platforms');
const SCRIPT = join(HERE, 'tour.ts');

let server: Server;
let dir: string;

beforeAll(async () => {
  server = await Server.start();
  await makeWorld(await server.root());
  dir = mkdtempSync(join(tmpdir(), 'luge-platforms-'));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await server?.stop();
});

/** A person of their own for each platform: address, email, password. */
async function person(name: string): Promise<[string, string, string]> {
  await server.person(name);
  return [server.url, `${name}@example.com`, PASSWORD];
}

async function bundle(code: string, platform: 'node' | 'browser'): Promise<string> {
  const made = await build({
    stdin: { contents: code, resolveDir: HERE, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform,
    write: false,
  });
  return made.outputFiles[0]?.text as string;
}

test('a worker thread of Node', async () => {
  const args = await person('thread');
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import '../../src/index.node.ts';
    import { run } from './tour.ts';
    run(...workerData).then((said) => parentPort.postMessage(said), (error) => parentPort.postMessage(String(error)));`;
  const file = join(dir, 'thread.mjs');
  writeFileSync(file, await bundle(code, 'node'));
  const worker = new Thread(file, { workerData: args });
  const said = await new Promise((done, failed) => worker.once('message', done).once('error', failed));
  await worker.terminate();
  expect(said).toBe('all is well');
});

test('a worker in a browser', async () => {
  const args = await person('webworker');
  const worker = await bundle(
    `import { run } from './tour.ts'; run(...${JSON.stringify(args)}).then(postMessage, (e) => postMessage(String(e)));`,
    'browser',
  );
  const files = createServer((request, response) => {
    const isScript = request.url === '/worker.js';
    response
      .setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      .end(isScript ? worker : '<!doctype html><title>worker</title>');
  });
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
    const said = await page.evaluate(
      () =>
        new Promise((done) => {
          const started = new Worker('/worker.js', { type: 'module' });
          started.onmessage = (event) => done(event.data);
          started.onerror = (event) => done(event.message);
        }),
    );
    expect(said).toBe('all is well');
  } finally {
    await browser.close();
    files.close();
  }
});

const platforms = {
  Deno: {
    binary: join(HERE, 'node_modules/@deno/linux-x64-glibc/deno'),
    flags: ['run', '--no-config', '--no-check', '--allow-all'],
  },
  Bun: { binary: join(HERE, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun'), flags: ['run'] },
};

for (const [name, { binary, flags }] of Object.entries(platforms)) {
  // There are builds for some machines only; `npm ci --prefix test/platforms` installs them.
  test.skipIf(!existsSync(binary))(`${name} runs the source as it is`, async () => {
    const args = await person(name.toLowerCase());
    const file = join(dir, `${name}.ts`);
    writeFileSync(
      file,
      `import { run } from ${JSON.stringify(SCRIPT)};\nconsole.log(await run(...${JSON.stringify(args)} as [string, string, string]));\n`,
    );
    const { stdout } = await exec(binary, [...flags, file], { timeout: 90_000 });
    expect(stdout.trim().split('\n').at(-1)).toBe('all is well');
  });
}
