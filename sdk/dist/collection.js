/** Writing to a collection. */
import { LugeError } from "./error.js";
import { Query, recordsPath, shapeOf } from "./query.js";
/**
 * A collection: everything that a query can, and writing.
 *
 * @example
 * const posts = luge.from('posts');
 * const post = await posts.create({ title: 'Hello' });
 * await posts.update(post.id, { title: 'Hello again', 'views+': 1 });
 * await posts.delete(post.id);
 */
export class Collection extends Query {
    writer;
    constructor(client, name) {
        super(client, name);
        this.writer = client;
    }
    /**
     * A new record. It may be given an id with {@link newId}; files go in as `File` or `Blob`.
     *
     * @example
     * const post = await luge.from('posts').create({ title: 'Hello', status: 'draft', tags: ['rust'] });
     */
    create(body, options = {}) {
        return this.write('POST', undefined, body, options);
    }
    /**
     * Changes some fields. `'views+': 1` adds to a number, `'tags+'` and `'tags-'` add to and take from a list.
     *
     * @example
     * await luge.from('posts').update('a1b2c3d4e5f6g7h', { status: 'live', 'tags+': ['news'] });
     */
    update(id, body, options = {}) {
        return this.write('PATCH', id, body, options);
    }
    /**
     * Changes the record with this id, or makes it.
     *
     * @example
     * await luge.from('posts').upsert({ id: 'a1b2c3d4e5f6g7h', title: 'There in any case' });
     */
    async upsert(body, options = {}) {
        const { idempotencyKey: _, ...rest } = options;
        for (let attempt = 0;; attempt++) {
            try {
                return await this.write('PATCH', body.id, body, rest);
            }
            catch (error) {
                if (!(error instanceof LugeError) || error.status !== 404 || attempt)
                    throw error;
            }
            try {
                return await this.write('POST', undefined, body, rest);
            }
            catch (error) {
                // Somebody made it between the two.
                if (!(error instanceof LugeError) || !error.field('id') || attempt)
                    throw error;
            }
        }
    }
    /**
     * Deletes a record.
     *
     * @example
     * await luge.from('posts').delete('a1b2c3d4e5f6g7h');
     */
    async delete(id, options = {}) {
        await this.writer.send(recordsPath(this.collection, id), requestOf('DELETE', undefined, options));
        this.writer.deleted(this.collection, id);
    }
    /**
     * A record with its revision: change it, hand the revision to `ifMatch`, and nobody's change in between is lost.
     *
     * @example
     * const { record, revision } = await luge.from('posts').getRevision('a1b2c3d4e5f6g7h');
     * await luge.from('posts').update(record.id, { title: `${record.title}!` }, { ifMatch: revision });
     */
    async getRevision(id, options = {}) {
        const { data, headers } = await this.writer.answer(recordsPath(this.collection, id), options);
        return { record: data, revision: headers.get('etag') ?? '' };
    }
    /**
     * What became of a record, the newest change first, as far as the log reaches. For superusers, and for those whom the
     * manage rule names.
     *
     * @example
     * const { items, nextBefore } = await luge.from('posts').history('a1b2c3d4e5f6g7h');
     * for (const { action, time, actor, changes } of items) console.log(time, actor?.id, action, changes.title?.after);
     * if (nextBefore) await luge.from('posts').history('a1b2c3d4e5f6g7h', { before: nextBefore });
     */
    history(id, { before, limit, ...call } = {}) {
        return this.writer.send(`${recordsPath(this.collection, id)}/history`, { ...call, query: { before, limit } });
    }
    async write(method, id, body, options) {
        const record = await this.writer.send(recordsPath(this.collection, id), requestOf(method, body, options));
        this.writer.wrote(record);
        return record;
    }
}
/** A write of a record as a request. */
export function requestOf(method, body, options) {
    const { expand = '', ifMatch, ...call } = options;
    const headers = ifMatch ? { ...call.headers, 'If-Match': ifMatch } : call.headers;
    return {
        ...call,
        headers,
        method,
        body,
        query: shapeOf({ filter: '', sort: '', fields: '', limit: 0, expand }),
        repeatable: true,
    };
}
