/** Live queries against the real server: kept right by changes, across cut connections, restarts and kills. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  and,
  createLuge,
  eq,
  gte,
  type LiveState,
  type Luge,
  LugeError,
  memoryStore,
  type Name,
  newId,
  type Query,
  type RecordBase,
} from '../src/index.ts';
import { NodeWebSocket } from '../src/node.ts';
import type { Posts, Schema } from './support/schema.ts';
import { makeWorld, Server, until } from './support/server.ts';

let server: Server;
let root: Luge<Schema>;

beforeAll(async () => {
  server = await Server.start();
  root = await server.root();
  await makeWorld(root);
});
afterEach(() => root.collections.truncate('posts'));
afterAll(() => server?.stop());

/** The sockets of a client, to be cut. */
class Cut extends NodeWebSocket {
  static readonly open = new Set<Cut>();

  constructor(url: string, protocol: string) {
    super(url, protocol);
    Cut.open.add(this);
  }

  static all(): void {
    for (const socket of Cut.open) (socket as unknown as { stream?: { destroy(): void } }).stream?.destroy();
    Cut.open.clear();
  }
}

const shaky = () => createLuge<Schema>(server.url, { store: memoryStore(), WebSocket: Cut as unknown as typeof WebSocket });

/** Watches a query; `state` is always the newest. */
function watch<C extends Name<Schema>, T extends RecordBase>(query: Query<Schema, C, T>) {
  const seen: LiveState<T>[] = [];
  const stop = query.live((state) => seen.push(state));
  return {
    seen,
    stop,
    get state(): LiveState<T> | undefined {
      return seen.at(-1);
    },
  };
}

const titles = (state: LiveState<Posts> | undefined) => state?.items.map((post) => post.title);

test('a result follows what others write: entering, moving, leaving', async () => {
  const [mine, others] = [server.guest(), server.guest()];
  const first = await others.from('posts').create({ title: 'b', views: 10 });
  const live = watch(
    mine
      .from('posts')
      .where((p) => gte(p.views, 5))
      .orderBy('title'),
  );
  await until('the first result', () => live.state?.status === 'live');
  expect(titles(live.state)).toEqual(['b']);
  const second = await others.from('posts').create({ title: 'a', views: 1 });
  await others.from('posts').create({ title: 'c', views: 6 });
  await until('c is there', () => titles(live.state)?.join() === 'b,c');
  await others.from('posts').update(second.id, { views: 7 });
  await until('a came in', () => titles(live.state)?.join() === 'a,b,c');
  await others.from('posts').update(first.id, { title: 'd' });
  await until('b became d and moved', () => titles(live.state)?.join() === 'a,c,d');
  await others.from('posts').update(first.id, { views: 0 });
  await until('d left', () => titles(live.state)?.join() === 'a,c');
  await others.from('posts').delete(second.id);
  await until('a is gone', () => titles(live.state)?.join() === 'c');
  live.stop();
});

test('a limit shows the first ones and is filled again when they leave', async () => {
  const luge = server.guest();
  await luge.batch((tx) => Array.from({ length: 60 }, (_, n) => tx.create('posts', { title: `p${n}`, views: n })));
  const live = watch(luge.from('posts').orderBy('-views').limit(5));
  await until('the first result', () => titles(live.state)?.join() === 'p59,p58,p57,p56,p55');
  await luge.from('posts').create({ title: 'top', views: 1000 });
  await until('the new one is first', () => titles(live.state)?.join() === 'top,p59,p58,p57,p56');
  // More leave than are kept in reserve.
  for (let n = 59; n > 30; n--) {
    const post = await luge
      .from('posts')
      .where((p) => eq(p.title, `p${n}`))
      .first();
    await luge.from('posts').delete(post?.id as string);
  }
  await until('those below have moved up', () => titles(live.state)?.join() === 'top,p30,p29,p28,p27');
  live.stop();
});

test('many records with equal sort values do not confuse a limit', async () => {
  const luge = server.guest();
  await luge.batch((tx) => Array.from({ length: 80 }, (_, n) => tx.create('posts', { title: `p${n}`, views: 1 })));
  const live = watch(luge.from('posts').orderBy('-views').limit(5));
  await until('five of them', () => live.state?.status === 'live' && live.state.items.length === 5);
  await luge.from('posts').create({ title: 'top', views: 2 });
  await until('the higher one is first', () => titles(live.state)?.[0] === 'top' && live.state?.items.length === 5);
  live.stop();
});

