import { beforeAll, describe, expect, it } from 'vitest';
import type { Collection, Field } from '../../fields/model';
import { curl, object, shell } from './languages';
import { operationsOf } from './operations';

beforeAll(() => {
  Object.assign(globalThis, { location: { origin: 'http://127.0.0.1:8090' } });
});

const field = (name: string, type: string, more: object = {}) =>
  ({ id: name, name, type, system: false, hidden: false, presentable: false, ...more }) as Field;
const posts = {
  id: 'c1',
  name: 'posts',
  type: 'base',
  fields: [
    field('id', 'text', { primaryKey: true, system: true }),
    field('title', 'text'),
    field('status', 'select', { values: ["it's", 'live'], maxSelect: 1 }),
    field('owner', 'relation', { collectionId: 'u', maxSelect: 1 }),
    field('created', 'autodate', { onCreate: true }),
  ],
} as Collection;

describe('examples', () => {
  it('use the real names', () => {
    const create = operationsOf(posts).find((o) => o.id === 'create');
    expect(create?.code('luge')).toContain(
      "luge.from('posts').create({\n  title: 'A first title',\n  status: 'it\\'s',\n  owner: 'RECORD_ID',\n})",
    );
    expect(create?.request?.body).not.toHaveProperty('created');
  });

  it('quote for a shell', () => {
    expect(shell("it's")).toBe(`'it'\\''s'`);
    const list = operationsOf(posts).find((o) => o.id === 'list');
    const text = list?.request ? curl(list.request, true) : '';
    expect(text).toContain("--data-urlencode 'sort=-created'");
    expect(text).toContain('-H "Authorization: $TOKEN"');
  });

  it('write values as in TypeScript', () => {
    expect(object({ a: [1, 'x'], 'b-c': { d: null } })).toBe("{\n  a: [1, 'x'],\n  'b-c': {\n    d: null,\n  },\n}");
  });

  it('are only those that a view allows', () => {
    expect(operationsOf({ ...posts, type: 'view' }).map((o) => o.id)).toEqual(['list', 'view']);
    expect(operationsOf({ ...posts, type: 'auth' }).map((o) => o.id)).toContain('auth');
  });
});
