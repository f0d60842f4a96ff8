// Changes of collections as they happen: every one of them, in order, also over a lost connection, from where it was cut.
// The SDK's live queries keep a result of at most 500 records right; a list of any length needs the bare changes.
import { session } from '../api';
import type { Collection, RecordData } from '../fields/model';
import { FeedSocket } from './socket';

export type FeedStatus = 'connecting' | 'live' | 'lost';

export interface FeedChange {
  action: 'create' | 'update' | 'delete';
  record: RecordData;
}

export interface FeedAsk {
  collection: Collection;
  filter: string;
  expand: string;
}

export interface FeedHandlers {
  change: (change: FeedChange) => void;
  /** What is known may be incomplete: load anew. */
  reset: () => void;
  status: (status: FeedStatus) => void;
}

interface Message {
  type: string;
  id?: string;
  sub?: string;
  subs?: string[];
  position?: string;
  action?: FeedChange['action'];
  record?: RecordData;
}

/** One subscription: where it stands is kept, so that a new connection goes on from there. */
interface Watcher {
  ask: FeedAsk;
  on: FeedHandlers;
  /** The last position up to which every change has come; '' before the first. */
  safe: string;
  /** The newest position: others of the same transaction may still follow. */
  newest: string;
}

const watchers = new Map<string, Watcher>();
let names = 0;
let resting: ReturnType<typeof setTimeout> | undefined;

const socket = new FeedSocket({
  token: () => session.token(),
  up: () => {
    for (const [sub, watcher] of watchers) subscribe(sub, watcher);
  },
  message: (message) => heard(message as unknown as Message),
  status: (status) => {
    for (const { on } of watchers.values()) on.status(status === 'open' ? 'connecting' : status);
  },
});
session.subscribe(() => socket.introduce());

/** Watches until the returned function is called. */
export function watch(ask: FeedAsk, on: FeedHandlers): () => void {
  const sub = `w${++names}`;
  const watcher: Watcher = { ask, on, safe: '', newest: '' };
  watchers.set(sub, watcher);
  clearTimeout(resting);
  on.status('connecting');
  if (socket.isOpen) subscribe(sub, watcher);
  else socket.open();
  return () => {
    watchers.delete(sub);
    socket.send({ type: 'unsubscribe', sub });
    // The next page usually watches something too: the connection is kept for a moment.
    resting = setTimeout(() => watchers.size === 0 && socket.close(), 3_000);
  };
}

function subscribe(sub: string, { ask, safe }: Watcher): void {
  socket.send({
    type: 'subscribe',
    id: sub,
    sub,
    topic: `${ask.collection.name}/*`,
    ...(ask.filter && { filter: ask.filter }),
    ...(ask.expand && { expand: ask.expand }),
    ...(safe && { since: safe }),
  });
}

function heard(message: Message): void {
  for (const sub of message.subs ?? [message.sub ?? message.id ?? '']) {
    const watcher = watchers.get(sub);
    if (watcher) told(sub, watcher, message);
  }
}

function told(sub: string, watcher: Watcher, { type, position = '', action, record }: Message): void {
  if (type === 'change' && action && record) {
    if (position !== watcher.newest) watcher.safe = watcher.newest || position;
    watcher.newest = position;
    watcher.on.change({ action, record });
  } else if (type === 'ok') {
    if (watcher.safe) return;
    // The list was asked for at the same time: what was written in between is only in a newer one.
    watcher.safe = watcher.newest = position;
    watcher.on.status('live');
    watcher.on.reset();
  } else if (type === 'live') {
    watcher.safe = watcher.newest = position || watcher.newest;
    watcher.on.status('live');
  } else if (type === 'reset') {
    watcher.safe = watcher.newest = '';
    subscribe(sub, watcher);
  } else if (type === 'error') {
    // A filter that the server refuses; the list says so.
    watcher.on.status('lost');
  }
}
