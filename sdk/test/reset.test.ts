/** When a position is no good any more: the server says `reset`, and a live result ends as a fresh list all the same. */

import { cpSync, renameSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { createLuge, gte, type LiveState, memoryStore } from '../src/index.ts';
import { NodeWebSocket } from '../src/node.ts';
import type { Posts, Schema } from './support/schema.ts';
import { makeWorld, Server, until } from './support/server.ts';

const started: Server[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

async function world(): Promise<Server> {
  const server = await Server.start();
  started.push(server);
  await makeWorld(await server.root());
  return server;
}

/** What sockets sent and heard, and a way to be cut off right after a reset, before the snapshot has come. */
class Heard extends NodeWebSocket {
  static resets: string[] = [];
  static sent: Record<string, unknown>[] = [];
  static cuts = 0;

  constructor(url: string, protocol: string) {
    super(url, protocol);
    let told: NodeWebSocket['onmessage'] = null;
    const hear = (event: { data: string }) => {
      const message = JSON.parse(event.data);
      told?.(event);
      if (message.type === 'reset') Heard.resets.push(message.reason);
      // The old subscription goes on after a reset: that it is live says nothing about what was there before.
      if (message.type === 'live' && Heard.resets.length && Heard.cuts-- > 0)
        (this as unknown as { stream?: { destroy(): void } }).stream?.destroy();
    };
    const set = (callback: typeof told) => {
      told = callback;
    };
    Object.defineProperty(this, 'onmessage', { get: () => hear, set });
  }

  override send(text: string): void {
    Heard.sent.push(JSON.parse(text));
    super.send(text);
  }
}

/** Watches posts with a sort and a limit, and all of them. */
async function watch(server: Server) {
  Object.assign(Heard, { resets: [], sent: [], cuts: 0 });
  const luge = createLuge<Schema>(server.url, { store: memoryStore(), WebSocket: Heard as unknown as typeof WebSocket });
  const posts = luge.from('posts');
  const queries = [
    posts.orderBy('title'),
    posts
      .where((p) => gte(p.views, 1))
      .orderBy('-views', 'id')
      .limit(3),
  ];
  const states: (LiveState<Posts> | undefined)[] = [];
  const stops = queries.map((query, at) =>
    query.live((state) => {
      states[at] = state;
    }),
  );
  await until('the first results', () => states.length === 2 && states.every((state) => state?.status === 'live'));
  return {
    stale: () => until('they know', () => states.every((state) => state?.status === 'stale')),
    titles: (at: number) => states[at]?.items.map((post) => post.title),
    /** Until both are live and equal to what a fresh list says. */
    async settled() {
      const fresh = await Promise.all(queries.map((query) => query.list()));
      await until('both are as a fresh list', () =>
        states.every((state, at) => state?.status === 'live' && JSON.stringify(state.items) === JSON.stringify(fresh[at])),
      );
    },
    stop: () => stops.forEach((stop) => void stop()),
  };
}

const write = (server: Server, titles: string[]) =>
  server.guest().batch((tx) => titles.map((title, at) => tx.create('posts', { title, views: at })));

for (const cuts of [0, 2]) {
  test(`another log at the same address, ${cuts} cuts`, async () => {
    const [server, other] = [await world(), await world()];
    await write(server, ['a', 'b', 'c', 'd', 'e']);
    // More than the first one has, so that its sequence numbers are there too, as other entries.
    await write(other, ['f', 'g', 'h']);
    for (let round = 0; round < 20; round++) await write(other, [`r${round}`]);
    const live = await watch(server);
    expect(live.titles(0)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(live.titles(1)).toEqual(['e', 'd', 'c']);
    await server.halt('SIGKILL');
    await live.stale();
    // What is known stays meanwhile.
    expect(live.titles(1)).toEqual(['e', 'd', 'c']);
    await other.halt();
    Heard.cuts = cuts;
    await other.resume(server.port);
    await live.settled();
    expect(live.titles(0)?.slice(0, 3)).toEqual(['f', 'g', 'h']);
    expect(live.titles(1)).toEqual(['h', 'g']);
    expect(Heard.resets.length).toBeGreaterThanOrEqual(cuts ? 1 : 2);
    expect(new Set(Heard.resets)).toEqual(new Set(['epoch']));
    // They came with a position, and were not loaded anew for another reason.
    expect(Heard.sent.filter((message) => message.since).length).toBeGreaterThanOrEqual(2);
    await write(other, ['later']);
    await live.settled();
    live.stop();
  });
}

test('an older copy of the data is put back', async () => {
  const server = await world();
  await write(server, ['a', 'b']);
  await server.halt();
  cpSync(server.dir, `${server.dir}-copy`, { recursive: true });
  await server.resume();
  await write(server, ['c', 'd', 'e']);
  const live = await watch(server);
  expect(live.titles(0)).toEqual(['a', 'b', 'c', 'd', 'e']);
  await server.halt();
  await live.stale();
  renameSync(server.dir, `${server.dir}-newer`);
  renameSync(`${server.dir}-copy`, server.dir);
  await server.resume();
  await live.settled();
  expect(live.titles(0)).toEqual(['a', 'b']);
  expect(Heard.resets).toEqual(['epoch', 'epoch']);
  await write(server, ['z']);
  await live.settled();
  live.stop();
});

test('the rules of the collection are edited', async () => {
  const server = await world();
  await write(server, ['a', 'b', 'c']);
  const live = await watch(server);
  await (await server.root()).collections.update('posts', { listRule: 'title != "b"' });
  await live.settled();
  expect(live.titles(0)).toEqual(['a', 'c']);
  expect(new Set(Heard.resets)).toEqual(new Set(['schema']));
  live.stop();
});
