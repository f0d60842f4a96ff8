/** What must work on every platform: sign-in, records, a live query, an optimistic write. The last line says so. */

import { createLuge, eq, type LiveState, type Luge, memoryStore } from '../../src/index.ts';
import type { Posts, Schema } from '../support/schema.ts';

/** Runs it all; throws when something is not right. */
export async function tour(luge: Luge<Schema>, email: string, password: string): Promise<string> {
  await luge.auth.withPassword('users', email, password);
  const me = luge.auth.record?.id ?? '';
  const states: LiveState<Posts>[] = [];
  const arrived = (title: string) =>
    new Promise<void>((done) => {
      const look = () => {
        if (states.at(-1)?.items.some((post) => post.title === title && !states.at(-1)?.pending.has(post.id))) done();
        else setTimeout(look, 10);
      };
      look();
    });
  const stop = luge
    .from('posts')
    .where((p) => eq(p.author, me))
    .orderBy('title')
    .live((state) => states.push(state));
  const post = await luge.from('posts').create({ title: 'plain', author: me });
  await arrived('plain');
  await luge.mutate((tx) => tx.update('posts', post.id, { title: 'at once' }));
  await arrived('at once');
  stop();
  const list = await luge
    .from('posts')
    .where((p) => eq(p.author, me))
    .list();
  if (list.length !== 1 || list[0]?.title !== 'at once') throw new Error(`this is not the list: ${JSON.stringify(list)}`);
  return 'all is well';
}

/** For platforms that start this file by itself: with the address, email and password. */
export async function run(url: string, email: string, password: string): Promise<string> {
  return tour(createLuge<Schema>(url, { store: memoryStore() }), email, password);
}
