// The dashboard under test: a real server in a directory of its own, and a headless Chromium that opens it.
//
//   const app = await start();            a server with one superuser
//   const page = await app.page();        a signed-in page; it notes console errors and requests to other origins
//   await app.close();                    fails when a page noted something
//
// SERVER is the binary. One that was built without the dashboard is served from admin-ui/dist instead (npm run build).

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { lugeBinary, SUPERUSER, start as startServer } from '../../../tests/support/servers.mjs';
import { front } from './front.mjs';

export { SUPERUSER };

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
  let shown;
  let browser;
  try {
    shown = await frontOf(server.url);
    const executablePath = BROWSERS.find((path) => path && existsSync(path));
    if (!executablePath) throw new Error('no Chromium was found: install chromium or set CHROMIUM=/path');
    browser = await chromium.launch({ executablePath, args: FLAGS });
  } catch (error) {
    shown?.stop();
    await server.stop();
    throw error;
  }
  const app = new App(server, shown, browser);
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

  /** Ends the server as a crash would look from outside; `revive` starts it again at the same address. */
  async fell() {
    await this.server.halt();
  }

  async revive() {
    const address = this.server.url.replace('http://', '');
    const child = spawn(lugeBinary(), ['serve', '--dir', this.server.dir, '--http', address], { stdio: 'ignore' });
    this.revived = child;
    const deadline = Date.now() + PATIENCE;
    while (
      !(await fetch(`${this.server.url}/api/health`).then(
        (answer) => answer.ok,
        () => false,
      ))
    ) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('the server did not come back');
      await new Promise((done) => setTimeout(done, 50));
    }
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
    if (this.revived) await new Promise((done) => this.revived.once('exit', done).kill());
    await this.server.stop();
    if (this.notes.length > 0) throw new Error(`the pages noted:\n${this.notes.join('\n')}`);
  }
}

/** Where the dashboard is: in the binary, or in admin-ui/dist before it. */
async function frontOf(url) {
  const html = await (await fetch(`${url}/_/`)).text();
  return html.includes('/_/assets/') ? { url, stop() {} } : front(url);
}
