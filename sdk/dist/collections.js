/** Collections and settings, for superusers. */
/** Collections; only for superusers. */
export class Collections {
    send;
    constructor(send) {
        this.send = send;
    }
    path(name = '', rest = '') {
        return `/api/collections${name && `/${encodeURIComponent(name)}`}${rest}`;
    }
    /**
     * All collections, or those that a filter keeps.
     *
     * @example
     * const collections = await luge.collections.list({ filter: 'system = false', sort: 'name' });
     */
    async list(options = {}) {
        const { filter = null, sort = null, ...call } = options;
        const all = [];
        for (let page = 1;; page++) {
            const query = { filter, sort, page, perPage: 500 };
            const { items } = await this.send(this.path(), { ...call, query });
            all.push(...items);
            if (items.length < 500)
                return all;
        }
    }
    /**
     * One collection, by name or id.
     *
     * @example
     * const posts = await luge.collections.get('posts');
     */
    get(name, options = {}) {
        return this.send(this.path(name), options);
    }
    /**
     * A new collection.
     *
     * @example
     * await luge.collections.create({ name: 'notes', listRule: '', fields: [{ name: 'text', type: 'text', required: true }] });
     */
    create(collection, options = {}) {
        return this.send(this.path(), { ...options, method: 'POST', body: collection });
    }
    /**
     * Changes a collection. `fields` replaces the whole list: a field that is left out is dropped with its values.
     *
     * @example
     * const { fields } = await luge.collections.get('notes');
     * await luge.collections.update('notes', { fields: [...fields, { name: 'done', type: 'bool' }] });
     */
    update(name, change, options = {}) {
        return this.send(this.path(name), { ...options, method: 'PATCH', body: change });
    }
    /**
     * Deletes a collection with its records.
     *
     * @example
     * await luge.collections.delete('notes');
     */
    async delete(name, options = {}) {
        await this.send(this.path(name), { ...options, method: 'DELETE' });
    }
    /**
     * Deletes all records of a collection.
     *
     * @example
     * await luge.collections.truncate('notes');
     */
    async truncate(name, options = {}) {
        await this.send(this.path(name, '/truncate'), { ...options, method: 'DELETE' });
    }
    /**
     * Adds and changes several collections at once; with `deleteMissing`, all others are dropped.
     *
     * @example
     * await luge.collections.import([{ name: 'notes', type: 'base', fields: [{ name: 'text', type: 'text' }] }]);
     */
    async import(collections, options = {}) {
        const { deleteMissing = false, ...call } = options;
        await this.send(this.path('import'), { ...call, method: 'PUT', body: { collections, deleteMissing } });
    }
    /**
     * An empty collection of each type, with the fields and options that it starts with.
     *
     * @example
     * const { auth } = await luge.collections.scaffolds();
     */
    scaffolds(options = {}) {
        return this.send(this.path('meta', '/scaffolds'), options);
    }
}
/** The server's settings; only for superusers. */
export class Settings {
    send;
    constructor(send) {
        this.send = send;
    }
    /**
     * All settings, without secrets.
     *
     * @example
     * const settings = await luge.settings.get();
     */
    get(options = {}) {
        return this.send('/api/settings', options);
    }
    /**
     * Changes some settings; what is left out stays.
     *
     * @example
     * await luge.settings.update({ batch: { enabled: true } });
     */
    update(change, options = {}) {
        return this.send('/api/settings', { ...options, method: 'PATCH', body: change });
    }
}
