/** Records through the SDK against the real server: reading, writing, queries, batches, errors, retries. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  and,
  any,
  createLuge,
  eq,
  gt,
  gte,
  has,
  type Luge,
  LugeError,
  length,
  like,
  lower,
  memoryStore,
  ne,
  newId,
  oneOf,
  or,
  raw,
} from '../src/index.ts';
import type { Schema } from './support/schema.ts';
import { makeWorld, Server } from './support/server.ts';

let server: Server;
let root: Luge<Schema>;
let luge: Luge<Schema>;

beforeAll(async () => {
  server = await Server.start();
  root = await server.root();
  await makeWorld(root);
  luge = server.guest();
});
afterAll(() => server?.stop());

/** The error that a call must end with. */
async function refused(call: Promise<unknown>): Promise<LugeError> {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(LugeError);
  return error as LugeError;
}

test('a record is created, read, changed, found and deleted', async () => {
  const posts = luge.from('posts');
  const post = await posts.create({ title: 'First', views: 1, tags: ['rust'] });
  expect(post).toMatchObject({ title: 'First', views: 1, tags: ['rust'], collectionName: 'posts' });
  expect(luge.position).toMatch(/^\d+:\d+$/);
  expect((await posts.get(post.id)).id).toBe(post.id);
  const changed = await posts.update(post.id, { 'views+': 4, 'tags+': ['web'] });
  expect(changed).toMatchObject({ views: 5, tags: ['rust', 'web'] });
  await posts.delete(post.id);
  expect((await refused(posts.get(post.id))).status).toBe(404);
});

test('an upsert makes and then changes', async () => {
  const id = newId();
  expect((await luge.from('posts').upsert({ id, title: 'made' })).title).toBe('made');
  expect((await luge.from('posts').upsert({ id, title: 'changed' })).title).toBe('changed');
  await luge.from('posts').delete(id);
});

test('lists, pages, cursors, first, count, limit and select', async () => {
  const posts = luge.from('posts');
  await root.settings.update({ batch: { enabled: true, maxRequests: 2000 } });
  await luge.batch((tx) => Array.from({ length: 1203 }, (_, n) => tx.create('posts', { title: `many ${n % 7}`, views: n })));
  const many = posts.where((p) => like(p.title, 'many %')).orderBy('-views');
  const all = await many.list();
  expect(all.map((p) => p.views)).toEqual(Array.from({ length: 1203 }, (_, n) => 1202 - n));
  const seen: number[] = [];
  for await (const post of many.limit(777)) seen.push(post.views);
  expect(seen).toEqual(Array.from({ length: 777 }, (_, n) => 1202 - n));
  expect(await many.count()).toBe(1203);
  expect((await many.first())?.views).toBe(1202);
  expect(await posts.where((p) => eq(p.title, 'nothing has this')).first()).toBeNull();
  expect(await many.page(2, 100)).toMatchObject({ page: 2, perPage: 100, totalItems: 1203, totalPages: 13 });
  expect((await many.page(2, 100, { total: false })).totalItems).toBe(-1);
  const [picked] = await many.select('views').limit(1).list();
  expect(picked).toEqual({ id: all[0]?.id, collectionId: all[0]?.collectionId, collectionName: 'posts', views: 1202 });
  expect(await posts.orderBy('@random').limit(20).list()).toHaveLength(20);
  await root.collections.truncate('posts');
});

const NASTY = [
  "it's",
  'a "b"',
  'back\\',
  "\\' || id != '",
  "' || 1 = 1 // ",
  '{:x}',
  'new\nline',
  'tab\t',
  '\\n',
  '100%',
  'a_b',
  '',
  'ünï 🐍',
  "\\\\'",
];

