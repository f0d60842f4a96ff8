/** Channels against the real server: who is there, messages, and coming back after a lost connection. */

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LugeError } from '../src/index.ts';
import { PASSWORD, Server, until } from './support/server.ts';

let server: Server;

beforeAll(async () => {
  server = await Server.start();
  const rules = [
    { pattern: 'room:*', joinRule: '', broadcastRule: '' },
    { pattern: 'members:*', joinRule: '@request.auth.id != ""', broadcastRule: null },
  ];
  await (await server.root()).settings.update({ realtime: { channels: rules } });
});
afterAll(() => server?.stop());

test('members see each other, talk, and are there again after a restart', async () => {
  const [ann, bob] = [server.guest(), server.guest()].map((luge) => luge.channel<{ name: string }>('room:1'));
  if (!ann || !bob) throw new Error('two channels were made');
  const names = (room: typeof ann) => [...room.members.values()].map((member) => member.name).sort();
  const said: unknown[] = [];
  bob.on('hello', (data) => said.push(data));
  ann.join({ name: 'Ann' });
  bob.join({ name: 'Bob' });
  await until('both see both', () => names(ann).join() === 'Ann,Bob' && names(bob).join() === 'Ann,Bob');
  expect(ann.broadcast('hello', { to: 'all' })).toBe(true);
  await until('Bob hears it', () => said.length === 1);
  expect(said).toEqual([{ to: 'all' }]);
  bob.join({ name: 'Robert' });
  await until('both see his new name', () => names(ann).join() === 'Ann,Robert' && names(bob).join() === 'Ann,Robert');
  await server.halt('SIGKILL');
  await server.resume();
  await until('both are there again', () => names(ann).join() === 'Ann,Robert' && names(bob).join() === 'Ann,Robert');
  bob.leave();
  await until('Ann is alone', () => names(ann).join() === 'Ann');
  ann.leave();
  expect(ann.broadcast('hello')).toBe(false);
});

test('a refused join is told, and asked again when somebody signs in', async () => {
  await server.person('member');
  const luge = server.guest();
  // A name that is too long for an id of a message.
  const room = luge.channel<{ name: string }>(`members:${'x'.repeat(100)}`);
  const errors: LugeError[] = [];
  room.onError((error) => errors.push(error));
  room.join({ name: 'Nobody' });
  const error = await until('a guest is refused', () => room.error);
  expect(error).toBeInstanceOf(LugeError);
  expect([error.status, error.code, error.request]).toEqual([403, 'forbidden', `join ${room.name}`]);
  expect(errors).toEqual([error]);
  expect(room.members.size).toBe(0);
  await luge.auth.withPassword('users', 'member@example.com', PASSWORD);
  await until('a member is let in', () => room.members.size === 1);
  await until('the error is over', () => room.error === null);
  room.broadcast('hello');
  await until('nobody may broadcast', () => errors.length === 2);
  expect([errors[1]?.status, errors[1]?.request]).toEqual([403, `broadcast ${room.name}`]);
  expect([room.error, room.members.size]).toEqual([null, 1]);
  room.join({ name: 'x'.repeat(50_000) });
  await until('a state that is too large is refused', () => room.error?.status === 400);
  expect([...room.members.values()]).toEqual([{ name: 'Nobody' }]);
  room.join({ name: 'Somebody' });
  await until('a smaller one is taken', () => room.error === null);
  expect([...room.members.values()]).toEqual([{ name: 'Somebody' }]);
  luge.auth.signOut();
  await until('a guest is sent out', () => room.members.size === 0 && room.error?.status === 403);
  room.leave();
  expect(room.error).toBe(null);
});

test('where no rule is, and nobody listens, the console says it', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const room = server.guest().channel('unknown').join();
  await until('it is said', () => said.mock.calls.length);
  expect(said.mock.calls).toEqual([[room.error]]);
  expect(room.error).toMatchObject({ status: 403, request: 'join unknown' });
  said.mockRestore();
  room.leave();
});
