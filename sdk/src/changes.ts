/** The change feed: the log as its reader may see it. */

import type { Name, RecordOf, SchemaOf } from './schema.ts';
import type { CallOptions, SendOptions } from './transport.ts';

/** A change of a record. */
export type Change<S extends SchemaOf<S>, C extends Name<S> = Name<S>> = {
  [K in C]: {
    /** `create`: it can be seen now and could not before. `delete`: it is gone, or cannot be seen any more; then only its ids are there. */
    action: 'create' | 'update' | 'delete';
    collection: K;
    record: RecordOf<S, K>;
    /** Where in the log: what `since` goes on from. */
    position: string;
    /** The same for all changes of a transaction. */
    tx: number;
    time: string;
  };
}[C];

/** Which changes. */
export interface ChangesOptions<C extends string> extends Omit<CallOptions, 'timeout'> {
  /** The position to go on from; without it, from now on. */
  since?: string;
  /** Only these collections. */
  collections?: C[];
  /** Only records that match this filter; goes with one collection. */
  filter?: string;
  /** Whether to wait for what comes next; on unless said. Off, it ends when everything has been told. */
  follow?: boolean;
}

/** In seconds. */
const WAIT = 25;

/** Follows the feed; see `Luge.changes`. */
export async function* changes<S extends SchemaOf<S>, C extends Name<S>>(
  send: <T>(path: string, options: SendOptions) => Promise<T>,
  { since = '', collections = [], filter, follow = true, ...call }: ChangesOptions<C>,
): AsyncGenerator<Change<S, C>> {
  const limit = 500;
  for (let at = since; ; ) {
    const query = { since: at || null, collection: collections.join() || null, filter, limit, wait: follow ? WAIT : null };
    const { items, position } = await send<{ items: Change<S, C>[]; position: string }>('/api/changes', {
      ...call,
      query,
      timeout: (WAIT + 30) * 1000,
    });
    yield* items;
    if (!follow && items.length < limit) return;
    at = position;
  }
}
