/** Signing in and out, and who is signed in. */
import type { AuthStore, Session } from './auth/store.ts';
import type { Luge } from './client.ts';
import type { Name, RecordBase, RecordOf, SchemaOf } from './schema.ts';
import type { CallOptions, Transport } from './transport.ts';
/** The record of someone who can sign in. */
export type AuthRecord<S extends SchemaOf<S>, C extends string> = C extends Name<S> ? RecordOf<S, C> : RecordBase & Record<string, unknown>;
/** What a sign-in gives. */
export interface SignedIn<R> {
    token: string;
    record: R;
    /** What an OAuth2 provider said of the person. */
    meta?: Record<string, unknown>;
}
/** The ways to sign in to a collection. */
export interface AuthMethods {
    password: {
        enabled: boolean;
        identityFields: string[];
    };
    oauth2: {
        enabled: boolean;
        providers: Record<string, unknown>[];
    };
    mfa: {
        enabled: boolean;
        duration: number;
    };
    otp: {
        enabled: boolean;
        duration: number;
    };
}
/** The claims of a token, unchecked: only the server can check them. */
export interface Claims {
    id: string;
    collectionId: string;
    type: string;
    /** Seconds since 1970. */
    exp: number;
    refreshable?: boolean;
}
/** Who is signed in, and how that changes. */
export declare class Auth<S extends SchemaOf<S>> {
    private readonly transport;
    readonly store: AuthStore;
    private readonly lend;
    private readonly autoRefresh;
    private readonly listeners;
    private renewing;
    private renewed;
    constructor(transport: Transport, store: AuthStore, lend: (session: Session) => Luge<S>, autoRefresh: boolean);
    /** The token of the session; empty for a guest. */
    get token(): string;
    /** The record of who is signed in. */
    get record(): (RecordBase & Record<string, unknown>) | null;
    /** Whether there is a token that has not ended. */
    get isValid(): boolean;
    /** Whether a superuser is signed in. */
    get isSuperuser(): boolean;
    /**
     * Signs in with a password.
     *
     * @example
     * const { record } = await luge.auth.withPassword('users', 'ann@example.com', 'correct horse');
     * console.log(record.name);
     */
    withPassword<C extends Name<S> | '_superusers'>(collection: C, identity: string, password: string, options?: CallOptions): Promise<SignedIn<AuthRecord<S, C>>>;
    /**
     * Renews the token and the record. Long before its end this happens by itself.
     *
     * @example
     * if (luge.auth.isValid) await luge.auth.refresh();
     */
    refresh(options?: CallOptions): Promise<SignedIn<RecordBase & Record<string, unknown>>>;
    /**
     * Forgets who is signed in. Tokens are not kept by the server; one that must die at once dies with a new password.
     *
     * @example
     * luge.auth.signOut();
     */
    signOut(): void;
    /**
     * Takes over a session from elsewhere.
     *
     * @example
     * const lent = await luge.auth.impersonate('users', 'a1b2c3d4e5f6g7h');
     * if (lent.auth.session) luge.auth.save(lent.auth.session);
     */
    save(session: Session | null): void;
    /** The whole session. */
    get session(): Session | null;
    /**
     * A client that acts as somebody else for a while; only for superusers. The token cannot be renewed.
     *
     * @example
     * const asAnn = await luge.auth.impersonate('users', 'a1b2c3d4e5f6g7h', { duration: 60 });
     * await asAnn.from('posts').list();
     */
    impersonate<C extends Name<S>>(collection: C, id: string, options?: CallOptions & {
        duration?: number;
    }): Promise<Luge<S>>;
    /**
     * How one can sign in to a collection.
     *
     * @example
     * const { password } = await luge.auth.methods('users');
     * if (password.enabled) console.log(password.identityFields);
     */
    methods(collection: Name<S> | '_superusers', options?: CallOptions): Promise<AuthMethods>;
    /**
     * Calls back with every change of who is signed in, also from other tabs. Returns what ends that.
     *
     * @example
     * const stop = luge.auth.onChange((session) => console.log(session?.record.id ?? 'guest'));
     * stop();
     */
    onChange(callback: (session: Session | null) => void): () => void;
    private enter;
    private tell;
}
/** What a token says of itself. */
export declare function claims(token: string): Claims | undefined;
