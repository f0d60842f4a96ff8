/** Signing in and out, and who is signed in. */
import { LugeError } from "./error.js";
/** In seconds: with less than this left, a token is renewed before the request that would carry it… */
const URGENT = 600;
/** …and with less than this, beside a request, at most once an hour: who comes every day stays signed in. */
const SOON = 3 * 86_400;
const HOUR = 3_600_000;
/** Who is signed in, and how that changes. */
export class Auth {
    transport;
    store;
    lend;
    autoRefresh;
    listeners = new Set();
    renewing;
    renewed;
    constructor(transport, store, lend, autoRefresh) {
        this.transport = transport;
        this.store = store;
        this.lend = lend;
        this.autoRefresh = autoRefresh;
        store.watch?.(() => this.tell());
        // A client that lives for one request must not renew in each of them.
        this.renewed = store.watch ? 0 : Date.now();
    }
    /** The token of the session; empty for a guest. */
    get token() {
        return this.store.get()?.token ?? '';
    }
    /** The record of who is signed in. */
    get record() {
        return this.store.get()?.record ?? null;
    }
    /** Whether there is a token that has not ended. */
    get isValid() {
        return Date.now() / 1000 < (claims(this.token)?.exp ?? 0);
    }
    /** Whether a superuser is signed in. */
    get isSuperuser() {
        return this.isValid && this.record?.collectionName === '_superusers';
    }
    /**
     * Signs in with a password.
     *
     * @example
     * const { record } = await luge.auth.withPassword('users', 'ann@example.com', 'correct horse');
     * console.log(record.name);
     */
    withPassword(collection, identity, password, options = {}) {
        return this.enter(collection, 'auth-with-password', { ...options, body: { identity, password }, token: '' });
    }
    /**
     * Renews the token and the record. Long before its end this happens by itself.
     *
     * @example
     * if (luge.auth.isValid) await luge.auth.refresh();
     */
    async refresh(options = {}) {
        const session = this.store.get();
        if (!session)
            throw new LugeError('Nobody is signed in.', { status: 401 });
        try {
            return (await this.enter(session.record.collectionName, 'auth-refresh', {
                ...options,
                token: session.token,
            }));
        }
        catch (error) {
            // The server does not know the token any more: keeping it would only repeat the failure.
            if (error instanceof LugeError && [401, 403, 404].includes(error.status) && this.token === session.token)
                this.signOut();
            throw error;
        }
    }
    /**
     * Forgets who is signed in. Tokens are not kept by the server; one that must die at once dies with a new password.
     *
     * @example
     * luge.auth.signOut();
     */
    signOut() {
        this.save(null);
    }
    /**
     * Takes over a session from elsewhere.
     *
     * @example
     * const lent = await luge.auth.impersonate('users', 'a1b2c3d4e5f6g7h');
     * if (lent.auth.session) luge.auth.save(lent.auth.session);
     */
    save(session) {
        this.store.set(session);
        this.tell();
    }
    /** The whole session. */
    get session() {
        return this.store.get();
    }
    /**
     * A client that acts as somebody else for a while; only for superusers. The token cannot be renewed.
     *
     * @example
     * const asAnn = await luge.auth.impersonate('users', 'a1b2c3d4e5f6g7h', { duration: 60 });
     * await asAnn.from('posts').list();
     */
    async impersonate(collection, id, options = {}) {
        const { duration, ...call } = options;
        const path = `/api/collections/${encodeURIComponent(collection)}/impersonate/${encodeURIComponent(id)}`;
        const { data } = await this.transport.request(path, { ...call, method: 'POST', body: { duration } });
        return this.lend(data);
    }
    /**
     * How one can sign in to a collection.
     *
     * @example
     * const { password } = await luge.auth.methods('users');
     * if (password.enabled) console.log(password.identityFields);
     */
    async methods(collection, options = {}) {
        return (await this.transport.request(`/api/collections/${encodeURIComponent(collection)}/auth-methods`, options))
            .data;
    }
    /**
     * Calls back with every change of who is signed in, also from other tabs. Returns what ends that.
     *
     * @example
     * const stop = luge.auth.onChange((session) => console.log(session?.record.id ?? 'guest'));
     * stop();
     */
    onChange(callback) {
        this.listeners.add(callback);
        return () => void this.listeners.delete(callback);
    }
    /** The token for a request, renewed when it is about to end. @internal */
    async current(path) {
        const { token } = this;
        const found = claims(token);
        const left = found ? found.exp - Date.now() / 1000 : 0;
        if (!this.autoRefresh || !found?.refreshable || left <= 0 || SOON < left || path.includes('/auth-'))
            return token;
        const urgent = left < URGENT;
        // Tried once for each token: a token of a short-lived collection would be renewed by every request.
        if ((urgent || HOUR < Date.now() - this.renewed) && this.renewing?.token !== token) {
            this.renewing = { token, done: this.refresh().catch(() => undefined) };
        }
        if (!urgent)
            return token;
        await this.renewing?.done;
        return this.token;
    }
    /** After a write of the signed-in record: the session shows it too. @internal */
    follow(record) {
        const session = this.store.get();
        if (session && session.record.id === record.id && session.record.collectionId === record.collectionId) {
            this.save({ ...session, record: { ...session.record, ...record } });
        }
    }
    async enter(collection, way, options) {
        const path = `/api/collections/${encodeURIComponent(collection)}/${way}`;
        const { data } = await this.transport.request(path, { ...options, method: 'POST' });
        this.renewed = Date.now();
        this.save({ token: data.token, record: data.record });
        return data;
    }
    tell() {
        const session = this.store.get();
        for (const listener of [...this.listeners])
            listener(session);
    }
}
/** What a token says of itself. */
export function claims(token) {
    try {
        const text = atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
