/** Channels against the real server: who is there, messages, and coming back after a lost connection. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Server, until } from './support/server.ts';

let server: Server;

beforeAll(async () => {
  server = await Server.start();
  const rules = [{ pattern: 'room:*', joinRule: '', broadcastRule: '' }];
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
  await until('Ann sees his new name', () => names(ann).join() === 'Ann,Robert');
  await server.halt('SIGKILL');
  await server.resume();
  await until('both are there again', () => names(ann).join() === 'Ann,Robert' && names(bob).join() === 'Ann,Robert');
  bob.leave();
  await until('Ann is alone', () => names(ann).join() === 'Ann');
  ann.leave();
  expect(ann.broadcast('hello')).toBe(false);
});
