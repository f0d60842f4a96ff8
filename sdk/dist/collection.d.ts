/** Writing to a collection. */
import { Query } from './query.ts';
import type { CreateOf, Name, RecordBase, RecordOf, SchemaOf, UpdateOf } from './schema.ts';
import type { CallOptions, SendOptions, WriteOptions } from './transport.ts';
/** What a write of one record takes. */
export interface RecordWriteOptions extends WriteOptions {
    /** Relations to expand in the answer. */
    expand?: string;
    /** Refuses the write with 412 when the record has another revision by now. */
    ifMatch?: string;
}
/** A record and its revision, to be handed to `ifMatch`. */
export interface Revised<T> {
    record: T;
    /** The entity tag of this revision. */
    revision: string;
}
/** A change in the history of a record. */
export interface HistoryEntry {
    action: 'create' | 'update' | 'delete';
    /** Who did it; `null` when it was nobody that signs in. */
    actor: {
        id: string;
        collectionId: string;
        collectionName: string;
    } | null;
    /** Each field that changed. */
    changes: Record<string, {
        before: unknown;
        after: unknown;
    }>;
    /** When, as a date of the wire. */
    time: string;
    position: string;
    /** The revision that it made. */
    rev: number;
}
/** What writing needs of a client. */
export interface Writer {
    send<T>(path: string, options?: SendOptions): Promise<T>;
    answer<T>(path: string, options?: SendOptions): Promise<{
        data: T;
        headers: Headers;
    }>;
    /** Told about every record that a write gave back, and about ids that are gone. */
    wrote(record: RecordBase): void;
    deleted(collection: string, id: string): void;
}
/**
 * A collection: everything that a query can, and writing.
 *
 * @example
 * const posts = luge.from('posts');
 * const post = await posts.create({ title: 'Hello' });
 * await posts.update(post.id, { title: 'Hello again', 'views+': 1 });
 * await posts.delete(post.id);
 */
export declare class Collection<S extends SchemaOf<S>, C extends Name<S>> extends Query<S, C, RecordOf<S, C>> {
    private readonly writer;
    constructor(client: Writer & ConstructorParameters<typeof Query>[0], name: C);
    /**
     * A new record. It may be given an id with {@link newId}; files go in as `File` or `Blob`.
     *
     * @example
     * const post = await luge.from('posts').create({ title: 'Hello', status: 'draft', tags: ['rust'] });
     */
    create(body: CreateOf<S, C>, options?: RecordWriteOptions): Promise<RecordOf<S, C>>;
    /**
     * Changes some fields. `'views+': 1` adds to a number, `'tags+'` and `'tags-'` add to and take from a list.
     *
     * @example
     * await luge.from('posts').update('a1b2c3d4e5f6g7h', { status: 'live', 'tags+': ['news'] });
     */
    update(id: string, body: UpdateOf<S, C>, options?: RecordWriteOptions): Promise<RecordOf<S, C>>;
    /**
     * Changes the record with this id, or makes it.
     *
     * @example
     * await luge.from('posts').upsert({ id: 'a1b2c3d4e5f6g7h', title: 'There in any case' });
     */
    upsert(body: CreateOf<S, C> & {
        id: string;
    }, options?: RecordWriteOptions): Promise<RecordOf<S, C>>;
    /**
     * Deletes a record.
     *
     * @example
     * await luge.from('posts').delete('a1b2c3d4e5f6g7h');
     */
    delete(id: string, options?: Omit<RecordWriteOptions, 'expand' | 'onProgress'>): Promise<void>;
    /**
     * A record with its revision: change it, hand the revision to `ifMatch`, and nobody's change in between is lost.
     *
     * @example
     * const { record, revision } = await luge.from('posts').getRevision('a1b2c3d4e5f6g7h');
     * await luge.from('posts').update(record.id, { title: `${record.title}!` }, { ifMatch: revision });
     */
    getRevision(id: string, options?: SendOptions): Promise<Revised<RecordOf<S, C>>>;
    /**
     * What became of a record, the newest change first, as far as the log reaches. For superusers, and for those whom the
     * manage rule names.
     *
     * @example
     * const { items, nextBefore } = await luge.from('posts').history('a1b2c3d4e5f6g7h');
     * for (const { action, time, actor, changes } of items) console.log(time, actor?.id, action, changes.title?.after);
     * if (nextBefore) await luge.from('posts').history('a1b2c3d4e5f6g7h', { before: nextBefore });
     */
    history(id: string, { before, limit, ...call }?: CallOptions & {
        before?: number;
        limit?: number;
    }): Promise<{
        items: HistoryEntry[];
        nextBefore: number | null;
    }>;
    private write;
}
/** A write of a record as a request. */
export declare function requestOf(method: string, body: unknown, options: RecordWriteOptions): SendOptions;
