/** The client: one server, one session, and everything that can be asked of them. */

import { type AuthStore, localStore, memoryStore, type Session } from './auth/store.ts';
import { Auth } from './auth.ts';
import { batch, type Results, type Step, type Steps } from './batch.ts';
import { type Change, type ChangesOptions, changes } from './changes.ts';
import { Collection, type Writer } from './collection.ts';
import { Collections, Settings } from './collections.ts';
import { Files } from './files.ts';
import { type Mutated, mutate } from './mutate.ts';
import type { Reader } from './query.ts';
import type { Channel } from './realtime/channel.ts';
import { Realtime, type RealtimeOptions } from './realtime.ts';
import type { AnySchema, Name, RecordBase, SchemaOf } from './schema.ts';
import {
  type Answer,
  type CallOptions,
  type SendOptions,
  Transport,
  type TransportOptions,
  type WriteOptions,
} from './transport.ts';

/** How a client is made. */
export interface LugeOptions extends TransportOptions, RealtimeOptions {
  /** Where the session is kept: `localStorage` in browsers, else memory. */
  store?: AuthStore;
  /** Whether tokens are renewed before they end; on unless said. */
  autoRefresh?: boolean;
}

/** What `/api/health` says. The last three are for superusers. */
export interface Health {
  code: number;
  message: string;
  data: Record<string, unknown>;
}

/**
 * Makes a client. The type parameter is the `Schema` that `luge types --lang ts` writes; without it every name is allowed
 * and every value is unknown.
 *
 * @example
 * const luge = createLuge<Schema>('http://127.0.0.1:8090');
 * const posts = await luge.from('posts').where((p) => eq(p.status, 'live')).list();
 */
export function createLuge<S extends SchemaOf<S> = AnySchema>(url: string, options: LugeOptions = {}): Luge<S> {
  return new Luge<S>(url, options);
}

/** A client of one server; made by {@link createLuge}. */
export class Luge<S extends SchemaOf<S> = AnySchema> {
  /** The address of the server. */
  readonly url: string;
  /** Signing in and out. */
  readonly auth: Auth<S>;
  /** Collections; only for superusers. */
  readonly collections: Collections;
  /** The server's settings; only for superusers. */
  readonly settings: Settings;
  /** The addresses of files. */
  readonly files: Files;
  /** The connection of live queries and channels. */
  readonly realtime: Realtime;

  private readonly transport: Transport;
  private readonly port: Reader & Writer;

  constructor(url: string, options: LugeOptions = {}) {
    const transport = new Transport(url, options);
    const send = <T>(path: string, ask?: SendOptions) => this.send<T>(path, ask);
    const lend = (session: Session) => new Luge<S>(url, { ...options, store: memoryStore(session), autoRefresh: false });
    this.transport = transport;
    this.url = transport.url;
    this.auth = new Auth<S>(transport, options.store ?? defaultStore(), lend, options.autoRefresh ?? true);
    transport.token = (path) => this.auth.current(path);
    this.collections = new Collections(send);
    this.settings = new Settings(send);
    this.files = new Files(transport);
    this.realtime = new Realtime(transport.url, this.auth as never, options);
    this.port = {
      send,
      live: (collection, ask, told) => this.realtime.queries.watch(collection, ask, told),
      peek: (collection, ask) => this.realtime.queries.get(collection, ask).state as never,
      answer: (path, ask) => transport.request(path, ask),
      wrote: (record) => this.auth.follow(record),
      deleted: (collection, id) => this.dropped(collection, id),
    };
  }

  /** The position of the last write of this client. */
  get position(): string {
    return this.transport.position;
  }

  /**
   * A collection, to be read and written.
   *
   * @example
   * const post = await luge.from('posts').create({ title: 'Hello' });
   */
  from<C extends Name<S>>(collection: C): Collection<S, C> {
    return new Collection<S, C>(this.port as never, collection);
  }

