/** Reading a collection: a query that can be narrowed step by step, and what it answers. */
import { and, bind, Condition, fields } from "./filter.js";
/** Everything, in the order of creation. */
export const EVERYTHING = { filter: '', sort: '', expand: '', fields: '', limit: 0 };
/** As many records as one request fetches. */
const CHUNK = 500;
/** The address of a collection's records. */
export const recordsPath = (collection, id) => `/api/collections/${encodeURIComponent(collection)}/records${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
/**
 * A query over a collection. Each step gives a new one, so that one can be kept and narrowed in several ways.
 *
 * @example
 * const live = luge.from('posts').where((p) => eq(p.status, 'live'));
 * const newest = await live.orderBy('-created').limit(10).expand('author').list();
 * console.log(newest[0]?.expand.author?.name, await live.count());
 */
export class Query {
    reader;
    collection;
    ask;
    constructor(reader, collection, ask = EVERYTHING) {
        this.reader = reader;
        this.collection = collection;
        this.ask = ask;
    }
    /** With something of the question changed. */
    with(change) {
        return new Query(this.reader, this.collection, { ...this.ask, ...change });
    }
    /**
     * Keeps what satisfies a condition; several calls must all be satisfied. A text is a filter of the server's language
     * with `{:name}` in the places of values.
     *
     * @example
     * await luge.from('posts').where((p) => and(eq(p.status, 'live'), gt(p.views, 10))).list();
     * await luge.from('posts').where('status = {:status} && views > {:views}', { status: 'live', views: 10 }).list();
     */
    where(condition, values = {}) {
        if (typeof condition === 'string' && !condition.trim())
            return this.with({});
        const next = typeof condition === 'string'
            ? new Condition(`(${bind(condition, values)})`)
            : condition instanceof Condition
                ? condition
                : condition(fields());
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
    orderBy(...keys) {
        return this.with({ sort: keys.join(',') });
    }
    /**
     * Puts related records under `expand`. What the reader may not see is missing there.
     *
     * @example
     * const post = await luge.from('posts').expand('author', 'comments_via_post.author').first();
     * console.log(post?.expand.author?.name, post?.expand.comments_via_post?.[0]?.expand.author?.name);
     */
    expand(...paths) {
        return this.with({ expand: paths.join(',') });
    }
    /**
     * Loads only some fields; the id always comes along.
     *
     * @example
     * const titles = await luge.from('posts').select('title').list();
     * console.log(titles[0]?.title);
     */
    select(...names) {
        return this.with({ fields: names.join(',') });
    }
    /**
     * At most so many records.
     *
     * @example
     * await luge.from('posts').orderBy('-created').limit(3).list();
     */
    limit(count) {
        return this.with({ limit: count });
    }
    /**
     * The record with this id; rejects with 404 when there is none or the reader may not see it.
     *
     * @example
     * const post = await luge.from('posts').get('a1b2c3d4e5f6g7h');
     */
    async get(id, options = {}) {
        const query = this.shape();
        return this.shaped(await this.reader.send(recordsPath(this.collection, id), { ...options, query }));
    }
    /**
     * All records that match, or as many as `limit` says. For very many, iterate over the query instead.
     *
     * @example
     * const posts = await luge.from('posts').list();
     */
    async list(options = {}) {
        const items = [];
        for await (const chunk of this.chunks(options))
            items.push(...chunk);
        return items;
    }
    /**
     * One page with its totals. Counting can cost more than the page: `total: false` leaves it out.
     *
     * @example
     * const { items, totalPages } = await luge.from('posts').orderBy('-created').page(2, 20);
     */
    async page(page = 1, perPage = 30, options = {}) {
        const { total, ...call } = options;
        const answer = await this.load({ page, perPage, skipTotal: total === false ? 1 : undefined }, call);
        return { ...answer, items: answer.items.map((item) => this.shaped(item)) };
    }
    /**
     * The first record, or `null`.
     *
     * @example
     * const newest = await luge.from('posts').orderBy('-created').first();
     */
    async first(options = {}) {
        const { items } = await this.page(1, 1, { ...options, total: false });
        return items[0] ?? null;
    }
    /**
     * How many records match.
     *
     * @example
     * const drafts = await luge.from('posts').where((p) => eq(p.status, 'draft')).count();
     */
    async count(options = {}) {
        return (await this.load({ page: 1, perPage: 1, fields: 'id', expand: null, sort: null }, options)).totalItems;
    }
    /**
     * How the server would answer: index, rows read and kept, time. Only for superusers.
     *
     * @example
     * console.log(await luge.from('posts').where((p) => eq(p.status, 'live')).explain());
     */
    async explain(options = {}) {
        return (await this.load({ explain: 1 }, options)).explain;
    }
    /**
     * Every record, fetched in pages that stay right while others write.
     *
     * @example
     * for await (const post of luge.from('posts').orderBy('created')) console.log(post.title);
     */
    async *[Symbol.asyncIterator]() {
        for await (const chunk of this.chunks({}))
            yield* chunk;
    }
    live(first, second = {}) {
        if (typeof first !== 'function')
            return this.states(first ?? {});
        const stop = this.reader.live(this.collection, this.ask, first);
        second.signal?.addEventListener('abort', stop, { once: true });
        if (second.signal?.aborted)
            stop();
        return stop;
    }
    /**
     * The live result as it is now, without waiting: `loading` when nobody watches it yet.
     *
     * @example
     * console.log(luge.from('posts').limit(20).peek().status);
     */
    peek() {
        return this.reader.peek(this.collection, this.ask);
    }
    /** The states one after another; those that came while the reader was busy are left out but for the newest. */
    async *states({ signal }) {
        let newest;
        let wake = () => { };
        const stop = this.live((state) => {
            newest = state;
            wake();
        });
        signal?.addEventListener('abort', () => wake(), { once: true });
        try {
            while (!signal?.aborted) {
                const state = newest;
                newest = undefined;
                if (state)
                    yield state;
                else
                    await new Promise((done) => (wake = done));
            }
        }
        finally {
            stop();
        }
    }
    async *chunks(options) {
        const { limit, sort } = this.ask;
        let left = limit || Infinity;
        // A random order has no cursors.
        const paged = sort.includes('@random');
        for (let cursor = '', page = 1; cursor !== null && left > 0; page++) {
            const perPage = Math.min(CHUNK, limit && !paged ? left : CHUNK);
            const from = paged ? { page } : { cursor };
            const answer = await this.load({ ...from, perPage, skipTotal: 1 }, options);
            const items = answer.items.slice(0, left);
            left -= items.length;
            cursor = paged ? (items.length < CHUNK ? null : '') : (answer.nextCursor ?? null);
            yield items.map((item) => this.shaped(item));
        }
    }
    load(query, options) {
        const { filter, sort } = this.ask;
        return this.reader.send(recordsPath(this.collection), {
            ...options,
            query: { filter: filter || null, sort: sort || null, ...this.shape(), ...query },
        });
    }
    /** The parameters for how a record is shown. */
    shape() {
        return shapeOf(this.ask);
    }
    /** An expand that found nothing is an empty one, so that reading below it is safe. */
    shaped(item) {
        return this.ask.expand ? { ...item, expand: item.expand ?? {} } : item;
    }
}
/** `expand` and `fields` of the address. */
export function shapeOf({ expand, fields }) {
    return { expand: expand || null, fields: fields ? `id,collectionId,collectionName,${fields}${expand ? ',expand' : ''}` : null };
}