test('no value ends the text that it stands in', async () => {
  for (const title of NASTY.filter(Boolean)) await luge.from('posts').create({ title });
  for (const title of NASTY) {
    const found = await luge
      .from('posts')
      .where((p) => eq(p.title, title))
      .list();
    expect(found.map((p) => p.title)).toEqual(title ? [title] : []);
    expect(await luge.from('posts').where('title = {:t}', { t: title }).count()).toBe(title ? 1 : 0);
  }
  expect(() => luge.from('posts').where('title = {:missing}')).toThrow('{:missing}');
  await root.collections.truncate('posts');
});

test('every operator of the builder means what it says', async () => {
  const rows = [
    { title: 'Alpha', views: 5, status: 'live' as const, tags: ['rust' as const, 'web' as const] },
    { title: 'beta', views: 0, status: 'draft' as const, tags: ['web' as const] },
    { title: 'Gamma', views: 1e21, tags: [] },
  ];
  for (const row of rows) await luge.from('posts').create(row);
  const posts = luge.from('posts').orderBy('created');
  const titles = async (query: { list(): Promise<{ title: string }[]> }) => (await query.list()).map((p) => p.title);
  expect(await titles(posts.where((p) => gt(p.views, 4)))).toEqual(['Alpha', 'Gamma']);
  expect(await titles(posts.where((p) => gte(p.views, 1e21)))).toEqual(['Gamma']);
  expect(await titles(posts.where((p) => ne(p.status, 'live')))).toEqual(['beta', 'Gamma']);
  expect(await titles(posts.where((p) => eq(lower(p.title), 'alpha')))).toEqual(['Alpha']);
  expect(await titles(posts.where((p) => gt(length(p.tags), 1)))).toEqual(['Alpha']);
  expect(await titles(posts.where((p) => has(p.tags, 'web')))).toEqual(['Alpha', 'beta']);
  expect(await titles(posts.where((p) => oneOf(p.status, ['live', 'draft'])))).toEqual(['Alpha', 'beta']);
  expect(await titles(posts.where((p) => oneOf(p.status, [])))).toEqual([]);
  expect(await titles(posts.where((p) => and(eq(p.views, 0), or(eq(p.status, 'draft'), eq(p.status, 'live')))))).toEqual([
    'beta',
  ]);
  expect(await titles(posts.where((p) => or(eq(p.views, 0), eq(p.views, 5))).where((p) => eq(p.status, 'live')))).toEqual([
    'Alpha',
  ]);
  expect(await titles(posts.where((p) => gte(p.created, raw('@todayStart'))))).toHaveLength(3);
  expect(await titles(posts.where((p) => gt(p.created, new Date(Date.now() + 86_400_000))))).toEqual([]);
  expect(await titles(posts.where(() => and()))).toHaveLength(3);
  expect(await titles(posts.where(() => or()))).toEqual([]);
  await root.collections.truncate('posts');
});

test('expands are there, and empty where there is nothing to see', async () => {
  const ann = await server.person('expander');
  const me = ann.auth.record?.id as string;
  const post = await luge.from('posts').create({ title: 'With author', author: me });
  const alone = await luge.from('posts').create({ title: 'Alone' });
  await luge.from('comments').create({ post: post.id, text: 'Hi', author: me });
  const shown = await luge.from('posts').expand('author', 'comments_via_post.author').get(post.id);
  expect(shown.expand.author?.name).toBe('expander');
  expect(shown.expand.comments_via_post?.[0]?.expand.author?.name).toBe('expander');
  expect((await luge.from('posts').expand('author').get(alone.id)).expand.author).toBeUndefined();
  expect(
    (
      await root
        .from('posts')
        .where((p) => eq(p.author.name, 'expander'))
        .first()
    )?.id,
  ).toBe(post.id);
  expect(
    await root
      .from('posts')
      .where((p) => any(like(p.comments_via_post.text, 'hi')))
      .count(),
  ).toBe(1);
  await root.collections.truncate('posts');
});

