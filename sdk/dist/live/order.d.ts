/** The order of a live result, kept by the client as the server would. */
import type { RecordBase } from '../schema.ts';
/** Any record, to be asked for fields by name. */
export type Row = RecordBase & Record<string, unknown>;
/** How records stand to each other. `keys` is `undefined` when only the server can tell. */
export interface Order {
    /** The fields that are compared. */
    names: string[];
    /** Compares by the fields alone; `NaN` when these two cannot be compared here. */
    byKeys(a: Row, b: Row): number;
    /** The same, and equal ones by id: no two records are equal. */
    total(a: Row, b: Row): number;
}
/** The order of a `sort`; `undefined` when it needs what a record does not hold: other records, chance, creation. */
export declare function orderOf(sort: string): Order | undefined;
