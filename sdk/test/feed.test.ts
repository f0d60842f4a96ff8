/** The change feed and the history of records, against the real server. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Luge } from '../src/index.ts';
import type { Schema } from './support/schema.ts';
import { makeWorld, Server } from './support/server.ts';

let server: Server;
let root: Luge<Schema>;

beforeAll(async () => {
  server = await Server.start();
  root = await server.root();
  await makeWorld(root);
});
afterAll(() => server?.stop());

test('the feed tells every change in order, waits for the next, and goes on from a position', async () => {
  const luge = server.guest();
  const post = await luge.from('posts').create({ title: 'start' });
  const since = luge.position;
  for (let n = 0; n < 5; n++) await luge.from('posts').update(post.id, { views: n });
  await luge.from('comments').create({ post: post.id, text: 'not asked for' });
  await luge.from('posts').delete(post.id);
  const told: string[] = [];
  let position = since;
  for await (const change of luge.changes({ since, collections: ['posts'], follow: false })) {
    told.push(change.action === 'delete' ? change.action : `${change.action} ${change.record.views}`);
    position = change.position;
  }
  expect(told).toEqual(['update 0', 'update 1', 'update 2', 'update 3', 'update 4', 'delete']);
  const next = luge.changes({ since: position, collections: ['posts'] }).next();
  await luge.from('posts').create({ title: 'next' });
  expect((await next).value?.record.title).toBe('next');
  await expect(luge.changes({ since: '999999:1' }).next()).rejects.toMatchObject({ status: 410, code: 'gone' });
});

test('the history says who changed what', async () => {
  const ann = await server.person('historian');
  const post = await ann.from('posts').create({ title: 'one' });
  await ann.from('posts').update(post.id, { title: 'two' });
  const { items, nextBefore } = await root.from('posts').history(post.id);
  expect(items.map((item) => [item.action, item.actor?.id, item.changes.title?.after])).toEqual([
    ['update', ann.auth.record?.id, 'two'],
    ['create', ann.auth.record?.id, 'one'],
  ]);
  expect(nextBefore).toBeNull();
  const first = await root.from('posts').history(post.id, { limit: 1 });
  expect((await root.from('posts').history(post.id, { before: first.nextBefore ?? 0 })).items[0]?.action).toBe('create');
});
