/** Channels: who is there, and messages among those who are. Nothing of it is stored. */
import type { Pipe } from './socket.ts';
/** Those who are on a channel, by the ids of their connections, each with the state that it joined with. */
export type Members<State> = ReadonlyMap<string, State>;
/** What is heard of a message on a channel. */
export type Heard<Data> = (data: Data, from: string) => void;
/** A channel. It is joined again by itself after a lost connection. */
export declare class Channel<State = unknown> {
    readonly name: string;
    private readonly pipe;
    private readonly wanted;
    /** Who is there, oneself included. It never changes; a new one comes instead. */
    members: Members<State>;
    private state;
    private joined;
    private readonly presence;
    private readonly heard;
    constructor(name: string, pipe: Pipe, wanted: () => void);
    /**
     * Comes in, with what others see of oneself; again, with another state.
     *
     * @example
     * luge.channel('room:1').join({ name: 'Ann', typing: false });
     */
    join(state?: State): this;
    /**
     * Goes out.
     *
     * @example
     * luge.channel('room:1').leave();
     */
    leave(): void;
    /**
     * Sends something to all others on the channel. It is lost for those who are not there, and while the connection is
     * lost: then this is `false`.
     *
     * @example
     * luge.channel('room:1').broadcast('typing', { by: 'Ann' });
     */
    broadcast(event: string, data?: unknown): boolean;
    /**
     * Calls back with each message of this kind. Returns what ends that.
     *
     * @example
     * const stop = luge.channel('room:1').on<{ by: string }>('typing', ({ by }) => console.log(by));
     * stop();
     */
    on<Data = unknown>(event: string, callback: Heard<Data>): () => void;
    /**
     * Calls back whenever somebody comes, goes or changes state. Returns what ends that.
     *
     * @example
     * const stop = luge.channel('room:1').onPresence((members) => console.log(members.size));
     * stop();
     */
    onPresence(callback: (members: Members<State>) => void): () => void;
    /** Whether somebody here is on it. */
    get isJoined(): boolean;
    private show;
}
