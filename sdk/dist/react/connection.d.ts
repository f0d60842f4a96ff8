/** The connection, as a hook. */
import type { ConnectionStatus } from '../index.ts';
/**
 * How the realtime connection is.
 *
 * @example
 * function Offline() {
 *   return useConnection() === 'waiting' ? <p>Connection lost. Trying again…</p> : null;
 * }
 */
export declare function useConnection(): ConnectionStatus;
