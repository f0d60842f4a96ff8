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
export class Files {
  constructor(private readonly transport: Transport) {}

  /**
   * The address of a file; empty when the record has none.
   *
   * @example
   * const ann = await luge.from('users').get('a1b2c3d4e5f6g7h');
   * const picture = luge.files.url(ann, ann.avatar, { thumb: '100x100' });
   */
  url(
    record: Pick<RecordBase, 'id' | 'collectionId' | 'collectionName'>,
    name: string | undefined,
    options: FileOptions = {},
  ): string {
    if (!record.id || !name) return '';
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
  async token(options: CallOptions = {}): Promise<string> {
    return (await this.transport.request<{ token: string }>('/api/files/token', { ...options, method: 'POST' })).data.token;
  }
}
