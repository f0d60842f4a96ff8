/** What a live query shows. */

import type { LugeError } from '../error.ts';

/** `live`: as it is on the server now. `stale`: as it was when the connection was lost. `failed`: see `error`. */
export type LiveStatus = 'loading' | 'live' | 'stale' | 'failed';

/** The result of a live query at one moment. It never changes; a new one comes instead. */
export interface LiveState<T> {
  readonly items: readonly T[];
  readonly status: LiveStatus;
  /** Why the server refuses the query. */
  readonly error: LugeError | null;
  /** The ids of records that show a write which the server has not confirmed yet. */
  readonly pending: ReadonlySet<string>;
}

/** A position of the log: whether `a` is at or after `b`. */
export function reached(a: string, b: string): boolean {
  const [[epochA, seqA], [epochB, seqB]] = [a.split(':').map(Number), b.split(':').map(Number)];
  return epochA === epochB && (seqA ?? -1) >= (seqB ?? 0);
}
