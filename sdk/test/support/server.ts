/** Starts the real server on a free loopback port, with its data in a new temporary directory. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLuge, type Luge, memoryStore } from '../../src/index.node.ts';
import type { Schema } from './schema.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

export const SUPERUSER = { email: 'root@example.com', password: 'a-long-password-1' };

/** Generous: the machine may be busy, and a test waits only as long as it must. */
export const PATIENCE = 60_000;

export function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const chosen = process.env.SERVER;
  const found = chosen ? [chosen].find(existsSync) : [join(target, 'release/luge'), join(target, 'debug/luge')].find(existsSync);
  if (!found) throw new Error('Luge was not found: build it with `cargo build` or set SERVER=/path/to/luge');
  return resolve(found);
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

/** Resolves when `check` gives something true; fails with `what` after a minute. */
export async function until<T>(what: string, check: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await check();
      if (found) return found as NonNullable<T>;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`this did not happen within a minute: ${what}`, { cause: last });
}

/** A running server, which can be stopped, killed and started again at the same address. */
export class Server {
  private child: ChildProcess | undefined;
  private readonly output: Buffer[] = [];

  private constructor(
    readonly dir: string,
    public port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(): Promise<Server> {
    const dir = join(mkdtempSync(join(tmpdir(), 'luge-sdk-')), 'data');
    execFileSync(binary(), ['superuser', 'upsert', SUPERUSER.email, SUPERUSER.password, '--dir', dir], { stdio: 'pipe' });
    const server = new Server(dir, await freePort());
    await server.resume();
    return server;
  }

  /** Starts the process again, at the same address unless another port is named. */
  async resume(port = this.port): Promise<void> {
    this.port = port;
    const child = spawn(binary(), ['serve', '--dir', this.dir, '--http', `127.0.0.1:${this.port}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => this.output.push(part));
    this.child = child;
    await until(`the server answers; it said:\n${this.said()}`, async () => {
      if (child.exitCode !== null) throw new Error(`the server ended:\n${this.said()}`);
      return (await fetch(`${this.url}/api/health`)).ok;
    });
  }

  said(): string {
    return Buffer.concat(this.output).toString();
  }

  /** Ends the process; `SIGKILL` gives it no time for anything. */
  async halt(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(patience);
  }

  async stop(): Promise<void> {
    await this.halt();
    rmSync(resolve(this.dir, '..'), { recursive: true, force: true });
  }

  /** A new guest. */
  guest(): Luge<Schema> {
    return createLuge<Schema>(this.url, { store: memoryStore() });
  }

  /** A signed-in superuser. */
  async root(): Promise<Luge<Schema>> {
    const luge = this.guest();
    await luge.auth.withPassword('_superusers', SUPERUSER.email, SUPERUSER.password);
    return luge;
  }

  /** A signed-in person, made when it does not exist. */
  async person(name: string): Promise<Luge<Schema>> {
    const luge = this.guest();
    const email = `${name}@example.com`;
    await luge.from('users').create({ email, password: PASSWORD, passwordConfirm: PASSWORD, name });
    await luge.auth.withPassword('users', email, PASSWORD);
    return luge;
  }
}

export const PASSWORD = 'correct horse 1';

const open = { listRule: '', viewRule: '', createRule: '', updateRule: '', deleteRule: '' };
const stamps = [
  { name: 'created', type: 'autodate', onCreate: true },
  { name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
];

/** Posts and comments that everybody may read and write. */
export async function makeWorld(root: Luge<Schema>): Promise<void> {
  const users = await root.collections.get('users');
  await root.settings.update({ batch: { enabled: true, maxRequests: 100, timeout: 30 } });
  await root.collections.update('users', { viewRule: '' });
  const posts = await root.collections.create({
    name: 'posts',
    ...open,
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'status', type: 'select', values: ['draft', 'live', 'archived'] },
      { name: 'tags', type: 'select', values: ['rust', 'web', 'news'], maxSelect: 3 },
      { name: 'views', type: 'number' },
      { name: 'data', type: 'json' },
      { name: 'place', type: 'geoPoint' },
      { name: 'author', type: 'relation', collectionId: users.id },
      ...stamps,
    ],
  });
  await root.collections.create({
    name: 'comments',
    ...open,
    fields: [
      { name: 'text', type: 'text' },
      { name: 'post', type: 'relation', collectionId: posts.id, required: true, cascadeDelete: true },
      { name: 'author', type: 'relation', collectionId: users.id },
      ...stamps,
    ],
  });
}
