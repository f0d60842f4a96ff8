/** Collections and settings, for superusers. */

import type { CallOptions, QueryValue, SendOptions, WriteOptions } from './transport.ts';

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
  fields?: (Partial<FieldModel> & { name: string; type?: string })[];
};

/** Collections; only for superusers. */
export class Collections {
  constructor(private readonly send: Send) {}

  private path(name = '', rest = ''): string {
    return `/api/collections${name && `/${encodeURIComponent(name)}`}${rest}`;
  }

  /**
   * All collections, or those that a filter keeps.
   *
   * @example
   * const collections = await luge.collections.list({ filter: 'system = false', sort: 'name' });
   */
  async list(options: CallOptions & { filter?: string; sort?: string } = {}): Promise<CollectionModel[]> {
    const { filter = null, sort = null, ...call } = options;
    const all: CollectionModel[] = [];
    for (let page = 1; ; page++) {
      const query: Record<string, QueryValue> = { filter, sort, page, perPage: 500 };
      const { items } = await this.send<{ items: CollectionModel[] }>(this.path(), { ...call, query });
      all.push(...items);
      if (items.length < 500) return all;
    }
  }

  /**
   * One collection, by name or id.
   *
   * @example
   * const posts = await luge.collections.get('posts');
   */
  get(name: string, options: CallOptions = {}): Promise<CollectionModel> {
    return this.send(this.path(name), options);
  }

  /**
   * A new collection.
   *
   * @example
   * await luge.collections.create({ name: 'notes', listRule: '', fields: [{ name: 'text', type: 'text', required: true }] });
   */
  create(collection: CollectionInput & { name: string }, options: WriteOptions = {}): Promise<CollectionModel> {
    return this.send(this.path(), { ...options, method: 'POST', body: collection });
  }

  /**
   * Changes a collection. `fields` replaces the whole list: a field that is left out is dropped with its values.
   *
   * @example
   * const { fields } = await luge.collections.get('notes');
   * await luge.collections.update('notes', { fields: [...fields, { name: 'done', type: 'bool' }] });
   */
  update(name: string, change: CollectionInput, options: WriteOptions = {}): Promise<CollectionModel> {
    return this.send(this.path(name), { ...options, method: 'PATCH', body: change });
  }

  /**
   * Deletes a collection with its records.
   *
   * @example
   * await luge.collections.delete('notes');
   */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.send(this.path(name), { ...options, method: 'DELETE' });
  }

  /**
   * Deletes all records of a collection.
   *
   * @example
   * await luge.collections.truncate('notes');
   */
  async truncate(name: string, options: CallOptions = {}): Promise<void> {
    await this.send(this.path(name, '/truncate'), { ...options, method: 'DELETE' });
  }

  /**
   * Adds and changes several collections at once; with `deleteMissing`, all others are dropped.
   *
   * @example
   * await luge.collections.import([{ name: 'notes', type: 'base', fields: [{ name: 'text', type: 'text' }] }]);
   */
  async import(collections: CollectionInput[], options: CallOptions & { deleteMissing?: boolean } = {}): Promise<void> {
    const { deleteMissing = false, ...call } = options;
    await this.send(this.path('import'), { ...call, method: 'PUT', body: { collections, deleteMissing } });
  }

  /**
   * An empty collection of each type, with the fields and options that it starts with.
   *
   * @example
   * const { auth } = await luge.collections.scaffolds();
   */
  scaffolds(options: CallOptions = {}): Promise<Record<'base' | 'auth' | 'view', CollectionModel>> {
    return this.send(this.path('meta', '/scaffolds'), options);
  }
}

/** The server's settings; only for superusers. */
export class Settings {
  constructor(private readonly send: Send) {}

  /**
   * All settings, without secrets.
   *
   * @example
   * const settings = await luge.settings.get();
   */
  get(options: CallOptions = {}): Promise<Record<string, Record<string, unknown>>> {
    return this.send('/api/settings', options);
  }

  /**
   * Changes some settings; what is left out stays.
   *
   * @example
   * await luge.settings.update({ batch: { enabled: true } });
   */
  update(change: Record<string, unknown>, options: WriteOptions = {}): Promise<Record<string, Record<string, unknown>>> {
    return this.send('/api/settings', { ...options, method: 'PATCH', body: change });
  }
}
