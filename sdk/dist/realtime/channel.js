/** Channels: who is there, and messages among those who are. Nothing of it is stored. */
/** A channel. It is joined again by itself after a lost connection. */
export class Channel {
    name;
    pipe;
    wanted;
    /** Who is there, oneself included. It never changes; a new one comes instead. */
    members = new Map();
    state;
    joined = false;
    presence = new Set();
    heard = new Map();
    constructor(name, pipe, wanted) {
        this.name = name;
        this.pipe = pipe;
        this.wanted = wanted;
    }
    /**
     * Comes in, with what others see of oneself; again, with another state.
     *
     * @example
     * luge.channel('room:1').join({ name: 'Ann', typing: false });
     */
    join(state = {}) {
        this.state = state;
        this.joined = true;
        this.wanted();
        this.pipe.open();
        this.up();
        return this;
    }
    /**
     * Goes out.
     *
     * @example
     * luge.channel('room:1').leave();
     */
    leave() {
        if (!this.joined)
            return;
        this.joined = false;
        this.pipe.send({ type: 'leave', channel: this.name });
        this.show(new Map());
        this.wanted();
    }
    /**
     * Sends something to all others on the channel. It is lost for those who are not there, and while the connection is
     * lost: then this is `false`.
     *
     * @example
     * luge.channel('room:1').broadcast('typing', { by: 'Ann' });
     */
    broadcast(event, data = null) {
        return this.joined && this.pipe.send({ type: 'broadcast', channel: this.name, event, data });
    }
    /**
     * Calls back with each message of this kind. Returns what ends that.
     *
     * @example
     * const stop = luge.channel('room:1').on<{ by: string }>('typing', ({ by }) => console.log(by));
     * stop();
     */
    on(event, callback) {
        const all = this.heard.get(event) ?? new Set();
        this.heard.set(event, all.add(callback));
        return () => void all.delete(callback);
    }
    /**
     * Calls back whenever somebody comes, goes or changes state. Returns what ends that.
     *
     * @example
     * const stop = luge.channel('room:1').onPresence((members) => console.log(members.size));
     * stop();
     */
    onPresence(callback) {
        this.presence.add(callback);
        return () => void this.presence.delete(callback);
    }
    /** Whether somebody here is on it. */
    get isJoined() {
        return this.joined;
    }
    /** The connection is open, perhaps again: those who were there may be gone. @internal */
    up() {
        if (!this.joined)
            return;
        if (this.pipe.send({ type: 'join', id: `join ${this.name}`, channel: this.name, state: this.state }))
            this.members = new Map();
    }
    /** A message about this channel. @internal */
    receive(message) {
        if (message.type === 'broadcast') {
            for (const callback of this.heard.get(String(message.event)) ?? [])
                callback(message.data, String(message.from));
        }
        else if (message.type === 'presence') {
            const members = new Map(this.members);
            for (const id of Object.keys(message.leaves ?? {}))
                members.delete(id);
            for (const [id, state] of Object.entries(message.joins ?? {}))
                members.set(id, state);
            this.show(members);
        }
    }
    show(members) {
        this.members = members;
        for (const callback of [...this.presence])
            callback(members);
    }
}