test('a query can be iterated over, with relations expanded', async () => {
  const ann = await server.person('iterator');
  const me = ann.auth.record?.id as string;
  await ann.from('posts').create({ title: 'one', author: me });
  const seen: number[] = [];
  for await (const { items } of ann.from('posts').expand('author').live()) {
    seen.push(items.length);
    expect(items[0]?.expand.author?.name).toBe('iterator');
    if (items.length === 3) break;
    await ann.from('posts').create({ title: 'more', author: me });
  }
  expect(seen).toEqual([1, 2, 3]);
});

test('those who ask the same share one subscription, and the connection rests when nobody asks', async () => {
  const luge = server.guest();
  const query = () => luge.from('posts').where((p) => eq(p.status, 'live'));
  const [one, two] = [watch(query()), watch(query())];
  await until('both have it', () => one.state?.status === 'live' && two.state?.status === 'live');
  expect(one.state?.items).toBe(two.state?.items);
  one.stop();
  two.stop();
  await until('the connection is closed', () => luge.realtime.status === 'idle');
});

test('a refused query says why', async () => {
  const luge = server.guest();
  const bad = watch(luge.from('posts').where('nothing = 1'));
  await until('it failed', () => bad.state?.status === 'failed');
  expect(bad.state?.error).toBeInstanceOf(LugeError);
  expect(bad.state?.error?.status).toBe(400);
  bad.stop();
});

test('a kill -9 between writes loses nothing, and is seen as stale', async () => {
  const luge = server.guest();
  const live = watch(luge.from('posts').orderBy('title'));
  await luge.from('posts').create({ title: 'before' });
  await until('before', () => titles(live.state)?.join() === 'before');
  await server.halt('SIGKILL');
  await until('it knows', () => live.state?.status === 'stale');
  expect(titles(live.state)).toEqual(['before']);
  await server.resume();
  await root.from('posts').create({ title: 'while away' });
  await until('all is there', () => live.state?.status === 'live' && titles(live.state)?.join() === 'before,while away');
  live.stop();
});

test('another person sees nothing of what the one before saw', async () => {
  await root.collections.update('posts', { listRule: 'author = @request.auth.id' });
  const ann = await server.person('private');
  await root.from('posts').create({ title: 'hers', author: ann.auth.record?.id as string });
  const live = watch(ann.from('posts'));
  await until('she sees it', () => titles(live.state)?.join() === 'hers');
  const session = ann.auth.session;
  ann.auth.signOut();
  expect(live.state).toMatchObject({ items: [], status: 'loading' });
  await until('a guest sees nothing', () => live.state?.status === 'live');
  expect(live.state?.items).toEqual([]);
  ann.auth.save(session);
  await until('she sees it again', () => live.state?.status === 'live' && titles(live.state)?.join() === 'hers');
  live.stop();
  await root.collections.update('posts', { listRule: '' });
});

test('an optimistic write is shown at once, then replaced by the server’s', async () => {
  const luge = server.guest();
  const live = watch(
    luge
      .from('posts')
      .where((p) => and(eq(p.status, 'live'), gte(p.views, 0)))
      .orderBy('title'),
  );
  await until('the first result', () => live.state?.status === 'live');
  const made = luge.mutate((tx) => tx.create('posts', { title: 'mine', status: 'live', views: 1 }));
  expect(titles(live.state)).toEqual(['mine']);
  const [id] = [...(live.state?.pending ?? [])];
  expect((await made).id).toBe(id);
  await until('it is confirmed', () => live.state?.pending.size === 0);
  expect(titles(live.state)).toEqual(['mine']);
  expect(live.state?.items[0]?.collectionId).not.toBe('');
  const changed = luge.mutate((tx) => tx.update('posts', id as string, { 'views+': 4, 'tags+': ['rust'] }));
  expect(live.state?.items[0]).toMatchObject({ views: 5, tags: ['rust'] });
  await changed;
  const hidden = luge.mutate((tx) => tx.update('posts', id as string, { status: 'draft' }));
  expect(live.state?.items).toEqual([]);
  await hidden;
  await until('it stays away', () => live.state?.pending.size === 0);
  // At no moment was it there twice, or away in between.
  expect(live.seen.every((state) => state.items.length <= 1)).toBe(true);
  live.stop();
});

