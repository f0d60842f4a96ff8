import { describe, expect, it } from 'vitest';
import type { Permissions } from '../../api';
import { beyond, statements } from './permissions';

const none: Permissions = {
  network: [],
  collections: { read: [], write: [] },
  routes: [],
  secrets: [],
  env: [],
  mail: false,
  cron: false,
  files: [],
};
const some: Permissions = {
  ...none,
  network: ['api.example.com:443'],
  collections: { read: ['users', 'orders'], write: ['orders'] },
  mail: true,
};

describe('permissions in plain words', () => {
  it('say nothing of what is not asked for', () => {
    expect(statements(none)).toEqual([]);
  });

  it('name what is reached, and a collection that is changed only once', () => {
    expect(statements(some)).toEqual([
      { key: 'write', says: 'Reads and changes records of', items: ['orders'] },
      { key: 'read', says: 'Reads records of', items: ['users'] },
      { key: 'network', says: 'Sends data to, and gets it from', items: ['api.example.com:443'] },
      { key: 'mail', says: 'Sends mail', items: [] },
    ]);
  });

  it('call everything by its name', () => {
    expect(statements({ ...none, collections: { read: ['*'], write: [] } })[0]?.items).toEqual(['everything']);
  });

  it.each([
    ['the same', some, []],
    ['less', none, []],
    ['another host', { ...some, network: ['api.example.com:443', 'b.example'] }, ['network: b.example']],
    ['schedules', { ...some, cron: true }, ['cron: ']],
    ['to read what it may change', { ...some, collections: { read: ['orders'], write: [] } }, []],
    ['to change what it may read', { ...some, collections: { read: [], write: ['users'] } }, ['write: users']],
  ])('tell what is new in a version that asks for %s', (_name, asked, expected) => {
    expect(beyond(asked, some).map(({ key, items }) => `${key}: ${items.join(', ')}`)).toEqual(expected);
  });
});
