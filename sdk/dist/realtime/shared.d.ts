/** One socket for all tabs of a browser: the tab that holds a lock has it, the others speak through it. */
import type { ConnectionStatus, Message, Pipe, SocketEvents } from './socket.ts';
/** A pipe over the socket of whichever tab leads. Names of subscriptions must differ between tabs. */
export declare class SharedPipe implements Pipe {
    /** The same for all tabs that may share: the same server and the same session. */
    private readonly key;
    private readonly connect;
    private readonly events;
    /** The name of this tab. */
    private readonly id;
    status: ConnectionStatus;
    private channel;
    private socket;
    private release;
    private closing;
    /** In the leader: the subscriptions of each other tab, to be ended with it. */
    private tabs;
    constructor(
    /** The same for all tabs that may share: the same server and the same session. */
    key: string, connect: (events: SocketEvents) => Pipe, events: SocketEvents, 
    /** The name of this tab. */
    id: string);
    open(): void;
    close(): void;
    send(message: Message): boolean;
    private lead;
    private noted;
    /** A tab has come: it learns how things are, and its subscriptions will end with it. */
    private welcome;
    private life;
    private post;
    private become;
}
