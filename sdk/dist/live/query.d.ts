/** A live query: a snapshot, kept right by the changes that follow it, across lost connections. */
import type { Ask } from '../query.ts';
import type { Message, Pipe } from '../realtime/socket.ts';
import type { Row } from './order.ts';
import type { Overlay } from './overlay.ts';
import type { LiveState } from './state.ts';
type Told = (state: LiveState<Row>) => void;
/** One query, for all who watch it. */
export declare class LiveQuery {
    /** The start of the names of its subscriptions. */
    readonly name: string;
    readonly collection: string;
    readonly ask: Ask;
    private readonly pipe;
    private readonly overlay;
    state: LiveState<Row>;
    readonly watchers: Set<Told>;
    /** Whether anybody has begun to watch it. */
    started: boolean;
    /** The position of the newest change that is in it. */
    position: string;
    private window;
    /** The last position up to which every change is in: a transaction may have been cut off in its middle. */
    private safe;
    private sub;
    private count;
    /** The subscription whose snapshot is on its way, and what of it has arrived. */
    private coming;
    private gathering;
    private reloading;
    private reloaded;
    /** Whether something was met that only a new snapshot can tell: a lost connection must not forget it. */
    private unsure;
    private status;
    constructor(
    /** The start of the names of its subscriptions. */
    name: string, collection: string, ask: Ask, pipe: Pipe, overlay: Overlay);
    /** The connection is open, perhaps again: go on from where this stands, or begin. */
    up(): void;
    /** The connection is lost. What is known stays, and says that it may be old. */
    down(): void;
    /** Somebody else is asking: nothing of what is known may be shown to them. */
    forget(): void;
    /** Nobody watches any more. */
    end(): void;
    /** A message about one of its subscriptions. */
    heard(message: Message, sub: string): void;
    /** Shows what is there now to all who watch, soon. */
    notify(): void;
    /** Shows what is there now, at once. */
    show(): void;
    private subscribe;
    /** Asks for a snapshot. Until it has come, an older one goes on to be kept right. */
    private load;
    private snapshot;
    private change;
    private obey;
    private fail;
    private become;
}
export {};
