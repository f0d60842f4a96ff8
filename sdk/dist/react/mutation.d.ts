/** Writes as a hook. */
import { LugeError } from '../index.ts';
/** What {@link useMutation} gives. */
export interface Mutation<A extends unknown[], R> {
    /** Does it. Rejects with the error that `error` shows as well. */
    mutate(...args: A): Promise<R>;
    /** Whether it is under way. */
    readonly isPending: boolean;
    /** Why the last one failed. */
    readonly error: LugeError | null;
    /** What the last one gave. */
    readonly data: R | undefined;
    /** Forgets error and data. */
    reset(): void;
}
/**
 * A write with what a form shows about it. What it does is up to the function: `luge.mutate` for one that is shown at once.
 *
 * @example
 * function Rename({ id }: { id: string }) {
 *   const luge = useLuge<Schema>();
 *   const { mutate, isPending, error } = useMutation((title: string) => luge.mutate((tx) => tx.update('posts', id, { title })));
 *   return (
 *     <>
 *       <button disabled={isPending} onClick={() => mutate('A better title').catch(() => {})}>Rename</button>
 *       {error && <p>{error.field('title')?.message ?? error.message}</p>}
 *     </>
 *   );
 * }
 */
export declare function useMutation<A extends unknown[], R>(action: (...args: A) => Promise<R>): Mutation<A, R>;
