/** One WebSocket to the server that comes back by itself, and says how it is. */
import type { Auth } from '../auth.ts';
/** How the connection is: not wanted, on its way, open, or lost and waiting for the next try. */
export type ConnectionStatus = 'idle' | 'connecting' | 'open' | 'waiting';
/** A message of either side. */
export type Message = {
    type: string;
    id?: unknown;
    sub?: string;
    subs?: string[];
    [key: string]: unknown;
};
/** What a socket tells. `up` comes before every message of a connection, after who is asking was sent. */
export interface SocketEvents {
    up(): void;
    message(message: Message): void;
    status(status: ConnectionStatus): void;
}
/** A way to the server: a socket of one's own, or that of another tab. */
export interface Pipe {
    readonly status: ConnectionStatus;
    open(): void;
    close(): void;
    /** Whether it went out. What did not is not kept: `up` will come again. */
    send(message: Message): boolean;
}
/** The class of sockets where the platform has none. */
export declare const platform: {
    WebSocket?: typeof WebSocket;
};
/** A socket of one's own. */
export declare class Socket implements Pipe {
    private readonly url;
    private readonly auth;
    private readonly events;
    private readonly kind;
    status: ConnectionStatus;
    private socket;
    private timer;
    private heartbeat;
    private dead;
    private attempt;
    private token;
    private stopKicks;
    constructor(url: string, auth: Auth<never>, events: SocketEvents, kind: typeof WebSocket | undefined);
    open(): void;
    close(): void;
    send(message: Message): boolean;
    private connect;
    private heard;
    /** Says who is asking; without a change, nothing. */
    private introduce;
    private beat;
    /** Asks for a sign of life: a connection that was cut somewhere on the way does not say so by itself. */
    private probe;
    private expect;
    private lost;
    /** The network is back, or somebody looks at the page: now is the time to try. */
    private kick;
    private drop;
    private become;
}
