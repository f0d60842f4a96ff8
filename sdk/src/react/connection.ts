/** The connection, as a hook. */

import { useCallback, useSyncExternalStore } from 'react';
import type { ConnectionStatus } from '../index.ts';
import { useLuge } from './context.ts';

/**
 * How the realtime connection is.
 *
 * @example
 * function Offline() {
 *   return useConnection() === 'waiting' ? <p>Connection lost. Trying again…</p> : null;
 * }
 */
export function useConnection(): ConnectionStatus {
  const { realtime } = useLuge();
  const subscribe = useCallback((changed: () => void) => realtime.onStatus(changed), [realtime]);
  return useSyncExternalStore(
    subscribe,
    () => realtime.status,
    () => 'idle',
  );
}
