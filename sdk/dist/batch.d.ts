/** Several writes as one transaction. */
import type { CreateOf, Name, RecordOf, SchemaOf, UpdateOf } from './schema.ts';
import type { SendOptions, WriteOptions } from './transport.ts';
declare const RESULT: unique symbol;
/** A step of a batch; its type parameter is what it gives. */
export interface Step<T> {
    method: string;
    url: string;
    body?: unknown;
    ifMatch?: string;
    readonly [RESULT]?: T;
}
/** What a step takes. */
export interface StepOptions {
    /** Refuses the whole batch when this record has another revision by now. */
    ifMatch?: string;
    /** Relations to expand in the answer. */
    expand?: string;
}
/** Makes the steps of a batch. */
export interface Steps<S extends SchemaOf<S>> {
    create<C extends Name<S>>(collection: C, body: CreateOf<S, C>, options?: StepOptions): Step<RecordOf<S, C>>;
    update<C extends Name<S>>(collection: C, id: string, body: UpdateOf<S, C>, options?: StepOptions): Step<RecordOf<S, C>>;
    /** Changes the record with the id in the body, or makes it. */
    upsert<C extends Name<S>>(collection: C, body: CreateOf<S, C>, options?: StepOptions): Step<RecordOf<S, C>>;
    delete<C extends Name<S>>(collection: C, id: string, options?: StepOptions): Step<null>;
}
/** The results of steps, in their order. */
export type Results<T extends readonly Step<unknown>[]> = {
    -readonly [K in keyof T]: T[K] extends Step<infer R> ? R : never;
};
/** The steps, which are the same for every schema. */
export declare const STEPS: Steps<never>;
/** Sends the steps; see `Luge.batch`. */
export declare function batch<S extends SchemaOf<S>, T extends readonly Step<unknown>[]>(send: <R>(path: string, options: SendOptions) => Promise<R>, build: (steps: Steps<S>) => readonly [...T], options?: WriteOptions): Promise<Results<T>>;
export {};
