/** A live query: a snapshot, kept right by the changes that follow it, across lost connections. */
import { fromBody } from "../error.js";
import { Window } from "./window.js";
/** Changes of one transaction arrive one by one: they are shown together. In milliseconds. */
const GATHER = 4;
/** What only the server can tell is asked at most this often. In milliseconds. */
const RELOAD = 1000;
const NONE = new Set();
/** One query, for all who watch it. */
export class LiveQuery {
    name;
    collection;
    ask;
    pipe;
    overlay;
    state = { items: [], status: 'loading', error: null, pending: NONE };
    watchers = new Set();
    /** Whether anybody has begun to watch it. */
    started = false;
    /** The position of the newest change that is in it. */
    position = '';
    window;
    /** The last position up to which every change is in: a transaction may have been cut off in its middle. */
    safe = '';
    sub = '';
    count = 0;
    /** The subscription whose snapshot is on its way, and what of it has arrived. */
    coming;
    gathering;
    reloading;
    reloaded = 0;
    /** Whether something was met that only a new snapshot can tell: a lost connection must not forget it. */
    unsure = false;
    status = 'loading';
    constructor(
    /** The start of the names of its subscriptions. */
    name, collection, ask, pipe, overlay) {
        this.name = name;
        this.collection = collection;
        this.ask = ask;
        this.pipe = pipe;
        this.overlay = overlay;
        this.window = new Window(ask);
    }
    /** The connection is open, perhaps again: go on from where this stands, or begin. */
    up() {
        this.coming = undefined;
        if (this.safe && !this.unsure)
            this.subscribe({ since: this.safe });
        else
            this.load();
    }
    /** The connection is lost. What is known stays, and says that it may be old. */
    down() {
        clearTimeout(this.reloading);
        this.reloading = undefined;
        if (this.status === 'live')
            this.become('stale');
    }
    /** Somebody else is asking: nothing of what is known may be shown to them. */
    forget() {
        this.end();
        this.window = new Window(this.ask);
        this.sub = this.safe = this.position = '';
        this.status = 'loading';
        this.show();
        for (const told of [...this.watchers])
            told(this.state);
        this.load();
    }
    /** Nobody watches any more. */
    end() {
        clearTimeout(this.gathering);
        clearTimeout(this.reloading);
        this.gathering = this.reloading = undefined;
        for (const sub of new Set([this.sub, this.coming?.sub]))
            if (sub)
                this.pipe.send({ type: 'unsubscribe', sub });
        this.coming = undefined;
    }
    /** A message about one of its subscriptions. */
    heard(message, sub) {
        // One that was given up.
        if (sub !== this.sub && sub !== this.coming?.sub)
            return;
        const position = String(message.position ?? '');
        if (message.type === 'snapshot')
            this.snapshot(message, sub, position);
        else if (message.type === 'reset')
            this.load();
        else if (message.type === 'error')
            this.fail(message);
        else if (sub !== this.sub)
            return;
        else if (message.type === 'change')
            this.change(message, position);
        else if (message.type === 'live') {
            this.safe = this.position = position || this.position;
            if (!this.coming)
                this.become('live');
            this.notify();
        }
    }
    /** Shows what is there now to all who watch, soon. */
    notify() {
        this.gathering ??= setTimeout(() => this.show(), GATHER);
    }
    /** Shows what is there now, at once. */
    show() {
        clearTimeout(this.gathering);
        this.gathering = undefined;
        const rows = this.window.copy();
        const pending = this.overlay.lay(this, rows, this.window);
        const items = this.window.shown(rows).map((row) => (this.ask.expand && !row.expand ? { ...row, expand: {} } : row));
        const error = this.status === 'failed' ? this.state.error : null;
        this.state = { items, status: this.status, error, pending: pending.size ? pending : NONE };
        if (this.status !== 'loading')
            for (const told of [...this.watchers])
                told(this.state);
    }
    subscribe(more) {
        const sub = `${this.name}.${++this.count}`;
        const { filter, expand } = this.ask;
        const { fields } = this.window.wanted;
        const sent = this.pipe.send({
            type: 'subscribe',
            id: sub,
            sub,
            topic: `${this.collection}/*`,
            filter: filter || undefined,
            expand: expand || undefined,
            fields,
            ...more,
        });
        if (!sent)
            return;
        if (more.snapshot)
            this.coming = { sub, items: [] };
        else
            this.sub = sub;
    }
    /** Asks for a snapshot. Until it has come, an older one goes on to be kept right. */
    load() {
        clearTimeout(this.reloading);
        this.reloading = undefined;
        this.reloaded = Date.now();
        if (this.coming)
            this.pipe.send({ type: 'unsubscribe', sub: this.coming.sub });
        const { sort, limit } = this.window.wanted;
        this.subscribe({ snapshot: true, sort: sort || undefined, limit });
    }
    snapshot(message, sub, position) {
        const { coming } = this;
        if (coming?.sub !== sub)
            return;
        coming.items.push(...message.items);
        if (!message.last)
            return;
        if (this.sub)
            this.pipe.send({ type: 'unsubscribe', sub: this.sub });
        this.coming = undefined;
        this.sub = sub;
        this.safe = this.position = position;
        this.unsure = false;
        this.obey(this.window.load(coming.items, message.more === true));
        this.become('live');
        this.notify();
    }
    change(message, position) {
        // The changes of one transaction have one position: only those before it are surely complete.
        if (position !== this.position)
            this.safe = this.position;
        this.position = position;
        const row = message.record;
        if (typeof message.request === 'string')
            this.overlay.echoed(message.request, this);
        this.obey(message.action === 'delete' ? this.window.remove(row.id) : this.window.put(row));
        this.notify();
    }
    obey(verdict) {
        this.unsure ||= verdict === 'reload';
        if (!this.unsure || this.coming || this.reloading)
            return;
        const wait = Math.max(0, this.reloaded + RELOAD - Date.now());
        this.reloading = setTimeout(() => this.load(), wait && wait + Math.random() * RELOAD);
    }
    fail(message) {
        this.coming = undefined;
        this.safe = '';
        this.status = 'failed';
        this.state = { ...this.state, error: fromBody(Number(message.status), message, { request: `live ${this.collection}` }) };
        this.notify();
    }
    become(status) {
        if (this.status === status)
            return;
        this.status = status;
        this.notify();
    }
}
