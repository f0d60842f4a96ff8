// The dashboard under test: a real server in a directory of its own, and a headless Chromium that opens it.
//
//   const app = await start();            a server with one superuser
//   const page = await app.page();        a signed-in page; it notes console errors and requests to other origins
//   await app.close();                    fails when a page noted something
//
// SERVER is the binary. One that was built without the dashboard is served by Vite from admin-ui/dist instead.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { lugeBinary, SUPERUSER, start as startServer } from '../../../tests/support/servers.mjs';

export { SUPERUSER };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The longest that any single step may take on a busy machine. */
export const PATIENCE = 30_000;

const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the server (without a superuser: `{ superuser: null }`) and the browser. */
export async function start(options = {}) {
  const server = await startServer(lugeBinary(), options);
  let front;
  let browser;
  try {
    front = await frontOf(server.url);
    const executablePath = BROWSERS.find((path) => path && existsSync(path));
    if (!executablePath) throw new Error('no Chromium was found: install chromium or set CHROMIUM=/path');
    browser = await chromium.launch({ executablePath, args: FLAGS });
  } catch (error) {
    front?.stop();
    await server.stop();
    throw error;
  }
  const app = new App(server, front, browser);
  if (options.superuser !== null) await app.signIn();
  return app;
}

class App {
  constructor(server, front, browser) {
    this.server = server;
    this.front = front;
    this.browser = browser;
    /** Where the dashboard is served. */
    this.url = front.url;
    /** What pages noted: console errors, exceptions, requests to other origins. */
    this.notes = [];
    this.session = null;
  }

  async signIn() {
    const { email: identity, password } = SUPERUSER;
    this.session = await this.api('POST', '/api/collections/_superusers/auth-with-password', { identity, password });
  }

  /** Sends one request to the server as the superuser and gives the decoded answer. */
  async api(method, path, body) {
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(this.session && { Authorization: this.session.token }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /**
   * Opens a page at a path of the dashboard. `signedIn: false` starts as a guest, `scheme` and `width` set the look,
   * `expected` lists patterns of console errors that belong to the test.
   */
  async page(path = '', { signedIn = true, scheme = 'light', width = 1440, height = 900, expected = [] } = {}) {
    const context = await this.browser.newContext({
      colorScheme: scheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    context.setDefaultTimeout(PATIENCE);
    if (signedIn)
      await context.addInitScript((session) => {
        // Only the first page of a context is given the session: signing out has to last.
        if (sessionStorage.getItem('given')) return;
        sessionStorage.setItem('given', 'yes');
        localStorage.setItem('luge.session', JSON.stringify(session));
      }, this.session);
    const page = await context.newPage();
    this.watch(page, expected);
    await page.goto(`${this.url}/_/${path}`);
    return page;
  }

  watch(page, expected) {
    const note = (text) => {
      if (!expected.some((pattern) => pattern.test(text))) this.notes.push(`${page.url()}: ${text}`);
    };
    page.on('console', (message) => {
      if (message.type() === 'error') note(`console: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => note(`exception: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      const own = [this.url, this.url.replace(/^http/, 'ws'), 'data:', 'blob:'].some((start) => url.startsWith(start));
      if (!own) note(`a request left the origin: ${url}`);
    });
  }

  /** Ends the browser and the server, and fails when a page noted something. */
  async close() {
    await this.browser.close();
    this.front.stop();
    await this.server.stop();
    if (this.notes.length > 0) throw new Error(`the pages noted:\n${this.notes.join('\n')}`);
  }
}

/** Where the dashboard is: in the binary, or in admin-ui/dist behind Vite's preview. */
async function frontOf(url) {
  const html = await (await fetch(`${url}/_/`)).text();
  if (html.includes('/_/assets/')) return { url, stop() {} };
  const port = await freePort();
  const vite = spawn(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'preview', '--port', String(port), '--strictPort', '--host', '127.0.0.1'],
    { cwd: ROOT, env: { ...process.env, LUGE_URL: url }, stdio: 'ignore' },
  );
  const own = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + PATIENCE;
  while (
    !(await fetch(`${own}/_/`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (Date.now() > deadline || vite.exitCode !== null)
      throw new Error('the dashboard is not in the binary, and `vite preview` did not start: run npm run build');
    await new Promise((done) => setTimeout(done, 100));
  }
  return { url: own, stop: () => vite.kill() };
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
