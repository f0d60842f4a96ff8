/** The connection, as a hook. */
import { useCallback, useSyncExternalStore } from 'react';
import { useLuge } from "./context.js";
/**
 * How the realtime connection is.
 *
 * @example
 * function Offline() {
 *   return useConnection() === 'waiting' ? <p>Connection lost. Trying again…</p> : null;
 * }
 */
export function useConnection() {
    const { realtime } = useLuge();
    const subscribe = useCallback((changed) => realtime.onStatus(changed), [realtime]);
    return useSyncExternalStore(subscribe, () => realtime.status, () => 'idle');
}
