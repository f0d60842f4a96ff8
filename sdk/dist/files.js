/** The addresses of stored files. */
/** Stored files. */
export class Files {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    /**
     * The address of a file; empty when the record has none.
     *
     * @example
     * const ann = await luge.from('users').get('a1b2c3d4e5f6g7h');
     * const picture = luge.files.url(ann, ann.avatar, { thumb: '100x100' });
     */
    url(record, name, options = {}) {
        if (!record.id || !name)
            return '';
        const parts = [record.collectionId || record.collectionName, record.id, name].map(encodeURIComponent);
        const { thumb = null, token = null, download } = options;
        return this.transport.address(`/api/files/${parts.join('/')}`, { thumb, token, download: download || null });
    }
    /**
     * A short-lived token for addresses of protected files.
     *
     * @example
     * const ann = await luge.from('users').get('a1b2c3d4e5f6g7h');
     * const address = luge.files.url(ann, ann.avatar, { token: await luge.files.token() });
     */
    async token(options = {}) {
        return (await this.transport.request('/api/files/token', { ...options, method: 'POST' })).data.token;
    }
}
