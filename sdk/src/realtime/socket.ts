/** One WebSocket to the server that comes back by itself, and says how it is. */

import type { Auth } from '../auth.ts';
import { LugeError } from '../error.ts';

/** How the connection is: not wanted, on its way, open, or lost and waiting for the next try. */
export type ConnectionStatus = 'idle' | 'connecting' | 'open' | 'waiting';

/** A message of either side. */
export type Message = { type: string; id?: unknown; sub?: string; subs?: string[]; [key: string]: unknown };

/** What a socket tells. `up` comes before every message of a connection, after who is asking was sent. */
export interface SocketEvents {
  up(): void;
  message(message: Message): void;
  status(status: ConnectionStatus): void;
}

/** A way to the server: a socket of one's own, or that of another tab. */
export interface Pipe {
  readonly status: ConnectionStatus;
  open(): void;
  close(): void;
  /** Whether it went out. What did not is not kept: `up` will come again. */
  send(message: Message): boolean;
}

/** The class of sockets where the platform has none. */
export const platform: { WebSocket?: typeof WebSocket } = {};

/** In milliseconds. */
const PING = 20_000;
const PATIENCE = 10_000;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 30_000;

/** A socket of one's own. */
export class Socket implements Pipe {
  status: ConnectionStatus = 'idle';
  /** What the server calls the connection. */
  connection = '';
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private dead: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private token = '';
  private stopKicks = () => {};

  constructor(
    private readonly url: string,
    private readonly auth: Auth<never>,
    private readonly events: SocketEvents,
    private readonly kind: typeof WebSocket | undefined,
  ) {
    auth.onChange(() => this.status === 'open' && this.introduce());
  }

  open(): void {
    if (this.status !== 'idle') return;
    this.stopKicks = kicks(() => this.kick());
    this.connect();
  }

  close(): void {
    this.stopKicks();
    this.drop();
    this.become('idle');
  }

  send(message: Message): boolean {
    if (this.status !== 'open') return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  private connect(): void {
    const Kind = this.kind ?? platform.WebSocket ?? globalThis.WebSocket;
    if (!Kind) throw new LugeError('There is no WebSocket here: pass one as the option `WebSocket`.', { code: 'invalid' });
    this.become('connecting');
    const socket = new Kind(`${this.url.replace(/^http/, 'ws')}/api/realtime`, 'luge.v1');
    this.socket = socket;
    this.expect();
    socket.onmessage = (event) => this.socket === socket && this.heard(String(event.data));
    socket.onclose = (event) => this.socket === socket && this.lost(event.code);
    socket.onerror = () => {};
  }

  private heard(text: string): void {
    clearTimeout(this.dead);
    const message = JSON.parse(text) as Message;
    if (message.type === 'ready') {
      this.attempt = 0;
      this.connection = String(message.connection);
      this.become('open');
      this.token = '';
      this.introduce();
      this.heartbeat = setInterval(() => this.beat(), PING);
      this.events.up();
    } else if (message.type !== 'pong') this.events.message(message);
  }

  /** Says who is asking; without a change, nothing. */
  private introduce(): void {
    const { token } = this.auth;
    if (token === this.token) return;
    this.token = token;
    this.send({ type: 'auth', id: 'auth', token });
  }

  private beat(): void {
    // Renews the token when it is about to end, and the change of the session then sends the new one.
    void this.auth.current('');
    this.probe(PATIENCE);
  }

  /** Asks for a sign of life: a connection that was cut somewhere on the way does not say so by itself. */
  private probe(patience: number): void {
    if (this.send({ type: 'ping' })) this.expect(patience);
  }

  private expect(patience = PATIENCE): void {
    clearTimeout(this.dead);
    this.dead = setTimeout(() => this.lost(4408), patience);
  }

  private lost(code: number): void {
    this.drop();
    // The token has ended: a new one, or a guest.
    const renewed = code === 4401 && this.auth.token ? this.auth.refresh().catch(() => this.auth.signOut()) : undefined;
    const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempt++);
    this.become('waiting');
    this.timer = setTimeout(() => void Promise.resolve(renewed).then(() => this.status === 'waiting' && this.connect()), wait);
  }

  /** The network is back, or somebody looks at the page: now is the time to try. */
  private kick(): void {
    if (this.status === 'open') this.probe(PATIENCE / 2);
    if (this.status !== 'waiting') return;
    clearTimeout(this.timer);
    this.attempt = 0;
    this.connect();
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.dead);
    clearInterval(this.heartbeat);
    const { socket } = this;
    this.socket = undefined;
    try {
      socket?.close();
    } catch {
      // One that never opened.
    }
  }

  private become(status: ConnectionStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.events.status(status);
  }
}

/** Calls back when the network returns or the page is looked at again. */
function kicks(kick: () => void): () => void {
  if (typeof addEventListener !== 'function') return () => {};
  const looked = () => document.visibilityState === 'visible' && kick();
  const page = typeof document === 'undefined' ? undefined : document;
  addEventListener('online', kick);
  page?.addEventListener('visibilitychange', looked);
  return () => {
    removeEventListener('online', kick);
    page?.removeEventListener('visibilitychange', looked);
  };
}
