/** Reading a collection: a query that can be narrowed step by step, and what it answers. */

import { and, bind, Condition, fields, type Scalar } from './filter.ts';
import type { LiveState } from './live/state.ts';
import type { Expanded, ExpandPath, Fields, Name, RecordBase, SchemaOf, SortKey } from './schema.ts';
import type { CallOptions, QueryValue, SendOptions } from './transport.ts';

/** What a query asks for, in the words of the wire. */
export interface Ask {
  filter: string;
  sort: string;
  expand: string;
  fields: string;
  limit: number;
  /** Whether a record satisfies the filter, where the client can tell. */
  test?: (row: Record<string, unknown>) => boolean | undefined;
}

/** Everything, in the order of creation. */
export const EVERYTHING: Ask = { filter: '', sort: '', expand: '', fields: '', limit: 0 };

/** A page of a list. */
export interface Page<T> {
  items: T[];
  page: number;
  perPage: number;
  /** -1 when it was not counted. */
  totalItems: number;
  totalPages: number;
}

/** How a live query is watched. */
export interface LiveOptions {
  /** Ends it. */
  signal?: AbortSignal;
}

/** What a query needs of its client. */
export interface Reader {
  send<T>(path: string, options?: SendOptions): Promise<T>;
  live<T extends RecordBase>(collection: string, ask: Ask, told: (state: LiveState<T>) => void): () => void;
  peek<T extends RecordBase>(collection: string, ask: Ask): LiveState<T>;
}

/** As many records as one request fetches. */
const CHUNK = 500;

