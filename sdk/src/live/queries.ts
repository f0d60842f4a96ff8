/** All live queries of a client: those who ask the same share one. */

import type { Ask } from '../query.ts';
import type { Message, Pipe } from '../realtime/socket.ts';
import type { RecordBase } from '../schema.ts';
import { randomId } from '../wait.ts';
import { Overlay } from './overlay.ts';
import { LiveQuery } from './query.ts';
import type { LiveState } from './state.ts';

/** A query that nobody watches is kept so long: whoever comes back to it need not load it again. In milliseconds. */
const LINGER = 1500;

/** The live queries of a client. */
export class LiveQueries {
  readonly overlay = new Overlay((collections) => this.touched(collections));
  private readonly queries = new Map<string, LiveQuery>();
  private readonly named = new Map<string, LiveQuery>();
  private readonly prefix = randomId(6);
  private count = 0;

  constructor(
    private readonly pipe: Pipe,
    /** Whether the pipe may be closed now. */
    private readonly idle: () => void,
  ) {}

  /** The query for these words, which is not watched yet. */
  get(collection: string, ask: Ask): LiveQuery {
    const key = JSON.stringify([collection, ask]);
    let query = this.queries.get(key);
    if (!query) {
      query = new LiveQuery(`${this.prefix}${++this.count}`, collection, ask, this.pipe, this.overlay);
      this.queries.set(key, query);
      this.named.set(query.name, query);
      this.forgetLater(key, query);
    }
    return query;
  }

  /** Watches a query; the callback gets the result when there is one, and each new one. Returns what ends that. */
  watch<T extends RecordBase>(collection: string, ask: Ask, told: (state: LiveState<T>) => void): () => void {
    const query = this.get(collection, ask);
    const key = JSON.stringify([collection, ask]);
    // A function of its own, so that the same callback can watch twice.
    const watcher = (state: LiveState<never>) => told(state as unknown as LiveState<T>);
    query.watchers.add(watcher as never);
    if (!query.started) {
      query.started = true;
      this.pipe.open();
      if (this.pipe.status === 'open') query.up();
    } else if (query.state.status !== 'loading')
      queueMicrotask(() => query.watchers.has(watcher as never) && watcher(query.state as never));
    return () => {
      if (query.watchers.delete(watcher as never)) this.forgetLater(key, query);
    };
  }

  /** Whether anything is watched or kept. */
  get size(): number {
    return this.queries.size;
  }

  /** The connection is open, perhaps again. */
  up(): void {
    for (const query of this.queries.values()) if (query.started) query.up();
  }

  /** The connection is lost. */
  down(): void {
    for (const query of this.queries.values()) query.down();
  }

  /** Somebody else is asking from now on. */
  forget(): void {
    for (const query of this.queries.values()) if (query.started) query.forget();
  }

  /** A message of the server. */
  heard(message: Message): void {
    for (const sub of message.subs ?? [message.sub ?? '']) this.named.get(sub.split('.')[0] as string)?.heard(message, sub);
  }

  private touched(collections: string[]): void {
    for (const query of this.queries.values()) if (query.started && collections.includes(query.collection)) query.show();
  }

  private forgetLater(key: string, query: LiveQuery): void {
    setTimeout(() => {
      if (query.watchers.size || this.queries.get(key) !== query) return;
      this.queries.delete(key);
      this.named.delete(query.name);
      query.end();
      if (!this.queries.size) this.idle();
    }, LINGER);
  }
}