test('a batch happens as a whole or not at all, and names the step that failed', async () => {
  const [post, comment, gone] = await luge.batch((tx) => {
    const id = newId();
    return [
      tx.create('posts', { id, title: 'In a batch' }),
      tx.create('comments', { post: id, text: 'with it' }),
      tx.upsert('posts', { id, title: 'Changed' }),
    ];
  });
  expect([post.title, comment.text, gone.title]).toEqual(['In a batch', 'with it', 'Changed']);
  const error = await refused(luge.batch((tx) => [tx.create('posts', { title: 'fine' }), tx.create('posts', { title: '' })]));
  expect(error.message).toContain('Step 1');
  expect(error.field('title')?.code).toBe('validation_required');
  expect(
    await luge
      .from('posts')
      .where((p) => eq(p.title, 'fine'))
      .count(),
  ).toBe(0);
  expect(await luge.batch(() => [])).toEqual([]);
  await root.collections.truncate('posts');
});

test('a stale revision is refused with 412', async () => {
  const { id } = await luge.from('posts').create({ title: 'one' });
  const { record, revision } = await luge.from('posts').getRevision(id);
  await luge.from('posts').update(id, { title: 'two' }, { ifMatch: revision });
  const error = await refused(luge.from('posts').update(id, { title: `${record.title}!` }, { ifMatch: revision }));
  expect([error.status, error.code]).toEqual([412, 'precondition_failed']);
  await luge.from('posts').delete(id);
});

test('an error says which field is wrong and under which id it was logged', async () => {
  const error = await refused(
    luge.from('users').create({ email: 'nope', password: 'long enough', passwordConfirm: 'long enough' }),
  );
  expect([error.status, error.code]).toEqual([400, 'bad_request']);
  expect(error.field('email')?.code).toBe('validation_is_email');
  expect(Object.keys(error.fields)).toContain('email');
  expect(error.field('nothing.here')).toBeUndefined();
  expect(error.requestId).not.toBe('');
  expect(error.request).toBe('POST /api/collections/users/records');
});

test('signals and time limits end a call', async () => {
  const aborted = await refused(luge.from('posts').list({ signal: AbortSignal.abort() }));
  expect([aborted.isAbort, aborted.code]).toEqual([true, 'aborted']);
  const controller = new AbortController();
  const slow = luge.send('/api/collections/posts/records', {
    headers: { 'Luge-Wait': `${luge.position.split(':')[0]}:99999999` },
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 20);
  expect((await refused(slow)).isAbort).toBe(true);
  const late = await refused(
    luge.send('/api/collections/posts/records', {
      headers: { 'Luge-Wait': `${luge.position.split(':')[0]}:99999999` },
      timeout: 50,
    }),
  );
  expect([late.code, late.isAbort]).toEqual(['timeout', false]);
});

test('a write whose answer was lost is sent again under the same key and happens once', async () => {
  let lost = 0;
  const keys = new Set<string>();
  const flaky: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    const key = new Headers(init?.headers).get('idempotency-key');
    if (key) keys.add(key);
    if (init?.method === 'POST' && lost++ < 2) throw new TypeError('the connection was lost after the server had answered');
    return answer;
  };
  const shaky = createLuge<Schema>(server.url, { store: memoryStore(), fetch: flaky });
  const post = await shaky.from('posts').create({ title: 'only once' });
  expect(lost).toBe(3);
  expect(keys.size).toBe(1);
  expect(
    (
      await luge
        .from('posts')
        .where((p) => eq(p.title, 'only once'))
        .list()
    ).map((p) => p.id),
  ).toEqual([post.id]);
  const dead = createLuge<Schema>('http://127.0.0.1:1', { store: memoryStore(), retries: 1 });
  const error = await refused(dead.from('posts').list());
  expect([error.status, error.code]).toEqual([0, 'network']);
});

test('a large body is sent with progress', async () => {
  const seen: [number, number][] = [];
  const data = 'x'.repeat(700_000);
  await luge.from('posts').create({ title: 'large', data }, { onProgress: (sent, total) => seen.push([sent, total]) });
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
  expect(
    (
      await luge
        .from('posts')
        .where((p) => eq(p.title, 'large'))
        .first()
    )?.data,
  ).toBe(data);
});
