// What an app can do with a collection: each with a request, and the code that makes it in three ways.
import type { Collection, Json } from '../../fields/model';
import { changeBody, comparison, filterText, ID, newBody, relations, sample, sortKey } from './examples';
import { type Language, luge, object, pocketbase } from './languages';

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query: Record<string, string>;
  body?: Record<string, Json>;
}

export interface Operation {
  id: string;
  title: string;
  says: string;
  /** The rule that decides. */
  rule?: 'listRule' | 'viewRule' | 'createRule' | 'updateRule' | 'deleteRule' | 'authRule';
  /** Missing where it is no single request. */
  request?: Request;
  answer?: { status: number; body: Json };
  code: (language: Exclude<Language, 'curl'>) => string;
  /** For what curl cannot say by the request alone. */
  curl?: string;
}

type Kind = (collection: Collection, path: string, name: string) => Operation;

const list: Kind = (collection, path, name) => {
  const filter = comparison(collection);
  const sort = sortKey(collection);
  const expand = relations(collection).slice(0, 2);
  const query: Record<string, string> = { page: '1', perPage: '30', filter: filterText(filter) };
  if (sort) query.sort = `-${sort}`;
  if (expand.length > 0) query.expand = expand.join(',');
  const options = object(
    Object.fromEntries(Object.entries(query).filter(([key]) => key !== 'page' && key !== 'perPage')),
  );
  return {
    id: 'list',
    title: 'List and search',
    says: 'A page of records. With cursor= instead of page= an app goes through any number of them at the same cost.',
    rule: 'listRule',
    request: { method: 'GET', path, query },
    answer: { status: 200, body: { items: [sample(collection)], page: 1, perPage: 30, totalItems: 1, totalPages: 1 } },
    code: (language) =>
      language === 'luge'
        ? luge(
            `const page = await luge\n  .from('${name}')\n  .where((r) => ${condition(filter)})${sort ? `\n  .orderBy('-${sort}')` : ''}${expand.length > 0 ? `\n  .expand(${expand.map((e) => `'${e}'`).join(', ')})` : ''}\n  .page(1, 30);\nconsole.log(page.items);`,
            [operatorName(filter.operator)],
          )
        : pocketbase(
            `const page = await pb.collection('${name}').getList(1, 30, ${options});\nconsole.log(page.items);`,
          ),
  };
};

const view: Kind = (collection, path, name) => ({
  id: 'view',
  title: 'View',
  says: 'One record by its id.',
  rule: 'viewRule',
  request: { method: 'GET', path: `${path}/${ID}`, query: {} },
  answer: { status: 200, body: sample(collection) },
  code: (language) =>
    language === 'luge'
      ? luge(`const record = await luge.from('${name}').get('${ID}');`)
      : pocketbase(`const record = await pb.collection('${name}').getOne('${ID}');`),
});

const create: Kind = (collection, path, name) => {
  const body = newBody(collection);
  return {
    id: 'create',
    title: 'Create',
    says: 'A new record. An id may be sent; without one the server makes it.',
    rule: 'createRule',
    request: { method: 'POST', path, query: {}, body },
    answer: { status: 200, body: sample(collection) },
    code: (language) =>
      language === 'luge'
        ? luge(`const record = await luge.from('${name}').create(${object(body)});`)
        : pocketbase(`const record = await pb.collection('${name}').create(${object(body)});`),
  };
};

const update: Kind = (collection, path, name) => {
  const body = changeBody(collection);
  return {
    id: 'update',
    title: 'Update',
    says: 'Changes the fields that are sent and keeps the others.',
    rule: 'updateRule',
    request: { method: 'PATCH', path: `${path}/${ID}`, query: {}, body },
    answer: { status: 200, body: sample(collection) },
    code: (language) =>
      language === 'luge'
        ? luge(`const record = await luge.from('${name}').update('${ID}', ${object(body)});`)
        : pocketbase(`const record = await pb.collection('${name}').update('${ID}', ${object(body)});`),
  };
};

