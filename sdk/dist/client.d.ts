/** The client: one server, one session, and everything that can be asked of them. */
import { type AuthStore } from './auth/store.ts';
import { Auth } from './auth.ts';
import { type Results, type Step, type Steps } from './batch.ts';
import { type Change, type ChangesOptions } from './changes.ts';
import { Collection } from './collection.ts';
import { Collections, Settings } from './collections.ts';
import { Files } from './files.ts';
import { type Mutated } from './mutate.ts';
import type { Channel } from './realtime/channel.ts';
import { Realtime, type RealtimeOptions } from './realtime.ts';
import type { AnySchema, Name, SchemaOf } from './schema.ts';
import { type Answer, type CallOptions, type SendOptions, type TransportOptions, type WriteOptions } from './transport.ts';
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
export declare function createLuge<S extends SchemaOf<S> = AnySchema>(url: string, options?: LugeOptions): Luge<S>;
/** A client of one server; made by {@link createLuge}. */
export declare class Luge<S extends SchemaOf<S> = AnySchema> {
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
    private readonly transport;
    private readonly port;
    constructor(url: string, options?: LugeOptions);
    /** The position of the last write of this client. */
    get position(): string;
    /**
     * A collection, to be read and written.
     *
     * @example
     * const post = await luge.from('posts').create({ title: 'Hello' });
     */
    from<C extends Name<S>>(collection: C): Collection<S, C>;
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
    batch<const T extends readonly Step<unknown>[]>(build: (steps: Steps<S>) => readonly [...T], options?: WriteOptions): Promise<Results<T>>;
    /**
     * Writes that live queries show at once. The server's answer replaces what was shown; when it refuses, that is taken
     * back and this rejects with its error. One step is a request of its own, several in an array are one transaction.
     *
     * @example
     * const comment = await luge.mutate((tx) => tx.create('comments', { post: 'a1b2c3d4e5f6g7h', text: 'At once' }));
     * await luge.mutate((tx) => tx.update('comments', comment.id, { text: 'Better' }));
     */
    mutate<const T extends Step<unknown> | readonly Step<unknown>[]>(build: (steps: Steps<S>) => T, options?: WriteOptions): Promise<Mutated<T>>;
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
    changes<C extends Name<S> = Name<S>>(options?: ChangesOptions<C>): AsyncGenerator<Change<S, C>>;
    /**
     * A channel: who is there, and messages among those who are. The settings say who may join.
     *
     * @example
     * const room = luge.channel<{ name: string }>('room:1').join({ name: 'Ann' });
     * room.onPresence((members) => console.log([...members.values()].map((member) => member.name)));
     */
    channel<State = unknown>(name: string): Channel<State>;
    /**
     * Any request to the server, with session, time limit, retries of reads and errors of the SDK: for routes of your own.
     *
     * @example
     * const { total } = await luge.send<{ total: number }>('/api/checkout', { method: 'POST', body: { items: [1, 2] } });
     */
    send<T = unknown>(path: string, options?: SendOptions): Promise<T>;
    /**
     * As `send`, with status and headers.
     *
     * @example
     * const { headers } = await luge.sendRaw('/api/health');
     * console.log(headers.get('x-request-id'));
     */
    sendRaw<T = unknown>(path: string, options?: SendOptions): Promise<Answer<T>>;
    /**
     * Whether the server is there.
     *
     * @example
     * const { message } = await luge.health();
     */
    health(options?: CallOptions): Promise<Health>;
    private dropped;
}
