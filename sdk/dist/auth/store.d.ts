/** Where a client keeps who is signed in. */
import type { RecordBase } from '../schema.ts';
/** Who is signed in. */
export interface Session {
    token: string;
    record: RecordBase & Record<string, unknown>;
}
/** Keeps a session. A store of your own needs no more than `get` and `set`. */
export interface AuthStore {
    /** Set when all tabs with this key hold the same session: they may then share a connection. */
    readonly key?: string;
    get(): Session | null;
    set(session: Session | null): void;
    /** Calls back when the session was changed elsewhere, such as in another tab. */
    watch?(changed: () => void): () => void;
}
/**
 * Keeps the session in memory: for servers, workers and tests.
 *
 * @example
 * const luge = createLuge<Schema>('http://127.0.0.1:8090', { store: memoryStore() });
 */
export declare function memoryStore(initial?: Session | null): AuthStore;
/**
 * Keeps the session in `localStorage` and follows other tabs: the default in browsers. Two apps at one origin need two keys.
 *
 * @example
 * const luge = createLuge<Schema>('http://127.0.0.1:8090', { store: localStore('admin') });
 */
export declare function localStore(key?: string): AuthStore;
/** How a cookie is set. */
export interface CookieOptions {
    /** `luge_auth` unless said. */
    name?: string;
    /** Seconds; a week unless said. */
    maxAge?: number;
    /** On unless said; browsers then send it only over HTTPS (and to localhost). */
    secure?: boolean;
    /** `Lax` unless said. */
    sameSite?: 'Lax' | 'Strict' | 'None';
    /** Keeps scripts from reading it. Off unless said, since the client in the browser reads it. */
    httpOnly?: boolean;
}
/** A store in a cookie. */
export interface CookieStore extends AuthStore {
    /** The text of a `Set-Cookie` header for the session as it is now. */
    toHeader(): string;
}
/**
 * Keeps the session in a cookie, for pages that are rendered on a server. Give it the request's `Cookie` header there and
 * send `toHeader()` back; in the browser give it nothing.
 *
 * @example
 * const request = new Request('http://localhost/', { headers: { cookie: '' } });
 * const store = cookieStore(request.headers.get('cookie') ?? '');
 * const luge = createLuge<Schema>('http://127.0.0.1:8090', { store });
 * const posts = await luge.from('posts').list();
 * new Response(JSON.stringify(posts), { headers: { 'set-cookie': store.toHeader() } });
 */
export declare function cookieStore(header?: string, options?: CookieOptions): CookieStore;
