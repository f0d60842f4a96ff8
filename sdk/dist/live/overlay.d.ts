/** Writes that are shown before the server has confirmed them. */
import type { Row } from './order.ts';
import type { LiveQuery } from './query.ts';
import type { Window } from './window.ts';
/** A write as it is laid over the records. */
export interface Patch {
    collection: string;
    kind: 'create' | 'update' | 'delete';
    id: string;
    body: Record<string, unknown>;
}
/** All writes that are under way. */
export declare class Overlay {
    private readonly changed;
    private readonly mutations;
    constructor(changed: (collections: string[]) => void);
    /** Shows a write. */
    add(request: string, patches: Patch[]): void;
    /** The server has done it: queries show theirs until the change reaches them. */
    confirm(request: string, position: string): void;
    /** It was refused, or is over. */
    remove(request: string): void;
    /** A query got the server's change for it. */
    echoed(request: string, query: LiveQuery): void;
    /** Lays all writes over the rows of a query, and says which records are affected. */
    lay(query: LiveQuery, rows: Map<string, Row>, window: Window): Set<string>;
}
