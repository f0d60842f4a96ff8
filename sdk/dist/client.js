/** The client: one server, one session, and everything that can be asked of them. */
import { localStore, memoryStore } from "./auth/store.js";
import { Auth } from "./auth.js";
import { batch } from "./batch.js";
import { changes } from "./changes.js";
import { Collection } from "./collection.js";
import { Collections, Settings } from "./collections.js";
import { Files } from "./files.js";
import { mutate } from "./mutate.js";
import { Realtime } from "./realtime.js";
import { Transport, } from "./transport.js";
/**
 * Makes a client. The type parameter is the `Schema` that `luge types --lang ts` writes; without it every name is allowed
 * and every value is unknown.
 *
 * @example
 * const luge = createLuge<Schema>('http://127.0.0.1:8090');
 * const posts = await luge.from('posts').where((p) => eq(p.status, 'live')).list();
 */
export function createLuge(url, options = {}) {
    return new Luge(url, options);
}
/** A client of one server; made by {@link createLuge}. */
export class Luge {
    /** The address of the server. */
    url;
    /** Signing in and out. */
    auth;
    /** Collections; only for superusers. */
    collections;
    /** The server's settings; only for superusers. */
    settings;
    /** The addresses of files. */
    files;
    /** The connection of live queries and channels. */
    realtime;
    transport;
    port;
    constructor(url, options = {}) {
        const transport = new Transport(url, options);
        const send = (path, ask) => this.send(path, ask);
        const lend = (session) => new Luge(url, { ...options, store: memoryStore(session), autoRefresh: false });
        this.transport = transport;
        this.url = transport.url;
        this.auth = new Auth(transport, options.store ?? defaultStore(), lend, options.autoRefresh ?? true);
        transport.token = (path) => this.auth.current(path);
        this.collections = new Collections(send);
        this.settings = new Settings(send);
        this.files = new Files(transport);
        this.realtime = new Realtime(transport.url, this.auth, options);
        this.port = {
            send,
            live: (collection, ask, told) => this.realtime.queries.watch(collection, ask, told),
            peek: (collection, ask) => this.realtime.queries.get(collection, ask).state,
            answer: (path, ask) => transport.request(path, ask),
            wrote: (record) => this.auth.follow(record),
            deleted: (collection, id) => this.dropped(collection, id),
        };
    }
    /** The position of the last write of this client. */
    get position() {
        return this.transport.position;
    }
    /**
     * A collection, to be read and written.
     *
     * @example
     * const post = await luge.from('posts').create({ title: 'Hello' });
     */
    from(collection) {
        return new Collection(this.port, collection);
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
    batch(build, options = {}) {
        return batch((path, ask) => this.send(path, ask), build, options);
    }
    /**
     * Writes that live queries show at once. The server's answer replaces what was shown; when it refuses, that is taken
     * back and this rejects with its error. One step is a request of its own, several in an array are one transaction.
     *
     * @example
     * const comment = await luge.mutate((tx) => tx.create('comments', { post: 'a1b2c3d4e5f6g7h', text: 'At once' }));
     * await luge.mutate((tx) => tx.update('comments', comment.id, { text: 'Better' }));
     */
    mutate(build, options = {}) {
        const request = (path, ask) => this.transport.request(path, ask);
        return mutate({ request, overlay: this.realtime.queries.overlay }, build, options);
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
    changes(options = {}) {
        return changes((path, ask) => this.send(path, ask), options);
    }
    /**
     * A channel: who is there, and messages among those who are. The settings say who may join.
     *
     * @example
     * const room = luge.channel<{ name: string }>('room:1').join({ name: 'Ann' });
     * room.onPresence((members) => console.log([...members.values()].map((member) => member.name)));
     */
    channel(name) {
        return this.realtime.channel(name);
    }
    /**
     * Any request to the server, with session, time limit, retries of reads and errors of the SDK: for routes of your own.
     *
     * @example
     * const { total } = await luge.send<{ total: number }>('/api/checkout', { method: 'POST', body: { items: [1, 2] } });
     */
    async send(path, options = {}) {
        return (await this.transport.request(path, options)).data;
    }
    /**
     * As `send`, with status and headers.
     *
     * @example
     * const { headers } = await luge.sendRaw('/api/health');
     * console.log(headers.get('x-request-id'));
     */
    sendRaw(path, options = {}) {
        return this.transport.request(path, options);
    }
    /**
     * Whether the server is there.
     *
     * @example
     * const { message } = await luge.health();
     */
    health(options = {}) {
        return this.send('/api/health', options);
    }
    dropped(collection, id) {
        const record = this.auth.record;
        if (record?.id === id && [record.collectionId, record.collectionName].includes(collection))
            this.auth.signOut();
    }
}
function defaultStore() {
    try {
        // Throws where storage is forbidden; missing on servers and in workers.
        if (typeof localStorage !== 'undefined' && typeof window !== 'undefined')
            return localStore();
    }
    catch { }
    return memoryStore();
}
