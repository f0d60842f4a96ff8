/** What the compiler knows; checked by `tsc`, which sees an error where one is expected. */

import { expect, expectTypeOf, test } from 'vitest';
import { createLuge, eq, gt, has, type LiveState, type Luge, memoryStore, type RecordBase } from '../src/index.ts';
import type { Comments, Posts, Schema, Users } from './support/schema.ts';

const luge = createLuge<Schema>('http://127.0.0.1:1', { store: memoryStore() });
const loose = createLuge('http://127.0.0.1:1', { store: memoryStore() });

/** Compiled, never called. */
async function types() {
  const posts = luge.from('posts');
  expectTypeOf(await posts.get('x')).toEqualTypeOf<Posts>();
  expectTypeOf(await posts.list()).toEqualTypeOf<Posts[]>();
  expectTypeOf(await posts.first()).toEqualTypeOf<Posts | null>();
  expectTypeOf(await posts.create({ title: 'x' })).toEqualTypeOf<Posts>();
  for await (const post of posts) expectTypeOf(post).toEqualTypeOf<Posts>();

  const expanded = await posts.expand('author', 'comments_via_post.author').get('x');
  expectTypeOf(expanded.title).toEqualTypeOf<string>();
  expectTypeOf(expanded.expand.author).toExtend<Users | undefined>();
  expectTypeOf(expanded.expand.comments_via_post?.[0]).toExtend<Comments | undefined>();
  expectTypeOf(expanded.expand.comments_via_post?.[0]?.expand.author?.name).toEqualTypeOf<string | undefined>();
  // @ts-expect-error: there is no such relation
  posts.expand('writer');
  // @ts-expect-error: nor this one of the author
  posts.expand('author.team');
  // @ts-expect-error: it was not asked for
  expectTypeOf((await posts.expand('author').get('x')).expand.comments_via_post);

  const picked = await posts.select('title', 'views').first();
  expectTypeOf(picked).toEqualTypeOf<(Pick<Posts, 'title' | 'views'> & RecordBase) | null>();
  // @ts-expect-error: there is no such field
  posts.select('titel');

  posts.where((p) => eq(p.status, 'live'));
  posts.where((p) => eq(p.author.name, 'Ann'));
  posts.where((p) => gt(p.place.lat, 50));
  posts.where((p) => has(p.tags, 'rust'));
  posts.where((p) => eq(p.data.deep?.inside, 1));
  posts.where((p) => gt(p.created, new Date()));
  // @ts-expect-error: no such value of the select
  posts.where((p) => eq(p.status, 'gone'));
  // @ts-expect-error: a number is compared with numbers
  posts.where((p) => gt(p.views, 'many'));
  // @ts-expect-error: there is no such field
  posts.where((p) => eq(p.titel, 'x'));

  posts.orderBy('-created', 'title', '+views', 'author.name', '@random', 'title:lower');
  // @ts-expect-error: there is no such field
  posts.orderBy('-titel');

  // @ts-expect-error: the title is required
  posts.create({ views: 1 });
  // @ts-expect-error: no such value of the select
  posts.create({ title: 'x', tags: ['cooking'] });
  posts.update('x', { 'views+': 1, 'tags-': ['rust'] });
  // @ts-expect-error: a text cannot be added to
  posts.update('x', { 'title+': 'y' });
  // @ts-expect-error: there is no such collection
  luge.from('pots');

  const [post, gone, comment] = await luge.batch((tx) => [
    tx.create('posts', { title: 'x' }),
    tx.delete('posts', 'y'),
    tx.update('comments', 'z', { text: 'w' }),
  ]);
  expectTypeOf(post).toEqualTypeOf<Posts>();
  expectTypeOf(gone).toEqualTypeOf<null>();
  expectTypeOf(comment).toEqualTypeOf<Comments>();
  expectTypeOf(await luge.mutate((tx) => tx.create('comments', { post: 'x' }))).toEqualTypeOf<Comments>();
  const [one] = await luge.mutate((tx) => [tx.create('comments', { post: 'x' })]);
  expectTypeOf(one).toEqualTypeOf<Comments>();

  expectTypeOf((await luge.auth.withPassword('users', 'a', 'b')).record).toEqualTypeOf<Users>();
  expectTypeOf(await luge.auth.impersonate('users', 'x')).toEqualTypeOf<Luge<Schema>>();
  posts.expand('author').live((state) => {
    expectTypeOf(state.items[0]?.expand.author?.email).toEqualTypeOf<string | undefined>();
    // @ts-expect-error: a state never changes
    state.items.push(post);
  });
  for await (const state of posts.live()) expectTypeOf(state).toEqualTypeOf<LiveState<Posts>>();
  const room = luge.channel<{ name: string }>('x').join({ name: 'Ann' });
  expectTypeOf([...room.members.values()]).toEqualTypeOf<{ name: string }[]>();

  // Without a schema every name is allowed and every value unknown.
  const anything = await loose
    .from('whatever')
    .where((p) => eq(p.some?.path, 1))
    .expand('a.b')
    .first();
  expectTypeOf(anything?.title).toEqualTypeOf<unknown>();
  expectTypeOf(anything?.id).toEqualTypeOf<string | undefined>();
  await loose.from('whatever').create({ any: 'thing' });
}

test('the types are checked by the compiler', () => {
  expect(types).toBeInstanceOf(Function);
});
