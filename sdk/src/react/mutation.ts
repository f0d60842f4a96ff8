/** Writes as a hook. */

import { useCallback, useEffect, useRef, useState } from 'react';
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

const REST = { pending: 0, error: null, data: undefined };

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
export function useMutation<A extends unknown[], R>(action: (...args: A) => Promise<R>): Mutation<A, R> {
  const [state, setState] = useState<{ pending: number; error: LugeError | null; data: R | undefined }>(REST);
  const newest = useRef(action);
  useEffect(() => {
    newest.current = action;
  });
  const mutate = useCallback(async (...args: A): Promise<R> => {
    setState((old) => ({ ...old, pending: old.pending + 1, error: null }));
    try {
      const data = await newest.current(...args);
      setState((old) => ({ ...old, pending: old.pending - 1, data }));
      return data;
    } catch (cause) {
      const error = cause instanceof LugeError ? cause : new LugeError(String(cause), { code: 'invalid', cause });
      setState((old) => ({ ...old, pending: old.pending - 1, error }));
      throw cause;
    }
  }, []);
  const reset = useCallback(() => setState((old) => ({ ...REST, pending: old.pending })), []);
  return { mutate, reset, isPending: state.pending > 0, error: state.error, data: state.data };
}
