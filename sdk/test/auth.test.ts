/** Sessions through the SDK against the real server: sign-in, stores, renewal, impersonation. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { cookieStore, createLuge, type Luge, LugeError, memoryStore, type Session } from '../src/index.ts';
import type { Schema } from './support/schema.ts';
import { makeWorld, PASSWORD, Server } from './support/server.ts';

let server: Server;
let root: Luge<Schema>;

beforeAll(async () => {
  server = await Server.start();
  root = await server.root();
  await makeWorld(root);
});
afterAll(() => server?.stop());

test('signing in and out is told', async () => {
  const luge = await server.person('ann');
  const told: (string | null)[] = [];
  const stop = luge.auth.onChange((session) => told.push(session && String(session.record.name)));
  expect([luge.auth.isValid, luge.auth.isSuperuser, luge.auth.record?.name]).toEqual([true, false, 'ann']);
  luge.auth.signOut();
  expect([luge.auth.isValid, luge.auth.token, luge.auth.record]).toEqual([false, '', null]);
  const { record } = await luge.auth.withPassword('users', 'ann@example.com', PASSWORD);
  expect(record.email).toBe('ann@example.com');
  stop();
  luge.auth.signOut();
  expect(told).toEqual([null, 'ann']);
  await expect(luge.auth.withPassword('users', 'ann@example.com', 'wrong one')).rejects.toMatchObject({ status: 400 });
  expect((await luge.auth.methods('users')).password).toEqual({ enabled: true, identityFields: ['email'] });
});

test('a refresh keeps the session, and a dead token ends it', async () => {
  const luge = await server.person('bob');
  const { token } = await luge.auth.refresh();
  expect(luge.auth.token).toBe(token);
  const other = createLuge<Schema>(server.url, { store: memoryStore(luge.auth.session) });
  const id = luge.auth.record?.id as string;
  await luge.from('users').update(id, { password: 'another one 1', passwordConfirm: 'another one 1', oldPassword: PASSWORD });
  await expect(other.auth.refresh()).rejects.toBeInstanceOf(LugeError);
  expect(other.auth.token).toBe('');
});

test('a token that is about to end is renewed by the next request, once for all that wait', async () => {
  const users = await root.collections.get('users');
  await root.collections.update('users', { authToken: { ...(users.authToken as object), duration: 30 } });
  const luge = await server.person('short');
  const first = luge.auth.token;
  // A token has whole seconds: in the same one, the new token would be the same text.
  await new Promise((done) => setTimeout(done, 1100));
  await root.collections.update('users', { authToken: { ...(users.authToken as object), duration: 3600 } });
  let renewals = 0;
  const counting: typeof fetch = (input, init) => {
    if (String(input).includes('auth-refresh')) renewals++;
    return fetch(input, init);
  };
  const again = createLuge<Schema>(server.url, { store: memoryStore(luge.auth.session), fetch: counting });
  await Promise.all([again.from('posts').list(), again.from('posts').count(), again.from('comments').list()]);
  expect(again.auth.token).not.toBe(first);
  expect(renewals).toBe(1);
  await again.from('posts').list();
  expect(renewals).toBe(1);
  await root.collections.update('users', { authToken: users.authToken as object });
});

test('the session follows changes of its own record, and ends with it', async () => {
  const luge = await server.person('carl');
  const id = luge.auth.record?.id as string;
  await luge.from('users').update(id, { name: 'Carl the Great' });
  expect(luge.auth.record?.name).toBe('Carl the Great');
  await luge.from('users').delete(id);
  expect(luge.auth.record).toBeNull();
});

test('a superuser acts as somebody else', async () => {
  const dora = await server.person('dora');
  const id = dora.auth.record?.id as string;
  const lent = await root.auth.impersonate('users', id, { duration: 60 });
  expect(lent.auth.record?.id).toBe(id);
  expect(root.auth.isSuperuser).toBe(true);
  await expect(lent.auth.impersonate('users', id)).rejects.toMatchObject({ status: 403 });
});

test('a cookie carries the session from the browser to the server and back', async () => {
  const first = cookieStore('theme=dark');
  const luge = createLuge<Schema>(server.url, { store: first });
  await server.person('eve');
  await luge.auth.withPassword('users', 'eve@example.com', PASSWORD);
  const header = first.toHeader();
  expect(header).toMatch(/^luge_auth=.*; Path=\/; Max-Age=604800; SameSite=Lax; Secure$/);
  const second = cookieStore(`a=b; ${header.split(';')[0]}; c=d`);
  expect(createLuge<Schema>(server.url, { store: second }).auth.record?.name).toBe('eve');
  second.set(null);
  expect(second.toHeader()).toContain('Max-Age=0');
  const long: Session = { token: 't', record: { id: '1', collectionId: 'c', collectionName: 'users', bio: 'ü'.repeat(4000) } };
  first.set(long);
  expect(first.toHeader().length).toBeLessThan(4096);
  expect(cookieStore('luge_auth=%7Bbroken').get()).toBeNull();
});
