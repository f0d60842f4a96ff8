/** Where a client keeps who is signed in. */
/**
 * Keeps the session in memory: for servers, workers and tests.
 *
 * @example
 * const luge = createLuge<Schema>('http://127.0.0.1:8090', { store: memoryStore() });
 */
export function memoryStore(initial = null) {
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
export function localStore(key = 'luge_auth') {
    return {
        key,
        get: () => decode(localStorage.getItem(key)),
        set: (session) => (session ? localStorage.setItem(key, JSON.stringify(session)) : localStorage.removeItem(key)),
        watch(changed) {
            // The key is null when everything was cleared.
            const heard = (event) => (event.key === key || event.key === null) && changed();
            addEventListener('storage', heard);
            return () => removeEventListener('storage', heard);
        },
    };
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
export function cookieStore(header, options = {}) {
    const name = options.name ?? 'luge_auth';
    let session = header === undefined ? null : fromCookies(header, name);
    const own = () => header === undefined && typeof document !== 'undefined';
    return {
        get: () => (own() ? fromCookies(document.cookie, name) : session),
        set(next) {
            session = next;
            // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API answers later, and is missing in some browsers.
            if (own())
                document.cookie = setCookie(name, next, options);
        },
        toHeader: () => setCookie(name, session, options),
    };
}
function setCookie(name, session, options) {
    const value = session ? encodeURIComponent(JSON.stringify(session)) : '';
    const short = value.length <= LONGEST_COOKIE || !session ? value : encodeURIComponent(JSON.stringify(shortened(session)));
    const age = session ? (options.maxAge ?? 604_800) : 0;
    const secure = options.secure === false ? '' : '; Secure';
    return `${name}=${short}; Path=/; Max-Age=${age}; SameSite=${options.sameSite ?? 'Lax'}${secure}${options.httpOnly ? '; HttpOnly' : ''}`;
}
/** Only what says who it is: the rest can be loaded. */
function shortened({ token, record }) {
    const { id, collectionId, collectionName, email } = record;
    return { token, record: { id, collectionId, collectionName, email } };
}
function fromCookies(header, name) {
    const pair = header.split(/;\s*/).find((part) => part.startsWith(`${name}=`));
    return pair ? decode(pair.slice(name.length + 1)) : null;
}
function decode(text) {
    try {
        const session = JSON.parse(text?.startsWith('%') ? decodeURIComponent(text) : (text ?? 'null'));
        return typeof session?.token === 'string' && session.record ? session : null;
    }
    catch {
        return null;
    }
}
