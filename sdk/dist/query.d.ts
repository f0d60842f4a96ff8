/** Reading a collection: a query that can be narrowed step by step, and what it answers. */
import { Condition, type Scalar } from './filter.ts';
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
export declare const EVERYTHING: Ask;
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
/** The address of a collection's records. */
export declare const recordsPath: (collection: string, id?: string) => string;
/**
 * A query over a collection. Each step gives a new one, so that one can be kept and narrowed in several ways.
 *
 * @example
 * const live = luge.from('posts').where((p) => eq(p.status, 'live'));
 * const newest = await live.orderBy('-created').limit(10).expand('author').list();
 * console.log(newest[0]?.expand.author?.name, await live.count());
 */
export declare class Query<S extends SchemaOf<S>, C extends Name<S>, Item extends RecordBase> implements AsyncIterable<Item> {
    protected readonly reader: Reader;
    readonly collection: C;
    readonly ask: Ask;
    constructor(reader: Reader, collection: C, ask?: Ask);
    /** With something of the question changed. */
    protected with<Next extends RecordBase = Item>(change: Partial<Ask>): Query<S, C, Next>;
    /**
     * Keeps what satisfies a condition; several calls must all be satisfied. A text is a filter of the server's language
     * with `{:name}` in the places of values.
     *
     * @example
     * await luge.from('posts').where((p) => and(eq(p.status, 'live'), gt(p.views, 10))).list();
     * await luge.from('posts').where('status = {:status} && views > {:views}', { status: 'live', views: 10 }).list();
     */
    where(condition: ((fields: Fields<S, C>) => Condition) | Condition | string, values?: Record<string, Scalar>): Query<S, C, Item>;
    /**
     * Sorts by fields, each with `-` in front for the highest first.
     *
     * @example
     * await luge.from('posts').orderBy('-views', 'title').list();
     */
    orderBy(...keys: SortKey<S, C>[]): Query<S, C, Item>;
    /**
     * Puts related records under `expand`. What the reader may not see is missing there.
     *
     * @example
     * const post = await luge.from('posts').expand('author', 'comments_via_post.author').first();
     * console.log(post?.expand.author?.name, post?.expand.comments_via_post?.[0]?.expand.author?.name);
     */
    expand<P extends ExpandPath<S, C>>(...paths: P[]): Query<S, C, Expanded<S, C, P>>;
    /**
     * Loads only some fields; the id always comes along.
     *
     * @example
     * const titles = await luge.from('posts').select('title').list();
     * console.log(titles[0]?.title);
     */
    select<K extends keyof Item & string>(...names: K[]): Query<S, C, Pick<Item, K | Extract<keyof Item, 'expand'>> & RecordBase>;
    /**
     * At most so many records.
     *
     * @example
     * await luge.from('posts').orderBy('-created').limit(3).list();
     */
    limit(count: number): Query<S, C, Item>;
    /**
     * The record with this id; rejects with 404 when there is none or the reader may not see it.
     *
     * @example
     * const post = await luge.from('posts').get('a1b2c3d4e5f6g7h');
     */
    get(id: string, options?: CallOptions): Promise<Item>;
    /**
     * All records that match, or as many as `limit` says. For very many, iterate over the query instead.
     *
     * @example
     * const posts = await luge.from('posts').list();
     */
    list(options?: CallOptions): Promise<Item[]>;
    /**
     * One page with its totals. Counting can cost more than the page: `total: false` leaves it out.
     *
     * @example
     * const { items, totalPages } = await luge.from('posts').orderBy('-created').page(2, 20);
     */
    page(page?: number, perPage?: number, options?: CallOptions & {
        total?: boolean;
    }): Promise<Page<Item>>;
    /**
     * The first record, or `null`.
     *
     * @example
     * const newest = await luge.from('posts').orderBy('-created').first();
     */
    first(options?: CallOptions): Promise<Item | null>;
    /**
     * How many records match.
     *
     * @example
     * const drafts = await luge.from('posts').where((p) => eq(p.status, 'draft')).count();
     */
    count(options?: CallOptions): Promise<number>;
    /**
     * How the server would answer: index, rows read and kept, time. Only for superusers.
     *
     * @example
     * console.log(await luge.from('posts').where((p) => eq(p.status, 'live')).explain());
     */
    explain(options?: CallOptions): Promise<Record<string, unknown>>;
    /**
     * Every record, fetched in pages that stay right while others write.
     *
     * @example
     * for await (const post of luge.from('posts').orderBy('created')) console.log(post.title);
     */
    [Symbol.asyncIterator](): AsyncGenerator<Item>;
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
    /**
     * The live result as it is now, without waiting: `loading` when nobody watches it yet.
     *
     * @example
     * console.log(luge.from('posts').limit(20).peek().status);
     */
    peek(): LiveState<Item>;
    /** The states one after another; those that came while the reader was busy are left out but for the newest. */
    private states;
    private chunks;
    private load;
    /** The parameters for how a record is shown. */
    protected shape(): Record<string, QueryValue>;
    /** An expand that found nothing is an empty one, so that reading below it is safe. */
    protected shaped<T extends RecordBase>(item: T): T;
}
/** `expand` and `fields` of the address. */
export declare function shapeOf({ expand, fields }: Ask): Record<string, QueryValue>;
