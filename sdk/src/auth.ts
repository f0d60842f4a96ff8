/** Signing in and out, and who is signed in. */

import type { AuthStore, Session } from './auth/store.ts';
import type { Luge } from './client.ts';
import { LugeError } from './error.ts';
import type { Name, RecordBase, RecordOf, SchemaOf } from './schema.ts';
import type { CallOptions, SendOptions, Transport } from './transport.ts';

/** The record of someone who can sign in. */
export type AuthRecord<S extends SchemaOf<S>, C extends string> =
  C extends Name<S> ? RecordOf<S, C> : RecordBase & Record<string, unknown>;

/** What a sign-in gives. */
export interface SignedIn<R> {
  token: string;
  record: R;
  /** What an OAuth2 provider said of the person. */
  meta?: Record<string, unknown>;
}

/** The ways to sign in to a collection. */
export interface AuthMethods {
  password: { enabled: boolean; identityFields: string[] };
  oauth2: { enabled: boolean; providers: Record<string, unknown>[] };
  mfa: { enabled: boolean; duration: number };
  otp: { enabled: boolean; duration: number };
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

/** In seconds: with less than this left, a token is renewed before the request that would carry it… */
const URGENT = 600;

/** …and with less than this, beside a request, at most once an hour: who comes every day stays signed in. */
const SOON = 3 * 86_400;

const HOUR = 3_600_000;

/** Who is signed in, and how that changes. */
export class Auth<S extends SchemaOf<S>> {
  private readonly listeners = new Set<(session: Session | null) => void>();
  private renewing: { token: string; done: Promise<unknown> } | undefined;
  private renewed: number;

  constructor(
    private readonly transport: Transport,
    readonly store: AuthStore,
    private readonly lend: (session: Session) => Luge<S>,
    private readonly autoRefresh: boolean,
  ) {
    store.watch?.(() => this.tell());
    // A client that lives for one request must not renew in each of them.
    this.renewed = store.watch ? 0 : Date.now();
  }

  /** The token of the session; empty for a guest. */
  get token(): string {
    return this.store.get()?.token ?? '';
  }

  /** The record of who is signed in. */
  get record(): (RecordBase & Record<string, unknown>) | null {
    return this.store.get()?.record ?? null;
  }

  /** Whether there is a token that has not ended. */
  get isValid(): boolean {
    return Date.now() / 1000 < (claims(this.token)?.exp ?? 0);
  }

  /** Whether a superuser is signed in. */
  get isSuperuser(): boolean {
    return this.isValid && this.record?.collectionName === '_superusers';
  }

  /**
   * Signs in with a password.
   *
   * @example
   * const { record } = await luge.auth.withPassword('users', 'ann@example.com', 'correct horse');
   * console.log(record.name);
   */
  withPassword<C extends Name<S> | '_superusers'>(
    collection: C,
    identity: string,
    password: string,
    options: CallOptions = {},
  ): Promise<SignedIn<AuthRecord<S, C>>> {
    return this.enter<C>(collection, 'auth-with-password', { ...options, body: { identity, password }, token: '' });
  }

  /**
   * Renews the token and the record. Long before its end this happens by itself.
   *
   * @example
   * if (luge.auth.isValid) await luge.auth.refresh();
   */
  async refresh(options: CallOptions = {}): Promise<SignedIn<RecordBase & Record<string, unknown>>> {
    const session = this.store.get();
    if (!session) throw new LugeError('Nobody is signed in.', { status: 401 });
    try {
      return (await this.enter<string>(session.record.collectionName, 'auth-refresh', {
        ...options,
        token: session.token,
      })) as never;
    } catch (error) {
      // The server does not know the token any more: keeping it would only repeat the failure.
      if (error instanceof LugeError && [401, 403, 404].includes(error.status) && this.token === session.token) this.signOut();
      throw error;
    }
  }

