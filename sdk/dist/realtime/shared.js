/** One socket for all tabs of a browser: the tab that holds a lock has it, the others speak through it. */
/** A pipe over the socket of whichever tab leads. Names of subscriptions must differ between tabs. */
export class SharedPipe {
    key;
    connect;
    events;
    id;
    status = 'idle';
    channel;
    socket;
    release = () => { };
    closing = new AbortController();
    /** In the leader: the subscriptions of each other tab, to be ended with it. */
    tabs = new Map();
    constructor(
    /** The same for all tabs that may share: the same server and the same session. */
    key, connect, events, 
    /** The name of this tab. */
    id) {
        this.key = key;
        this.connect = connect;
        this.events = events;
        this.id = id;
    }
    open() {
        if (this.channel)
            return;
        this.channel = new BroadcastChannel(this.key);
        this.channel.onmessage = ({ data }) => this.noted(data);
        this.closing = new AbortController();
        const held = new Promise((done) => {
            this.release = done;
        });
        const { signal } = this.closing;
        // Held as long as this tab is there: the leader waits for it to know when the tab is gone.
        void navigator.locks.request(this.life(this.id), { signal }, () => held).catch(() => { });
        void navigator.locks
            .request(this.key, { signal }, () => {
            if (!signal.aborted)
                this.lead();
            return held;
        })
            .catch(() => { });
        this.become('connecting');
        this.post({ hello: true });
    }
    close() {
        this.closing.abort();
        this.release();
        this.socket?.close();
        this.socket = undefined;
        this.channel?.close();
        this.channel = undefined;
        this.tabs.clear();
        this.become('idle');
    }
    send(message) {
        if (this.status !== 'open')
            return false;
        if (this.socket)
            return this.socket.send(message);
        this.post({ send: message });
        return true;
    }
    lead() {
        this.socket = this.connect({
            up: () => {
                this.tabs.forEach((subs) => void subs.clear());
                this.become('open');
                this.post({ up: true, status: 'open' });
                this.events.up();
            },
            message: (message) => {
                this.events.message(message);
                if (message.sub || message.subs)
                    this.post({ heard: message });
            },
            status: (status) => {
                if (status === 'open')
                    return;
                this.become(status);
                this.post({ status });
            },
        });
        this.socket.open();
    }
    noted({ from, send, hello, heard, status, up }) {
        if (this.socket) {
            if (hello || !this.tabs.has(from))
                this.welcome(from, hello);
            if (!send)
                return;
            const subs = this.tabs.get(from);
            if (send.type === 'subscribe')
                subs?.add(send.sub);
            else if (send.type === 'unsubscribe')
                subs?.delete(send.sub);
            this.socket.send(send);
            return;
        }
        if (heard)
            this.events.message(heard);
        if (status)
            this.become(status);
        if (up)
            this.events.up();
    }
    /** A tab has come: it learns how things are, and its subscriptions will end with it. */
    welcome(tab, hello) {
        if (!this.tabs.has(tab)) {
            this.tabs.set(tab, new Set());
            const gone = () => {
                for (const sub of this.tabs.get(tab) ?? [])
                    this.socket?.send({ type: 'unsubscribe', sub });
                this.tabs.delete(tab);
            };
            void navigator.locks.request(this.life(tab), { signal: this.closing.signal }, gone).catch(() => { });
        }
        if (hello)
            this.post({ status: this.status, up: this.status === 'open' || undefined });
    }
    life(tab) {
        return `${this.key}:${tab}`;
    }
    post(note) {
        this.channel?.postMessage({ ...note, from: this.id });
    }
    become(status) {
        if (this.status === status)
            return;
        this.status = status;
        this.events.status(status);
    }
}