test('a refused optimistic write is taken back with the error of its field', async () => {
  const luge = server.guest();
  const post = await luge.from('posts').create({ title: 'stays' });
  const live = watch(luge.from('posts').orderBy('title'));
  await until('the first result', () => live.state?.status === 'live');
  const refused = luge.mutate((tx) => tx.update('posts', post.id, { title: '' }));
  expect(titles(live.state)).toEqual(['']);
  const error = (await refused.catch((e: unknown) => e)) as LugeError;
  expect(error.field('title')?.code).toBe('validation_required');
  expect(titles(live.state)).toEqual(['stays']);
  const batch = luge.mutate((tx) => [
    tx.create('posts', { title: 'a' }),
    tx.delete('posts', post.id),
    tx.create('posts', { title: '' }),
  ]);
  expect(titles(live.state)).toEqual(['', 'a']);
  await expect(batch).rejects.toMatchObject({ status: 400 });
  expect(titles(live.state)).toEqual(['stays']);
  const [kept] = await luge.mutate((tx) => [tx.create('posts', { title: 'kept' }), tx.delete('posts', post.id)]);
  await until('both happened', () => live.state?.pending.size === 0 && titles(live.state)?.join() === 'kept');
  expect(kept.title).toBe('kept');
  live.stop();
});

/** Random numbers that a seed repeats. */
function dice(seed: number) {
  let state = seed >>> 0;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test('random writes, cut connections and kills: every live result ends as a fresh list', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const roll = dice(seed);
  const clients = [shaky(), shaky(), shaky()];
  const queries = (luge: Luge<Schema>) => {
    const posts = luge.from('posts');
    return [
      posts
        .where((p) => gte(p.views, 5))
        .orderBy('-views', 'title', 'id')
        .limit(10),
      posts.orderBy('title', 'id').limit(20),
      posts.where((p) => eq(p.status, 'live')).orderBy('-created', 'id'),
      posts.where('status != {:no}', { no: 'live' }).orderBy('status', '-views', 'id').limit(3),
      posts.where((p) => gte(p.views, 3)),
    ];
  };
  const lives = clients.map((luge) => queries(luge).map((query) => watch(query)));
  const writer = server.guest();
  const ids: string[] = [];
  const statuses = ['live', 'draft', ''] as const;
  const body = () => ({ title: `t${roll(40)}`, views: roll(12), status: statuses[roll(3)] });
  let kills = 0;
  let cuts = 0;
  for (let round = 0; round < 400; round++) {
    const kind = roll(10);
    const at = roll(ids.length || 1);
    if (kind < 5 || !ids.length) ids.push((await writer.from('posts').create({ id: newId(), ...body() })).id);
    else if (kind < 8) await writer.from('posts').update(ids[at] as string, body());
    else await writer.from('posts').delete(ids.splice(at, 1)[0] as string);
    if (roll(25) === 0) {
      Cut.all();
      cuts++;
    }
    if (round % 130 === 120) {
      await server.halt(kills++ % 2 ? 'SIGTERM' : 'SIGKILL');
      await server.resume();
    }
  }
  const fresh = await Promise.all(queries(server.guest()).map((query) => query.list()));
  const short = (items: readonly Posts[] | undefined) => items?.map((p) => `${p.id} ${p.title} ${p.views} ${p.status}`);
  for (const [c, client] of lives.entries()) {
    for (const [q, live] of client.entries()) {
      const equal = () =>
        live.state?.status === 'live' && JSON.stringify(short(live.state.items)) === JSON.stringify(short(fresh[q]));
      await until(`client ${c} ends with query ${q}`, equal).catch(() =>
        expect(short(live.state?.items)).toEqual(short(fresh[q])),
      );
      live.stop();
    }
  }
  console.log(`${kills} ends of the server, ${cuts} cuts of ${clients.length} connections, ${lives.length * 5} results`);
}, 240_000);