/** The address of a collection's records. */
export const recordsPath = (collection: string, id?: string): string =>
  `/api/collections/${encodeURIComponent(collection)}/records${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

/**
 * A query over a collection. Each step gives a new one, so that one can be kept and narrowed in several ways.
 *
 * @example
 * const live = luge.from('posts').where((p) => eq(p.status, 'live'));
 * const newest = await live.orderBy('-created').limit(10).expand('author').list();
 * console.log(newest[0]?.expand.author?.name, await live.count());
 */
export class Query<S extends SchemaOf<S>, C extends Name<S>, Item extends RecordBase> implements AsyncIterable<Item> {
  constructor(
    protected readonly reader: Reader,
    readonly collection: C,
    readonly ask: Ask = EVERYTHING,
  ) {}

  /** With something of the question changed. */
  protected with<Next extends RecordBase = Item>(change: Partial<Ask>): Query<S, C, Next> {
    return new Query<S, C, Next>(this.reader, this.collection, { ...this.ask, ...change });
  }

  /**
   * Keeps what satisfies a condition; several calls must all be satisfied. A text is a filter of the server's language
   * with `{:name}` in the places of values.
   *
   * @example
   * await luge.from('posts').where((p) => and(eq(p.status, 'live'), gt(p.views, 10))).list();
   * await luge.from('posts').where('status = {:status} && views > {:views}', { status: 'live', views: 10 }).list();
   */
  where(
    condition: ((fields: Fields<S, C>) => Condition) | Condition | string,
    values: Record<string, Scalar> = {},
  ): Query<S, C, Item> {
    if (typeof condition === 'string' && !condition.trim()) return this.with({});
    const next =
      typeof condition === 'string'
        ? new Condition(`(${bind(condition, values)})`)
        : condition instanceof Condition
          ? condition
          : condition(fields<S, C>());
    const { filter, test } = this.ask;
    const both = and(filter && new Condition(filter, test), next);
    return this.with({ filter: both.text, test: both.test });
  }

  /**
   * Sorts by fields, each with `-` in front for the highest first.
   *
   * @example
   * await luge.from('posts').orderBy('-views', 'title').list();
   */
  orderBy(...keys: SortKey<S, C>[]): Query<S, C, Item> {
    return this.with({ sort: keys.join(',') });
  }

  /**
   * Puts related records under `expand`. What the reader may not see is missing there.
   *
   * @example
   * const post = await luge.from('posts').expand('author', 'comments_via_post.author').first();
   * console.log(post?.expand.author?.name, post?.expand.comments_via_post?.[0]?.expand.author?.name);
   */
  expand<P extends ExpandPath<S, C>>(...paths: P[]): Query<S, C, Expanded<S, C, P>> {
    return this.with<Expanded<S, C, P>>({ expand: paths.join(',') });
  }

  /**
   * Loads only some fields; the id always comes along.
   *
   * @example
   * const titles = await luge.from('posts').select('title').list();
   * console.log(titles[0]?.title);
   */
  select<K extends keyof Item & string>(...names: K[]): Query<S, C, Pick<Item, K | Extract<keyof Item, 'expand'>> & RecordBase> {
    return this.with<Pick<Item, K | Extract<keyof Item, 'expand'>> & RecordBase>({ fields: names.join(',') });
  }

  /**
   * At most so many records.
   *
   * @example
   * await luge.from('posts').orderBy('-created').limit(3).list();
   */
  limit(count: number): Query<S, C, Item> {
    return this.with({ limit: count });
  }

  /**
   * The record with this id; rejects with 404 when there is none or the reader may not see it.
   *
   * @example
   * const post = await luge.from('posts').get('a1b2c3d4e5f6g7h');
   */
  async get(id: string, options: CallOptions = {}): Promise<Item> {
    const query = this.shape();
    return this.shaped(await this.reader.send<Item>(recordsPath(this.collection, id), { ...options, query }));
  }

  /**
   * All records that match, or as many as `limit` says. For very many, iterate over the query instead.
   *
   * @example
   * const posts = await luge.from('posts').list();
   */
  async list(options: CallOptions = {}): Promise<Item[]> {
    const items: Item[] = [];
    for await (const chunk of this.chunks(options)) items.push(...chunk);
    return items;
  }

  /**
   * One page with its totals. Counting can cost more than the page: `total: false` leaves it out.
   *
   * @example
   * const { items, totalPages } = await luge.from('posts').orderBy('-created').page(2, 20);
   */
  async page(page = 1, perPage = 30, options: CallOptions & { total?: boolean } = {}): Promise<Page<Item>> {
    const { total, ...call } = options;
    const answer = await this.load<Page<Item>>({ page, perPage, skipTotal: total === false ? 1 : undefined }, call);
    return { ...answer, items: answer.items.map((item) => this.shaped(item)) };
  }

  /**
   * The first record, or `null`.
   *
   * @example
   * const newest = await luge.from('posts').orderBy('-created').first();
   */
  async first(options: CallOptions = {}): Promise<Item | null> {
    const { items } = await this.page(1, 1, { ...options, total: false });
    return items[0] ?? null;
  }

  /**
   * How many records match.
   *
   * @example
   * const drafts = await luge.from('posts').where((p) => eq(p.status, 'draft')).count();
   */
  async count(options: CallOptions = {}): Promise<number> {
    return (await this.load<Page<Item>>({ page: 1, perPage: 1, fields: 'id', expand: null, sort: null }, options)).totalItems;
  }

  /**
   * How the server would answer: index, rows read and kept, time. Only for superusers.
   *
   * @example
   * console.log(await luge.from('posts').where((p) => eq(p.status, 'live')).explain());
   */
  async explain(options: CallOptions = {}): Promise<Record<string, unknown>> {
    return (await this.load<{ explain: Record<string, unknown> }>({ explain: 1 }, options)).explain;
  }

  /**
   * Every record, fetched in pages that stay right while others write.
   *
   * @example
   * for await (const post of luge.from('posts').orderBy('created')) console.log(post.title);
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for await (const chunk of this.chunks({})) yield* chunk;
  }

  /**
   * The result, and again whenever it changes, across lost connections and restarts of the server. With a callback it
   * returns what ends it; without one it is iterated over.
   *
   * @example
   * const stop = luge.from('posts').orderBy('-created').limit(20).live(({ items, status }) => console.log(status, items.length));
   * stop();
   * for await (const { items } of luge.from('posts').live()) {
   *   if (items.length > 3) break;
   * }
   */
  live(callback: (state: LiveState<Item>) => void, options?: LiveOptions): () => void;
  live(options?: LiveOptions): AsyncIterableIterator<LiveState<Item>>;
  live(
    first?: ((state: LiveState<Item>) => void) | LiveOptions,
    second: LiveOptions = {},
  ): (() => void) | AsyncIterableIterator<LiveState<Item>> {
    if (typeof first !== 'function') return this.states(first ?? {});
    const stop = this.reader.live<Item>(this.collection, this.ask, first);
    second.signal?.addEventListener('abort', stop, { once: true });
    if (second.signal?.aborted) stop();
    return stop;
  }

  /**
   * The live result as it is now, without waiting: `loading` when nobody watches it yet.
   *
   * @example
   * console.log(luge.from('posts').limit(20).peek().status);
   */
  peek(): LiveState<Item> {
    return this.reader.peek<Item>(this.collection, this.ask);
  }

  /** The states one after another; those that came while the reader was busy are left out but for the newest. */
  private async *states({ signal }: LiveOptions): AsyncGenerator<LiveState<Item>> {
    let newest: LiveState<Item> | undefined;
    let wake = () => {};
    const stop = this.live((state) => {
      newest = state;
      wake();
    });
    signal?.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!signal?.aborted) {
        const state: LiveState<Item> | undefined = newest;
        newest = undefined;
        if (state) yield state;
        else await new Promise<void>((done) => (wake = done));
      }
    } finally {
      stop();
    }
  }

  private async *chunks(options: CallOptions): AsyncGenerator<Item[]> {
    const { limit, sort } = this.ask;
    let left = limit || Infinity;
    // A random order has no cursors.
    const paged = sort.includes('@random');
    for (let cursor: string | null = '', page = 1; cursor !== null && left > 0; page++) {
      const perPage = Math.min(CHUNK, limit && !paged ? left : CHUNK);
      const from: Record<string, QueryValue> = paged ? { page } : { cursor };
      const answer: { items: Item[]; nextCursor?: string | null } = await this.load({ ...from, perPage, skipTotal: 1 }, options);
      const items = answer.items.slice(0, left);
      left -= items.length;
      cursor = paged ? (items.length < CHUNK ? null : '') : (answer.nextCursor ?? null);
      yield items.map((item) => this.shaped(item));
    }
  }

  private load<T>(query: Record<string, QueryValue>, options: CallOptions): Promise<T> {
    const { filter, sort } = this.ask;
    return this.reader.send<T>(recordsPath(this.collection), {
      ...options,
      query: { filter: filter || null, sort: sort || null, ...this.shape(), ...query },
    });
  }

  /** The parameters for how a record is shown. */
  protected shape(): Record<string, QueryValue> {
    return shapeOf(this.ask);
  }

  /** An expand that found nothing is an empty one, so that reading below it is safe. */
  protected shaped<T extends RecordBase>(item: T): T {
    return this.ask.expand ? { ...item, expand: (item as { expand?: unknown }).expand ?? {} } : item;
  }
}

/** `expand` and `fields` of the address. */
export function shapeOf({ expand, fields }: Ask): Record<string, QueryValue> {
  return { expand: expand || null, fields: fields ? `id,collectionId,collectionName,${fields}${expand ? ',expand' : ''}` : null };
}
