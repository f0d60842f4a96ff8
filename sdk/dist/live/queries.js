/** All live queries of a client: those who ask the same share one. */
import { randomId } from "../wait.js";
import { Overlay } from "./overlay.js";
import { LiveQuery } from "./query.js";
/** A query that nobody watches is kept so long: whoever comes back to it need not load it again. In milliseconds. */
const LINGER = 1500;
/** The live queries of a client. */
export class LiveQueries {
    pipe;
    idle;
    overlay = new Overlay((collections) => this.touched(collections));
    queries = new Map();
    named = new Map();
    prefix = randomId(6);
    count = 0;
    constructor(pipe, 
    /** Whether the pipe may be closed now. */
    idle) {
        this.pipe = pipe;
        this.idle = idle;
    }
    /** The query for these words, which is not watched yet. */
    get(collection, ask) {
        const key = JSON.stringify([collection, ask]);
        let query = this.queries.get(key);
        if (!query) {
            query = new LiveQuery(`${this.prefix}${++this.count}`, collection, ask, this.pipe, this.overlay);
            this.queries.set(key, query);
            this.named.set(query.name, query);
            this.forgetLater(key, query);
        }
        return query;
    }
    /** Watches a query; the callback gets the result when there is one, and each new one. Returns what ends that. */
    watch(collection, ask, told) {
        const query = this.get(collection, ask);
        const key = JSON.stringify([collection, ask]);
        // A function of its own, so that the same callback can watch twice.
        const watcher = (state) => told(state);
        query.watchers.add(watcher);
        if (!query.started) {
            query.started = true;
            this.pipe.open();
            if (this.pipe.status === 'open')
                query.up();
        }
        else if (query.state.status !== 'loading')
            queueMicrotask(() => query.watchers.has(watcher) && watcher(query.state));
        return () => {
            if (query.watchers.delete(watcher))
                this.forgetLater(key, query);
        };
    }
    /** Whether anything is watched or kept. */
    get size() {
        return this.queries.size;
    }
    /** The connection is open, perhaps again. */
    up() {
        for (const query of this.queries.values())
            if (query.started)
                query.up();
    }
    /** The connection is lost. */
    down() {
        for (const query of this.queries.values())
            query.down();
    }
    /** Somebody else is asking from now on. */
    forget() {
        for (const query of this.queries.values())
            if (query.started)
                query.forget();
    }
    /** A message of the server. */
    heard(message) {
        for (const sub of message.subs ?? [message.sub ?? ''])
            this.named.get(sub.split('.')[0])?.heard(message, sub);
    }
    touched(collections) {
        for (const query of this.queries.values())
            if (query.started && collections.includes(query.collection))
                query.show();
    }
    forgetLater(key, query) {
        setTimeout(() => {
            if (query.watchers.size || this.queries.get(key) !== query)
                return;
            this.queries.delete(key);
            this.named.delete(query.name);
            query.end();
            if (!this.queries.size)
                this.idle();
        }, LINGER);
    }
}
