/** The realtime side of a client: its connection, live queries and channels. */

import type { Auth } from './auth.ts';
import { LiveQueries } from './live/queries.ts';
import { Channel } from './realtime/channel.ts';
import { type ConnectionStatus, type Message, type Pipe, Socket, type SocketEvents } from './realtime/socket.ts';
import { randomId } from './wait.ts';

/** How the realtime connection is made. */
export interface RealtimeOptions {
  /** The class of sockets where the platform has none. */
  WebSocket?: typeof WebSocket;
  /** Whether the tabs of a browser share one socket; on unless said, where the session is kept in `localStorage`. */
  shareConnection?: boolean;
}

/** Whether this platform can share a socket. */
const canShare = (): boolean =>
  typeof window !== 'undefined' &&
  typeof BroadcastChannel !== 'undefined' &&
  typeof navigator !== 'undefined' &&
  !!navigator.locks;

/** A pipe that is loaded when it is first opened. */
class LaterPipe implements Pipe {
  private pipe: Promise<Pipe> | undefined;
  private here: Pipe | undefined;
  private wanted = false;

  constructor(private readonly load: () => Promise<Pipe>) {}

  get status(): ConnectionStatus {
    return this.here?.status ?? (this.wanted ? 'connecting' : 'idle');
  }

  open(): void {
    this.wanted = true;
    this.pipe ??= this.load();
    void this.pipe.then((pipe) => {
      this.here = pipe;
      if (this.wanted) pipe.open();
    });
  }

  close(): void {
    this.wanted = false;
    this.here?.close();
  }

  send(message: Message): boolean {
    return this.here?.send(message) ?? false;
  }
}

/** The connection that live queries and channels use. It is there while any of them is. */
export class Realtime {
  /** @internal */
  readonly queries: LiveQueries;
  private readonly pipe: Pipe;
  private readonly own: Socket;
  private readonly channels = new Map<string, Channel<never>>();
  /** By half of the ids of their messages: only channels have numbers as ids. */
  private readonly numbered: Channel<never>[] = [];
  private readonly listeners = new Set<(status: ConnectionStatus) => void>();
  private person = '';

  constructor(url: string, auth: Auth<never>, options: RealtimeOptions) {
    const socket = (events: SocketEvents) => new Socket(url, auth, events, options.WebSocket);
    const key = auth.store.key;
    const shares = key !== undefined && options.shareConnection !== false && canShare();
    const queries: SocketEvents = {
      up: () => this.queries.up(),
      message: (message) => this.queries.heard(message),
      status: (status) => this.changed(status),
    };
    this.own = socket({
      up: () => {
        if (!shares) queries.up();
        this.joinAll();
      },
      message: (message) => {
        const { id, channel } = message;
        const about = typeof id === 'number' ? this.numbered[id >> 1] : this.channels.get(channel as string);
        if (about) about.receive(message);
        else if (!shares) queries.message(message);
      },
      status: (status) => shares || queries.status(status),
    });
    // Who is on a channel is a matter of each tab, so channels never go through another one's socket.
    this.pipe = shares
      ? new LaterPipe(
          async () => new (await import('./realtime/shared.ts')).SharedPipe(`luge ${url} ${key}`, socket, queries, randomId()),
        )
      : this.own;
    this.queries = new LiveQueries(this.pipe, () => this.rest());
    this.person = auth.record?.id ?? '';
    auth.onChange((session) => {
      if (this.person === (session?.record.id ?? '')) return;
      this.person = session?.record.id ?? '';
      this.queries.forget();
      // Whom the rules do not allow any more the server has sent out, and others may come in now.
      this.joinAll();
    });
  }

  /** How the connection is. */
  get status(): ConnectionStatus {
    return this.pipe.status;
  }

  /**
   * Calls back whenever the connection opens or is lost. Returns what ends that.
   *
   * @example
   * const stop = luge.realtime.onStatus((status) => console.log(status === 'open' ? 'connected' : status));
   * stop();
   */
  onStatus(callback: (status: ConnectionStatus) => void): () => void {
    this.listeners.add(callback);
    return () => void this.listeners.delete(callback);
  }

  /** A channel; the same one for the same name. @internal */
  channel<State>(name: string): Channel<State> {
    let channel = this.channels.get(name);
    if (!channel) {
      channel = new Channel<never>(name, this.numbered.length * 2, this.own, () => this.rest());
      this.numbered.push(channel);
      this.channels.set(name, channel);
    }
    return channel as unknown as Channel<State>;
  }

  private joinAll(): void {
    for (const channel of this.numbered) channel.up();
  }

  private changed(status: ConnectionStatus): void {
    if (status !== 'open') this.queries.down();
    for (const listener of [...this.listeners]) listener(status);
  }

  /** Closes what nobody uses. */
  private rest(): void {
    const talking = this.numbered.some((channel) => channel.isJoined);
    if (!this.queries.size && (this.pipe !== this.own || !talking)) this.pipe.close();
    if (this.pipe !== this.own && !talking) this.own.close();
  }
}

export type { ConnectionStatus, Message };
