/** The realtime side of a client: its connection, live queries and channels. */
import type { Auth } from './auth.ts';
import { type ConnectionStatus, type Message } from './realtime/socket.ts';
/** How the realtime connection is made. */
export interface RealtimeOptions {
    /** The class of sockets where the platform has none. */
    WebSocket?: typeof WebSocket;
    /** Whether the tabs of a browser share one socket; on unless said, where the session is kept in `localStorage`. */
    shareConnection?: boolean;
}
/** The connection that live queries and channels use. It is there while any of them is. */
export declare class Realtime {
    private readonly pipe;
    private readonly own;
    private readonly channels;
    private readonly listeners;
    private person;
    constructor(url: string, auth: Auth<never>, options: RealtimeOptions);
    /** How the connection is. */
    get status(): ConnectionStatus;
    /**
     * Calls back whenever the connection opens or is lost. Returns what ends that.
     *
     * @example
     * const stop = luge.realtime.onStatus((status) => console.log(status === 'open' ? 'connected' : status));
     * stop();
     */
    onStatus(callback: (status: ConnectionStatus) => void): () => void;
    private changed;
    /** Closes what nobody uses. */
    private rest;
}
export type { ConnectionStatus, Message };
