/** Optimistic writes: shown at once, replaced by the server's change, taken back with its error. */
import { type Results, type Step, type Steps } from './batch.ts';
import type { Overlay } from './live/overlay.ts';
import type { SchemaOf } from './schema.ts';
import type { Answer, SendOptions, WriteOptions } from './transport.ts';
/** What an optimistic write needs of its client. */
export interface Mutator {
    request<T>(path: string, options: SendOptions): Promise<Answer<T>>;
    overlay: Overlay;
}
/** One result for one step, a tuple for several. */
export type Mutated<T> = T extends Step<infer R> ? R : T extends readonly Step<unknown>[] ? Results<T> : never;
/** Does what `build` says; see `Luge.mutate`. */
export declare function mutate<S extends SchemaOf<S>, T>(mutator: Mutator, build: (steps: Steps<S>) => T, options?: WriteOptions): Promise<Mutated<T>>;