  /**
   * Several writes as one transaction: all happen, or none. The results come in the order of the steps. Batches are
   * allowed by the setting `batch.enabled`.
   *
   * @example
   * const [post, comment] = await luge.batch((tx) => {
   *   const id = newId();
   *   return [tx.create('posts', { id, title: 'Hello' }), tx.create('comments', { post: id, text: 'First!' })];
   * });
   * console.log(post.title, comment.text);
   */
  batch<const T extends readonly Step<unknown>[]>(
    build: (steps: Steps<S>) => readonly [...T],
    options: WriteOptions = {},
  ): Promise<Results<T>> {
    return batch<S, T>((path, ask) => this.send(path, ask), build, options);
  }

  /**
   * Writes that live queries show at once. The server's answer replaces what was shown; when it refuses, that is taken
   * back and this rejects with its error. One step is a request of its own, several in an array are one transaction.
   *
   * @example
   * const comment = await luge.mutate((tx) => tx.create('comments', { post: 'a1b2c3d4e5f6g7h', text: 'At once' }));
   * await luge.mutate((tx) => tx.update('comments', comment.id, { text: 'Better' }));
   */
  mutate<const T extends Step<unknown> | readonly Step<unknown>[]>(
    build: (steps: Steps<S>) => T,
    options: WriteOptions = {},
  ): Promise<Mutated<T>> {
    const request: Transport['request'] = (path, ask) => this.transport.request(path, ask);
    return mutate<S, T>({ request, overlay: this.realtime.queries.overlay }, build, options);
  }

  /**
   * The log as this client may see it: every change, in order, from a position on. For what must not miss anything, such
   * as an index or a mirror: keep the position of what you have done, and go on from it. Rejects with 410 (`gone`) when the
   * log does not reach back so far.
   *
   * @example
   * let position = '';
   * for await (const change of luge.changes({ since: position, collections: ['posts'] })) {
   *   console.log(change.action, change.record.title);
   *   position = change.position;
   * }
   */
  changes<C extends Name<S> = Name<S>>(options: ChangesOptions<C> = {}): AsyncGenerator<Change<S, C>> {
    return changes<S, C>((path, ask) => this.send(path, ask), options);
  }

  /**
   * A channel: who is there, and messages among those who are. The settings say who may join.
   *
   * @example
   * const room = luge.channel<{ name: string }>('room:1').join({ name: 'Ann' });
   * room.onPresence((members) => console.log([...members.values()].map((member) => member.name)));
   */
  channel<State = unknown>(name: string): Channel<State> {
    return this.realtime.channel<State>(name);
  }

  /**
   * Any request to the server, with session, time limit, retries of reads and errors of the SDK: for routes of your own.
   *
   * @example
   * const { total } = await luge.send<{ total: number }>('/api/checkout', { method: 'POST', body: { items: [1, 2] } });
   */
  async send<T = unknown>(path: string, options: SendOptions = {}): Promise<T> {
    return (await this.transport.request<T>(path, options)).data;
  }

  /**
   * As `send`, with status and headers.
   *
   * @example
   * const { headers } = await luge.sendRaw('/api/health');
   * console.log(headers.get('x-request-id'));
   */
  sendRaw<T = unknown>(path: string, options: SendOptions = {}): Promise<Answer<T>> {
    return this.transport.request<T>(path, options);
  }

  /**
   * Whether the server is there.
   *
   * @example
   * const { message } = await luge.health();
   */
  health(options: CallOptions = {}): Promise<Health> {
    return this.send<Health>('/api/health', options);
  }

  private dropped(collection: string, id: string): void {
    const record: RecordBase | null = this.auth.record;
    if (record?.id === id && [record.collectionId, record.collectionName].includes(collection)) this.auth.signOut();
  }
}

function defaultStore(): AuthStore {
  try {
    // Throws where storage is forbidden; missing on servers and in workers.
    if (typeof localStorage !== 'undefined' && typeof window !== 'undefined') return localStore();
  } catch {}
  return memoryStore();
}
