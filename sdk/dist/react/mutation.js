/** Writes as a hook. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { LugeError } from "../index.js";
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
export function useMutation(action) {
    const [state, setState] = useState(REST);
    const newest = useRef(action);
    useEffect(() => {
        newest.current = action;
    });
    const mutate = useCallback(async (...args) => {
        setState((old) => ({ ...old, pending: old.pending + 1, error: null }));
        try {
            const data = await newest.current(...args);
            setState((old) => ({ ...old, pending: old.pending - 1, data }));
            return data;
        }
        catch (cause) {
            const error = cause instanceof LugeError ? cause : new LugeError(String(cause), { code: 'invalid', cause });
            setState((old) => ({ ...old, pending: old.pending - 1, error }));
            throw cause;
        }
    }, []);
    const reset = useCallback(() => setState((old) => ({ ...REST, pending: old.pending })), []);
    return { mutate, reset, isPending: state.pending > 0, error: state.error, data: state.data };
}
