// @vitest-environment jsdom
/** The React bindings under StrictMode, against the real server. */

import { type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLuge, eq, type Luge, memoryStore } from '../src/index.ts';
import { NodeWebSocket } from '../src/node.ts';
import {
  LugeProvider,
  useAuth,
  useConnection,
  useLuge,
  useMutation,
  usePresence,
  useQuery,
  useRecord,
} from '../src/react/index.ts';
import type { Schema } from './support/schema.ts';
import { makeWorld, PASSWORD, Server, until } from './support/server.ts';

let server: Server;
let root: Luge<Schema>;
const mounted: Root[] = [];

beforeAll(async () => {
  server = await Server.start();
  root = await server.root();
  await makeWorld(root);
});
afterEach(async () => {
  for (const tree of mounted.splice(0)) tree.unmount();
  await root.collections.truncate('posts');
});
afterAll(() => server?.stop());

const client = () =>
  createLuge<Schema>(server.url, { store: memoryStore(), WebSocket: NodeWebSocket as unknown as typeof WebSocket });

/** Renders under StrictMode; the text can be waited for, and the tree rendered again with something else. */
function render(luge: Luge<Schema>, node: ReactNode) {
  const place = document.createElement('div');
  const tree = createRoot(place);
  const show = (what: ReactNode) =>
    tree.render(
      <StrictMode>
        <LugeProvider luge={luge}>{what}</LugeProvider>
      </StrictMode>,
    );
  mounted.push(tree);
  show(node);
  return {
    show,
    place,
    text: (text: string) =>
      until(`the page says ${JSON.stringify(text)}, not ${JSON.stringify(place.textContent)}`, () => place.textContent === text),
    click: (label: string) => [...place.querySelectorAll('button')].find((button) => button.textContent === label)?.click(),
    unmount: () => tree.unmount(),
  };
}

function Live({ status }: { status: 'live' | 'draft' }) {
  const luge = useLuge<Schema>();
  // Made anew in each render, as apps do.
  const { items, isLoading, error } = useQuery(
    luge
      .from('posts')
      .where((p) => eq(p.status, status))
      .orderBy('title'),
  );
  if (error) return <p>{error.message}</p>;
  return <p>{isLoading ? 'loading' : items.map((post) => post.title).join() || 'nothing'}</p>;
}

test('useQuery shows a result, follows it, and asks anew when the question changes', async () => {
  const luge = client();
  const page = render(luge, <Live status="live" />);
  await page.text('nothing');
  const post = await luge.from('posts').create({ title: 'one', status: 'live' });
  await luge.from('posts').create({ title: 'other', status: 'draft' });
  await page.text('one');
  page.show(<Live status="draft" />);
  await page.text('other');
  await luge.from('posts').update(post.id, { status: 'draft' });
  await page.text('one,other');
  page.unmount();
  await until('nothing is subscribed any more', () => luge.realtime.status === 'idle');
});

test('on a server, useQuery is loading', () => {
  const html = renderToString(
    <LugeProvider luge={client()}>
      <Live status="live" />
    </LugeProvider>,
  );
  expect(html).toBe('<p>loading</p>');
});

function One({ id }: { id: string | null }) {
  const luge = useLuge<Schema>();
  const { record, isLoading } = useRecord(luge.from('posts').expand('author'), id);
  return <p>{record ? `${record.title} by ${record.expand.author?.name ?? 'nobody'}` : isLoading ? 'loading' : 'not there'}</p>;
}

test('useRecord follows one record, another one, and its end', async () => {
  const luge = await server.person('hooked');
  const first = await luge.from('posts').create({ title: 'first', author: luge.auth.record?.id as string });
  const second = await luge.from('posts').create({ title: 'second' });
  const page = render(luge, <One id={first.id} />);
  await page.text('first by hooked');
  await luge.from('posts').update(first.id, { title: 'changed' });
  await page.text('changed by hooked');
  page.show(<One id={second.id} />);
  await page.text('second by nobody');
  await luge.from('posts').delete(second.id);
  await page.text('not there');
  page.show(<One id={null} />);
  await page.text('loading');
});