  /**
   * Forgets who is signed in. Tokens are not kept by the server; one that must die at once dies with a new password.
   *
   * @example
   * luge.auth.signOut();
   */
  signOut(): void {
    this.save(null);
  }

  /**
   * Takes over a session from elsewhere.
   *
   * @example
   * const lent = await luge.auth.impersonate('users', 'a1b2c3d4e5f6g7h');
   * if (lent.auth.session) luge.auth.save(lent.auth.session);
   */
  save(session: Session | null): void {
    this.store.set(session);
    this.tell();
  }

  /** The whole session. */
  get session(): Session | null {
    return this.store.get();
  }

  /**
   * A client that acts as somebody else for a while; only for superusers. The token cannot be renewed.
   *
   * @example
   * const asAnn = await luge.auth.impersonate('users', 'a1b2c3d4e5f6g7h', { duration: 60 });
   * await asAnn.from('posts').list();
   */
  async impersonate<C extends Name<S>>(
    collection: C,
    id: string,
    options: CallOptions & { duration?: number } = {},
  ): Promise<Luge<S>> {
    const { duration, ...call } = options;
    const path = `/api/collections/${encodeURIComponent(collection)}/impersonate/${encodeURIComponent(id)}`;
    const { data } = await this.transport.request<Session>(path, { ...call, method: 'POST', body: { duration } });
    return this.lend(data);
  }

  /**
   * How one can sign in to a collection.
   *
   * @example
   * const { password } = await luge.auth.methods('users');
   * if (password.enabled) console.log(password.identityFields);
   */
  async methods(collection: Name<S> | '_superusers', options: CallOptions = {}): Promise<AuthMethods> {
    return (await this.transport.request<AuthMethods>(`/api/collections/${encodeURIComponent(collection)}/auth-methods`, options))
      .data;
  }

  /**
   * Calls back with every change of who is signed in, also from other tabs. Returns what ends that.
   *
   * @example
   * const stop = luge.auth.onChange((session) => console.log(session?.record.id ?? 'guest'));
   * stop();
   */
  onChange(callback: (session: Session | null) => void): () => void {
    this.listeners.add(callback);
    return () => void this.listeners.delete(callback);
  }

  /** The token for a request, renewed when it is about to end. @internal */
  async current(path: string): Promise<string> {
    const { token } = this;
    const found = claims(token);
    const left = found ? found.exp - Date.now() / 1000 : 0;
    if (!this.autoRefresh || !found?.refreshable || left <= 0 || SOON < left || path.includes('/auth-')) return token;
    const urgent = left < URGENT;
    // Tried once for each token: a token of a short-lived collection would be renewed by every request.
    if ((urgent || HOUR < Date.now() - this.renewed) && this.renewing?.token !== token) {
      this.renewing = { token, done: this.refresh().catch(() => undefined) };
    }
    if (!urgent) return token;
    await this.renewing?.done;
    return this.token;
  }

  /** After a write of the signed-in record: the session shows it too. @internal */
  follow(record: RecordBase): void {
    const session = this.store.get();
    if (session && session.record.id === record.id && session.record.collectionId === record.collectionId) {
      this.save({ ...session, record: { ...session.record, ...record } });
    }
  }

  private async enter<C extends string>(
    collection: string,
    way: string,
    options: SendOptions,
  ): Promise<SignedIn<AuthRecord<S, C>>> {
    const path = `/api/collections/${encodeURIComponent(collection)}/${way}`;
    const { data } = await this.transport.request<SignedIn<AuthRecord<S, C>>>(path, { ...options, method: 'POST' });
    this.renewed = Date.now();
    this.save({ token: data.token, record: data.record as unknown as Session['record'] });
    return data;
  }

  private tell(): void {
    const session = this.store.get();
    for (const listener of [...this.listeners]) listener(session);
  }
}

/** What a token says of itself. */
export function claims(token: string): Claims | undefined {
  try {
    const text = atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
    return JSON.parse(text) as Claims;
  } catch {
    return undefined;
  }
}
