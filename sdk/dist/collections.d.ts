/** Collections and settings, for superusers. */
import type { CallOptions, SendOptions, WriteOptions } from './transport.ts';
type Send = <T>(path: string, options?: SendOptions) => Promise<T>;
/** A field of a collection; the options depend on its type. */
export interface FieldModel {
    id: string;
    name: string;
    type: string;
    system: boolean;
    hidden: boolean;
    presentable: boolean;
    required?: boolean;
    [option: string]: unknown;
}
/** A collection as superusers see it. A rule that is `null` lets nobody but superusers in, an empty one everybody. */
export interface CollectionModel {
    id: string;
    name: string;
    type: 'base' | 'auth' | 'view';
    system: boolean;
    fields: FieldModel[];
    indexes: string[];
    listRule: string | null;
    viewRule: string | null;
    createRule: string | null;
    updateRule: string | null;
    deleteRule: string | null;
    created: string;
    updated: string;
    [option: string]: unknown;
}
/** A collection to be made or changed: what is left out keeps its value. */
export type CollectionInput = Partial<Omit<CollectionModel, 'fields'>> & {
    fields?: (Partial<FieldModel> & {
        name: string;
        type?: string;
    })[];
};
/** Collections; only for superusers. */
export declare class Collections {
    private readonly send;
    constructor(send: Send);
    private path;
    /**
     * All collections, or those that a filter keeps.
     *
     * @example
     * const collections = await luge.collections.list({ filter: 'system = false', sort: 'name' });
     */
    list(options?: CallOptions & {
        filter?: string;
        sort?: string;
    }): Promise<CollectionModel[]>;
    /**
     * One collection, by name or id.
     *
     * @example
     * const posts = await luge.collections.get('posts');
     */
    get(name: string, options?: CallOptions): Promise<CollectionModel>;
    /**
     * A new collection.
     *
     * @example
     * await luge.collections.create({ name: 'notes', listRule: '', fields: [{ name: 'text', type: 'text', required: true }] });
     */
    create(collection: CollectionInput & {
        name: string;
    }, options?: WriteOptions): Promise<CollectionModel>;
    /**
     * Changes a collection. `fields` replaces the whole list: a field that is left out is dropped with its values.
     *
     * @example
     * const { fields } = await luge.collections.get('notes');
     * await luge.collections.update('notes', { fields: [...fields, { name: 'done', type: 'bool' }] });
     */
    update(name: string, change: CollectionInput, options?: WriteOptions): Promise<CollectionModel>;
    /**
     * Deletes a collection with its records.
     *
     * @example
     * await luge.collections.delete('notes');
     */
    delete(name: string, options?: CallOptions): Promise<void>;
    /**
     * Deletes all records of a collection.
     *
     * @example
     * await luge.collections.truncate('notes');
     */
    truncate(name: string, options?: CallOptions): Promise<void>;
    /**
     * Adds and changes several collections at once; with `deleteMissing`, all others are dropped.
     *
     * @example
     * await luge.collections.import([{ name: 'notes', type: 'base', fields: [{ name: 'text', type: 'text' }] }]);
     */
    import(collections: CollectionInput[], options?: CallOptions & {
        deleteMissing?: boolean;
    }): Promise<void>;
    /**
     * An empty collection of each type, with the fields and options that it starts with.
     *
     * @example
     * const { auth } = await luge.collections.scaffolds();
     */
    scaffolds(options?: CallOptions): Promise<Record<'base' | 'auth' | 'view', CollectionModel>>;
}
/** The server's settings; only for superusers. */
export declare class Settings {
    private readonly send;
    constructor(send: Send);
    /**
     * All settings, without secrets.
     *
     * @example
     * const settings = await luge.settings.get();
     */
    get(options?: CallOptions): Promise<Record<string, Record<string, unknown>>>;
    /**
     * Changes some settings; what is left out stays.
     *
     * @example
     * await luge.settings.update({ batch: { enabled: true } });
     */
    update(change: Record<string, unknown>, options?: WriteOptions): Promise<Record<string, Record<string, unknown>>>;
}
export {};
