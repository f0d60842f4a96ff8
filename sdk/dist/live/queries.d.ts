/** All live queries of a client: those who ask the same share one. */
import type { Ask } from '../query.ts';
import type { Message, Pipe } from '../realtime/socket.ts';
import type { RecordBase } from '../schema.ts';
import { Overlay } from './overlay.ts';
import { LiveQuery } from './query.ts';
import type { LiveState } from './state.ts';
/** The live queries of a client. */
export declare class LiveQueries {
    private readonly pipe;
    /** Whether the pipe may be closed now. */
    private readonly idle;
    readonly overlay: Overlay;
    private readonly queries;
    private readonly named;
    private readonly prefix;
    private count;
    constructor(pipe: Pipe, 
    /** Whether the pipe may be closed now. */
    idle: () => void);
    /** The query for these words, which is not watched yet. */
    get(collection: string, ask: Ask): LiveQuery;
    /** Watches a query; the callback gets the result when there is one, and each new one. Returns what ends that. */
    watch<T extends RecordBase>(collection: string, ask: Ask, told: (state: LiveState<T>) => void): () => void;
    /** Whether anything is watched or kept. */
    get size(): number;
    /** The connection is open, perhaps again. */
    up(): void;
    /** The connection is lost. */
    down(): void;
    /** Somebody else is asking from now on. */
    forget(): void;
    /** A message of the server. */
    heard(message: Message): void;
    private touched;
    private forgetLater;
}
