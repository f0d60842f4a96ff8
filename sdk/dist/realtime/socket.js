/** One WebSocket to the server that comes back by itself, and says how it is. */
import { LugeError } from "../error.js";
/** The class of sockets where the platform has none. */
export const platform = {};
/** In milliseconds. */
const PING = 20_000;
const PATIENCE = 10_000;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 30_000;
/** A socket of one's own. */
export class Socket {
    url;
    auth;
    events;
    kind;
    status = 'idle';
    socket;
    timer;
    heartbeat;
    dead;
    attempt = 0;
    token = '';
    stopKicks = () => { };
    constructor(url, auth, events, kind) {
        this.url = url;
        this.auth = auth;
        this.events = events;
        this.kind = kind;
        auth.onChange(() => this.status === 'open' && this.introduce());
    }
    open() {
        if (this.status !== 'idle')
            return;
        this.stopKicks = kicks(() => this.kick());
        this.connect();
    }
    close() {
        this.stopKicks();
        this.drop();
        this.become('idle');
    }
    send(message) {
        if (this.status !== 'open')
            return false;
        this.socket?.send(JSON.stringify(message));
        return true;
    }
    connect() {
        const Kind = this.kind ?? platform.WebSocket ?? globalThis.WebSocket;
        if (!Kind)
            throw new LugeError('There is no WebSocket here: pass one as the option `WebSocket`.', { code: 'invalid' });
        this.become('connecting');
        const socket = new Kind(`${this.url.replace(/^http/, 'ws')}/api/realtime`, 'luge.v1');
        this.socket = socket;
        this.expect();
        socket.onmessage = (event) => this.socket === socket && this.heard(String(event.data));
        socket.onclose = (event) => this.socket === socket && this.lost(event.code);
        socket.onerror = () => { };
    }
    heard(text) {
        clearTimeout(this.dead);
        const message = JSON.parse(text);
        if (message.type === 'ready') {
            this.attempt = 0;
            this.become('open');
            this.token = '';
            this.introduce();
            this.heartbeat = setInterval(() => this.beat(), PING);
            this.events.up();
        }
        else if (message.type !== 'pong')
            this.events.message(message);
    }
    /** Says who is asking; without a change, nothing. */
    introduce() {
        const { token } = this.auth;
        if (token === this.token)
            return;
        this.token = token;
        this.send({ type: 'auth', id: 'auth', token });
    }
    beat() {
        // Renews the token when it is about to end, and the change of the session then sends the new one.
        void this.auth.current('');
        this.probe(PATIENCE);
    }
    /** Asks for a sign of life: a connection that was cut somewhere on the way does not say so by itself. */
    probe(patience) {
        if (this.send({ type: 'ping' }))
            this.expect(patience);
    }
    expect(patience = PATIENCE) {
        clearTimeout(this.dead);
        this.dead = setTimeout(() => this.lost(4408), patience);
    }
    lost(code) {
        this.drop();
        // The token has ended: a new one, or a guest.
        const renewed = code === 4401 && this.auth.token ? this.auth.refresh().catch(() => this.auth.signOut()) : undefined;
        const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempt++);
        this.become('waiting');
        this.timer = setTimeout(() => void Promise.resolve(renewed).then(() => this.status === 'waiting' && this.connect()), wait);
    }
    /** The network is back, or somebody looks at the page: now is the time to try. */
    kick() {
        if (this.status === 'open')
            this.probe(PATIENCE / 2);
        if (this.status !== 'waiting')
            return;
        clearTimeout(this.timer);
        this.attempt = 0;
        this.connect();
    }
    drop() {
        clearTimeout(this.timer);
        clearTimeout(this.dead);
        clearInterval(this.heartbeat);
        const { socket } = this;
        this.socket = undefined;
        try {
            socket?.close();
        }
        catch {
            // One that never opened.
        }
    }
    become(status) {
        if (this.status === status)
            return;
        this.status = status;
        this.events.status(status);
    }
}
/** Calls back when the network returns or the page is looked at again. */
function kicks(kick) {
    if (typeof addEventListener !== 'function')
        return () => { };
    const looked = () => document.visibilityState === 'visible' && kick();
    const page = typeof document === 'undefined' ? undefined : document;
    addEventListener('online', kick);
    page?.addEventListener('visibilitychange', looked);
    return () => {
        removeEventListener('online', kick);
        page?.removeEventListener('visibilitychange', looked);
    };
}
