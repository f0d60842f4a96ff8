/** The realtime side of a client: its connection, live queries and channels. */
import { LiveQueries } from "./live/queries.js";
import { Channel } from "./realtime/channel.js";
import { Socket } from "./realtime/socket.js";
import { randomId } from "./wait.js";
/** Whether this platform can share a socket. */
const canShare = () => typeof window !== 'undefined' &&
    typeof BroadcastChannel !== 'undefined' &&
    typeof navigator !== 'undefined' &&
    !!navigator.locks;
/** A pipe that is loaded when it is first opened. */
class LaterPipe {
    load;
    pipe;
    here;
    wanted = false;
    constructor(load) {
        this.load = load;
    }
    get status() {
        return this.here?.status ?? (this.wanted ? 'connecting' : 'idle');
    }
    open() {
        this.wanted = true;
        this.pipe ??= this.load();
        void this.pipe.then((pipe) => {
            this.here = pipe;
            if (this.wanted)
                pipe.open();
        });
    }
    close() {
        this.wanted = false;
        this.here?.close();
    }
    send(message) {
        return this.here?.send(message) ?? false;
    }
}
/** The connection that live queries and channels use. It is there while any of them is. */
export class Realtime {
    /** @internal */
    queries;
    pipe;
    own;
    channels = new Map();
    listeners = new Set();
    person = '';
    constructor(url, auth, options) {
        const socket = (events) => new Socket(url, auth, events, options.WebSocket);
        const key = auth.store.key;
        const shares = key !== undefined && options.shareConnection !== false && canShare();
        const queries = {
            up: () => this.queries.up(),
            message: (message) => this.queries.heard(message),
            status: (status) => this.changed(status),
        };
        this.own = socket({
            up: () => {
                if (!shares)
                    queries.up();
                for (const channel of this.channels.values())
                    channel.up();
            },
            message: (message) => typeof message.channel === 'string'
                ? this.channels.get(message.channel)?.receive(message)
                : shares || queries.message(message),
            status: (status) => shares || queries.status(status),
        });
        // Who is on a channel is a matter of each tab, so channels never go through another one's socket.
        this.pipe = shares
            ? new LaterPipe(async () => new (await import("./realtime/shared.js")).SharedPipe(`luge ${url} ${key}`, socket, queries, randomId()))
            : this.own;
        this.queries = new LiveQueries(this.pipe, () => this.rest());
        this.person = auth.record?.id ?? '';
        auth.onChange((session) => {
            if (this.person === (session?.record.id ?? ''))
                return;
            this.person = session?.record.id ?? '';
            this.queries.forget();
        });
    }
    /** How the connection is. */
    get status() {
        return this.pipe.status;
    }
    /**
     * Calls back whenever the connection opens or is lost. Returns what ends that.
     *
     * @example
     * const stop = luge.realtime.onStatus((status) => console.log(status === 'open' ? 'connected' : status));
     * stop();
     */
    onStatus(callback) {
        this.listeners.add(callback);
        return () => void this.listeners.delete(callback);
    }
    /** A channel; the same one for the same name. @internal */
    channel(name) {
        let channel = this.channels.get(name);
        if (!channel) {
            channel = new Channel(name, this.own, () => this.rest());
            this.channels.set(name, channel);
        }
        return channel;
    }
    changed(status) {
        if (status !== 'open')
            this.queries.down();
        for (const listener of [...this.listeners])
            listener(status);
    }
    /** Closes what nobody uses. */
    rest() {
        const talking = [...this.channels.values()].some((channel) => channel.isJoined);
        if (!this.queries.size && (this.pipe !== this.own || !talking))
            this.pipe.close();
        if (this.pipe !== this.own && !talking)
            this.own.close();
    }
}
