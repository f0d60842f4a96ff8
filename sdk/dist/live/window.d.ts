/** The records of a live query that this client knows: all that match, or the first of them up to an edge. */
import type { Ask } from '../query.ts';
import { type Row } from './order.ts';
/** What must follow a change: nothing, or the server's word on what the client cannot know. */
export type Verdict = 'kept' | 'reload';
/** What one snapshot asks for. */
export interface Wanted {
    sort: string;
    limit: number | undefined;
    fields: string | undefined;
}
/** What is known of a query's result. */
export declare class Window {
    private readonly ask;
    private readonly asked;
    /** The order that the client can keep by itself; `undefined` where only the server knows it. */
    private order;
    private rows;
    /** Where the known part ends. `undefined`: everything is known. */
    private edge;
    /** Whether records that equal the edge are told apart by id. */
    private exact;
    /** The snapshot ended among records that sort equal: from now on the server sorts by id as well. */
    private tied;
    constructor(ask: Ask);
    /** How the server is to be asked. A few more than needed, so that those that leave can be replaced at once. */
    get wanted(): Wanted;
    /** Replaces everything by a snapshot; `more` when its limit left some out. */
    load(items: Row[], more: boolean): Verdict;
    /** A record that matches now. */
    put(row: Row): Verdict;
    /** A record that does not match any more. */
    remove(id: string): Verdict;
    /** A copy of the known rows, to lay something over. */
    copy(): Map<string, Row>;
    /** The rows as they are shown. */
    shown(rows: Map<string, Row>): Row[];
    /** Whether a record would be in the known part. */
    inside(row: Row): boolean;
    private get enough();
    /** Forgets what is far from being shown. */
    private trim;
    /** Without an order of its own, the client can only put at the end what was created last. */
    private place;
}
