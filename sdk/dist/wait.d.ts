/** Waiting, and ids. */
/** Resolves after so many milliseconds, and rejects with the signal's reason when it is aborted before. */
export declare function pause(ms: number, signal?: AbortSignal): Promise<void>;
/** A random id of letters and digits. */
export declare function randomId(size?: number): string;
/**
 * A new id of a record, as the server makes them: for records whose id must be known before they are created.
 *
 * @example
 * const id = newId();
 * await luge.from('posts').create({ id, title: 'Known before it exists' });
 */
export declare const newId: () => string;