function Rename({ id }: { id: string }) {
  const luge = useLuge<Schema>();
  const { mutate, isPending, error, data, reset } = useMutation((title: string) =>
    luge.mutate((tx) => tx.update('posts', id, { title })),
  );
  return (
    <>
      <button type="button" onClick={() => mutate('better').catch(() => {})}>
        right
      </button>
      <button type="button" onClick={() => mutate('').catch(() => {})}>
        wrong
      </button>
      <button type="button" onClick={reset}>
        reset
      </button>
      <p>{isPending ? 'pending' : (error?.field('title')?.code ?? data?.title ?? 'rest')}</p>
    </>
  );
}

test('useMutation shows what is under way, what failed and what came of it', async () => {
  const luge = client();
  const { id } = await luge.from('posts').create({ title: 'plain' });
  const page = render(luge, <Rename id={id} />);
  const says = (text: string) => until(`it says ${text}`, () => page.place.querySelector('p')?.textContent === text);
  await says('rest');
  page.click('wrong');
  await says('validation_required');
  page.click('right');
  await says('better');
  expect((await luge.from('posts').get(id)).title).toBe('better');
  page.click('reset');
  await says('rest');
});

function Who() {
  const { record, isValid } = useAuth<Schema>();
  return <p>{isValid ? String(record?.name) : 'guest'}</p>;
}

test('useAuth follows signing in and out', async () => {
  const luge = client();
  await server.person('greeted');
  const page = render(luge, <Who />);
  await page.text('guest');
  await luge.auth.withPassword('users', 'greeted@example.com', PASSWORD);
  await page.text('greeted');
  luge.auth.signOut();
  await page.text('guest');
});

function Status() {
  return <p>{useConnection()}</p>;
}

test('useConnection follows the connection', async () => {
  const luge = client();
  const page = render(luge, <Status />);
  await page.text('idle');
  const stop = luge.from('posts').live(() => {});
  await page.text('open');
  stop();
  await page.text('idle');
});

function Room({ name, room }: { name: string; room: string }) {
  const { members, error } = usePresence(room, { name });
  if (error) return <p>{error.code}</p>;
  return (
    <p>
      {[...members.values()]
        .map((member) => member.name)
        .sort()
        .join() || 'nobody'}
    </p>
  );
}

test('usePresence joins, sees others come, change and go, and leaves', async () => {
  const rules = [{ pattern: 'room:*', joinRule: '', broadcastRule: '' }];
  await root.settings.update({ realtime: { channels: rules } });
  const luge = client();
  const page = render(luge, <Room name="Ann" room="room:1" />);
  await page.text('Ann');
  const other = server.guest();
  const bob = other.channel<{ name: string }>('room:1').join({ name: 'Bob' });
  await page.text('Ann,Bob');
  // Under StrictMode it joined, left and joined: it is there once.
  await until('he sees both', () => bob.members.size === 2);
  bob.join({ name: 'Robert' });
  await page.text('Ann,Robert');
  page.show(<Room name="Anna" room="room:1" />);
  await page.text('Anna,Robert');
  await until('he sees her new name', () => [...bob.members.values()].some((member) => member.name === 'Anna'));
  bob.leave();
  await page.text('Anna');
  page.show(<Room name="Anna" room="hall" />);
  await page.text('forbidden');
  page.show(<Room name="Anna" room="room:2" />);
  await page.text('Anna');
  const watcher = other.channel('room:2').join({ name: 'Bob' });
  await page.text('Anna,Bob');
  page.unmount();
  await until('she is gone', () => watcher.members.size === 1);
  await until('nothing is connected any more', () => luge.realtime.status === 'idle');
  watcher.leave();
});

test('without a provider the error says what to do', () => {
  expect(() => renderToString(<Who />)).toThrow('LugeProvider');
});
