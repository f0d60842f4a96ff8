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
export function memoryStore(initial: Session | null = null): AuthStore {
  let session = initial;
  return {
    get: () => session,
    set: (next) => {
      session = next;
    },
  };
}

/**
 * Keeps the session in `localStorage` and follows other tabs: the default in browsers. Two apps at one origin need two keys.
 *
 * @example
 * const luge = createLuge<Schema>('http://127.0.0.1:8090', { store: localStore('admin') });
 */
export function localStore(key = 'luge_auth'): AuthStore {
  return {
    key,
    get: () => decode(localStorage.getItem(key)),
    set: (session) => (session ? localStorage.setItem(key, JSON.stringify(session)) : localStorage.removeItem(key)),
    watch(changed) {
      // The key is null when everything was cleared.
      const heard = (event: StorageEvent) => (event.key === key || event.key === null) && changed();
      addEventListener('storage', heard);
      return () => removeEventListener('storage', heard);
    },
  };
}

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

/** Browsers drop cookies over 4,096 bytes. */
const LONGEST_COOKIE = 4000;

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
export function cookieStore(header?: string, options: CookieOptions = {}): CookieStore {
  const name = options.name ?? 'luge_auth';
  let session = header === undefined ? null : fromCookies(header, name);
  const own = () => header === undefined && typeof document !== 'undefined';
  return {
    get: () => (own() ? fromCookies(document.cookie, name) : session),
    set(next) {
      session = next;
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API answers later, and is missing in some browsers.
      if (own()) document.cookie = setCookie(name, next, options);
    },
    toHeader: () => setCookie(name, session, options),
  };
}

function setCookie(name: string, session: Session | null, options: CookieOptions): string {
  const value = session ? encodeURIComponent(JSON.stringify(session)) : '';
  const short = value.length <= LONGEST_COOKIE || !session ? value : encodeURIComponent(JSON.stringify(shortened(session)));
  const age = session ? (options.maxAge ?? 604_800) : 0;
  const secure = options.secure === false ? '' : '; Secure';
  return `${name}=${short}; Path=/; Max-Age=${age}; SameSite=${options.sameSite ?? 'Lax'}${secure}${options.httpOnly ? '; HttpOnly' : ''}`;
}

/** Only what says who it is: the rest can be loaded. */
function shortened({ token, record }: Session): Session {
  const { id, collectionId, collectionName, email } = record;
  return { token, record: { id, collectionId, collectionName, email } };
}

function fromCookies(header: string, name: string): Session | null {
  const pair = header.split(/;\s*/).find((part) => part.startsWith(`${name}=`));
  return pair ? decode(pair.slice(name.length + 1)) : null;
}

function decode(text: string | null): Session | null {
  try {
    const session = JSON.parse(text?.startsWith('%') ? decodeURIComponent(text) : (text ?? 'null'));
    return typeof session?.token === 'string' && session.record ? session : null;
  } catch {
    return null;
  }
}