const remove: Kind = (_collection, path, name) => ({
  id: 'delete',
  title: 'Delete',
  says: 'Deletes a record, and what its relations say goes along.',
  rule: 'deleteRule',
  request: { method: 'DELETE', path: `${path}/${ID}`, query: {} },
  answer: { status: 204, body: null },
  code: (language) =>
    language === 'luge'
      ? luge(`await luge.from('${name}').delete('${ID}');`)
      : pocketbase(`await pb.collection('${name}').delete('${ID}');`),
});

const subscribe: Kind = (collection, _path, name) => {
  const filter = comparison(collection);
  const message = {
    type: 'subscribe',
    id: 1,
    sub: 's1',
    topic: `${name}/*`,
    filter: filterText(filter),
    snapshot: true,
  };
  return {
    id: 'subscribe',
    title: 'Subscribe',
    says: 'Every change as it happens, also those made while the connection was lost. The list rule decides who gets what.',
    rule: 'listRule',
    curl: `# with websocat, or any WebSocket client that sends text frames\nwebsocat --protocol luge.v1 '${location.origin.replace(/^http/, 'ws')}/api/realtime'\n${JSON.stringify(message)}`,
    code: (language) =>
      language === 'luge'
        ? luge(
            `const stop = luge\n  .from('${name}')\n  .where((r) => ${condition(filter)})\n  .live(({ items, status }) => {\n    console.log(status, items);\n  });\n// later\nstop();`,
            [operatorName(filter.operator)],
          )
        : pocketbase(
            `const stop = await pb.collection('${name}').subscribe('*', ({ action, record }) => {\n  console.log(action, record);\n});\n// later\nawait stop();`,
          ),
  };
};

const signIn: Kind = (collection, _path, name) => {
  const identity = 'ada@example.com';
  return {
    id: 'auth',
    title: 'Sign in with a password',
    says: 'The token in the answer goes into the header Authorization of later requests.',
    rule: 'authRule',
    request: {
      method: 'POST',
      path: `/api/collections/${name}/auth-with-password`,
      query: {},
      body: { identity, password: 'a-long-secret' },
    },
    answer: { status: 200, body: { record: sample(collection), token: 'eyJhbGciOiJIUzI1NiJ9…' } },
    code: (language) =>
      language === 'luge'
        ? luge(`const { record, token } = await luge.auth.withPassword('${name}', '${identity}', 'a-long-secret');`)
        : pocketbase(
            `const { record, token } = await pb.collection('${name}').authWithPassword('${identity}', 'a-long-secret');`,
          ),
  };
};

const refresh: Kind = (collection, _path, name) => ({
  id: 'refresh',
  title: 'Refresh the session',
  says: 'A fresh token for one that still holds.',
  request: { method: 'POST', path: `/api/collections/${name}/auth-refresh`, query: {} },
  answer: { status: 200, body: { record: sample(collection), token: 'eyJhbGciOiJIUzI1NiJ9…' } },
  code: (language) =>
    language === 'luge'
      ? luge('await luge.auth.refresh(); // it also does so by itself before a token ends')
      : pocketbase(`await pb.collection('${name}').authRefresh();`),
});

export function operationsOf(collection: Collection): Operation[] {
  const reads = [list, view];
  const writes = collection.type === 'view' ? [] : [create, update, remove];
  const accounts = collection.type === 'auth' ? [signIn, refresh] : [];
  const path = `/api/collections/${collection.name}/records`;
  const all = [...reads, ...writes, ...(collection.type === 'view' ? [] : [subscribe]), ...accounts];
  return all.map((kind) => kind(collection, path, collection.name));
}

const operatorName = (operator: '=' | '>' | '~') => ({ '=': 'eq', '>': 'gt', '~': 'like' })[operator];

function condition({ field, operator, value }: ReturnType<typeof comparison>): string {
  return `${operatorName(operator)}(r.${field}, ${typeof value === 'string' ? `'${value}'` : value})`;
}
