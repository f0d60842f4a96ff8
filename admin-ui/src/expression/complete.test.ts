import { describe, expect, it } from 'vitest';
import type { Collection, Field } from '../fields/model';
import { complete, resolve } from './complete';
import { filterOf } from './search';
import { tokens } from './tokens';

const field = (name: string, type: string, more: object = {}) =>
  ({ id: name, name, type, system: false, hidden: false, presentable: false, ...more }) as Field;
const collection = (name: string, fields: Field[], type = 'base') =>
  ({ id: `c_${name}`, name, type, fields }) as Collection;

const users = collection('users', [field('id', 'text'), field('name', 'text'), field('password', 'password')], 'auth');
const posts = collection('posts', [
  field('title', 'text'),
  field('status', 'select', { values: ['draft', 'live'], maxSelect: 1 }),
  field('tags', 'select', { values: ['a', 'b'], maxSelect: 3 }),
  field('owner', 'relation', { collectionId: 'c_users' }),
  field('done', 'bool'),
  field('place', 'geoPoint'),
]);
const comments = collection('comments', [
  field('text', 'text'),
  field('post', 'relation', { collectionId: 'c_posts' }),
]);
const words = { collection: posts, collections: [users, posts, comments] };

/** Completes at the `¦` and gives the labels. */
function at(source: string, rule = false): string[] {
  const caret = source.indexOf('¦');
  const found = complete(source.replace('¦', ''), caret, { ...words, rule });
  return found.options.map((option) => option.label);
}

describe('completion', () => {
  it('begins with the fields, and the back relations', () => {
    expect(at('¦').slice(0, 7)).toEqual(['title', 'status', 'tags', 'owner', 'done', 'place', 'comments_via_post']);
  });

  it.each([
    ['ti¦', 'title'],
    ['owner.¦', 'owner.name'],
    ['comments_via_post.¦', 'comments_via_post.text'],
    ['owner.posts_via_owner.¦', 'owner.posts_via_owner.title'],
    ['place.¦', 'place.lat'],
    ['title ¦', '='],
    ['status = ¦', '"draft"'],
    ['done = ¦', 'true'],
    ['created > ¦', '@now'],
    ['title = "x" ¦', '&&'],
    ['title = "x" && ¦', 'title'],
    ['(title = "x" || st¦', 'status'],
    ['tags:¦', 'tags:length'],
    ['geoDist¦', 'geoDistance'],
    ['geoDistance(¦', 'place'],
  ])('%s offers %s', (source, expected) => {
    expect(at(source)).toContain(expected);
  });

  it('knows the request in rules only', () => {
    expect(at('@req¦')).toEqual([]);
    expect(at('@req¦', true)).toContain('@request.auth.');
    expect(at('@request.auth.¦', true)).toContain('@request.auth.name');
    expect(at('@request.body.¦', true)).toContain('@request.body.title');
    expect(at('@collection.users.¦', true)).toContain('@collection.users.name');
  });

  it('never offers passwords', () => {
    expect(at('owner.¦')).not.toContain('owner.password');
  });

  it('replaces only the word under the caret', () => {
    const found = complete('title = "x" && sta', 18, words);
    expect([found.from, found.to]).toEqual([15, 18]);
  });

  it('resolves paths through relations', () => {
    expect(resolve('owner.name', words)?.field?.name).toBe('name');
    expect(resolve('comments_via_post', words)?.target?.name).toBe('comments');
    expect(resolve('nothing.name', words)).toBeUndefined();
  });
});

describe('tokens', () => {
  it('survives anything', () => {
    for (const source of ['', '"open', "it's", '§ $ %', '&&||', 'a?!~b', '// only a comment', '\\', '"a\\"b" = 1']) {
      const found = tokens(source);
      for (const token of found) expect(source.slice(token.from, token.to)).toBe(token.text);
    }
  });
});

describe('plain words', () => {
  it('are looked for in every field of words', () => {
    expect(filterOf('ad"a', posts)).toBe('title ~ "ad\\"a" || status ~ "ad\\"a" || tags ~ "ad\\"a"');
    expect(filterOf('title = 1', posts)).toBe('title = 1');
    expect(filterOf('  ', posts)).toBe('');
  });
});
