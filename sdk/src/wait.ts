/** Waiting, and ids. */

/** Resolves after so many milliseconds, and rejects with the signal's reason when it is aborted before. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const stop = () => {
      clearTimeout(timer);
      failed(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      done();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A random id of letters and digits. */
export function randomId(size = 24): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(size)), (byte) => LETTERS[byte % 36]).join('');
}

/**
 * A new id of a record, as the server makes them: for records whose id must be known before they are created.
 *
 * @example
 * const id = newId();
 * await luge.from('posts').create({ id, title: 'Known before it exists' });
 */
export const newId = (): string => randomId(15);
