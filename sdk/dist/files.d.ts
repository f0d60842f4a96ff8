/** The addresses of stored files. */
import type { RecordBase } from './schema.ts';
import type { CallOptions, Transport } from './transport.ts';
/** How a file is to be served. */
export interface FileOptions {
    /** A size such as `100x100`, `0x300` or `400x0f`, of those that the field allows. */
    thumb?: string;
    /** For protected files, from {@link Files.token}. */
    token?: string;
    /** Saves it instead of showing it. */
    download?: boolean;
}
/** Stored files. */
export declare class Files {
    private readonly transport;
    constructor(transport: Transport);
    /**
     * The address of a file; empty when the record has none.
     *
     * @example
     * const ann = await luge.from('users').get('a1b2c3d4e5f6g7h');
     * const picture = luge.files.url(ann, ann.avatar, { thumb: '100x100' });
     */
    url(record: Pick<RecordBase, 'id' | 'collectionId' | 'collectionName'>, name: string | undefined, options?: FileOptions): string;
    /**
     * A short-lived token for addresses of protected files.
     *
     * @example
     * const ann = await luge.from('users').get('a1b2c3d4e5f6g7h');
     * const address = luge.files.url(ann, ann.avatar, { token: await luge.files.token() });
     */
    token(options?: CallOptions): Promise<string>;
}
