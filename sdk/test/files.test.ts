/** Addresses of files, compared with those that PocketBase's SDK builds. */

import PocketBase from 'pocketbase';
import { expect, test } from 'vitest';
import { createLuge, memoryStore } from '../src/index.ts';

const url = 'http://127.0.0.1:8090';
const luge = createLuge(url, { store: memoryStore() });
const pocketbase = new PocketBase(url);

const records = [
  { id: 'a1b2c3d4e5f6g7h', collectionId: 'pbc_123', collectionName: 'posts' },
  { id: 'a1b2c3d4e5f6g7h', collectionId: '', collectionName: 'odd names' },
  { id: 'with/slash', collectionId: 'pbc_123', collectionName: 'posts' },
];
const names = ['photo_x1.png', 'ünï code.pdf', 'a/b?c#d&e=f.txt', '100%.gif'];
const options = [
  {},
  { thumb: '100x100' },
  { token: 'a.b+c=' },
  { thumb: '0x300', token: 't', download: true },
  { download: false },
];

test('they are the same for every record, name and option', () => {
  for (const record of records) {
    for (const name of names) {
      for (const option of options) {
        const [ours, theirs] = [
          new URL(luge.files.url(record, name, option)),
          new URL(pocketbase.files.getURL(record, name, option)),
        ];
        expect(ours.pathname).toBe(theirs.pathname);
        expect([...ours.searchParams].sort()).toEqual([...theirs.searchParams].sort());
      }
    }
  }
});

test('without a file there is no address', () => {
  expect(luge.files.url(records[0] as never, '')).toBe(pocketbase.files.getURL(records[0] as never, ''));
  expect(luge.files.url({ id: '', collectionId: 'c', collectionName: 'posts' }, 'x.png')).toBe('');
  expect(luge.files.url(records[0] as never, undefined)).toBe('');
});
