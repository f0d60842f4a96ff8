/** Channels: who is there, and messages among those who are. Nothing of it is stored. */

import { fromBody, type LugeError } from '../error.ts';
import type { Message, Socket } from './socket.ts';

/** Those who are on a channel, by the ids of their connections, each with the state that it joined with. */
export type Members<State> = ReadonlyMap<string, State>;

/** What is heard of a message on a channel. */
export type Heard<Data> = (data: Data, from: string) => void;

/** Who came, and who went. */
interface Moves<State> {
  joins: Record<string, State>;
  leaves: Record<string, unknown>;
}

/** A channel. It is joined again by itself after a lost connection. */
export class Channel<State = unknown> {
  /** Who is there, oneself included. It never changes; a new one comes instead. */
  members: Members<State> = new Map();
  /** Why the server does not let one in. It is asked again when the connection returns, and when another one signs in. */
  error: LugeError | null = null;
  private state: State | undefined;
  private joined = false;
  private readonly presence = new Set<(members: Members<State>) => void>();
  private readonly heard = new Map<string, Set<Heard<never>>>();
  private readonly refused = new Set<(error: LugeError) => void>();

  constructor(
    readonly name: string,
    /** The id of its messages; broadcasts have the next number. */
    private readonly id: number,
    private readonly pipe: Socket,
    private readonly wanted: () => void,
  ) {}

  /**
   * Comes in, with what others see of oneself; again, with another state. Whether the server lets one in is told by
   * `onError`.
   *
   * @example
   * luge.channel('room:1').join({ name: 'Ann', typing: false });
   */
  join(state: State = {} as State): this {
    this.state = state;
    this.joined = true;
    this.wanted();
    this.pipe.open();
    this.up();
    return this;
  }

  /**
   * Goes out.
   *
   * @example
   * luge.channel('room:1').leave();
   */
  leave(): void {
    if (!this.joined) return;
    this.joined = false;
    this.error = null;
    this.pipe.send({ type: 'leave', channel: this.name });
    this.show(new Map());
    this.wanted();
  }

  /**
   * Sends something to all others on the channel. It is lost for those who are not there, and while the connection is
   * lost: then this is `false`.
   *
   * @example
   * luge.channel('room:1').broadcast('typing', { by: 'Ann' });
   */
  broadcast(event: string, data: unknown = null): boolean {
    return this.joined && this.pipe.send({ type: 'broadcast', id: this.id + 1, channel: this.name, event, data });
  }

  /**
   * Calls back with each message of this kind. Returns what ends that.
   *
   * @example
   * const stop = luge.channel('room:1').on<{ by: string }>('typing', ({ by }) => console.log(by));
   * stop();
   */
  on<Data = unknown>(event: string, callback: Heard<Data>): () => void {
    const all = this.heard.get(event) ?? new Set();
    this.heard.set(event, all.add(callback as Heard<never>));
    return () => void all.delete(callback as Heard<never>);
  }

  /**
   * Calls back whenever somebody comes, goes or changes state. Returns what ends that.
   *
   * @example
   * const stop = luge.channel('room:1').onPresence((members) => console.log(members.size));
   * stop();
   */
  onPresence(callback: (members: Members<State>) => void): () => void {
    this.presence.add(callback);
    return () => void this.presence.delete(callback);
  }

  /**
   * Calls back when the server refuses a join or a broadcast, with its error. Without any callback, the console says it.
   * Returns what ends that.
   *
   * @example
   * const stop = luge.channel('room:1').onError((error) => console.log(error.status, error.message));
   * stop();
   */
  onError(callback: (error: LugeError) => void): () => void {
    this.refused.add(callback);
    return () => void this.refused.delete(callback);
  }

  /** Whether somebody here is on it. */
  get isJoined(): boolean {
    return this.joined;
  }

  /** The connection is open, perhaps again, or somebody else is asking. @internal */
  up(): void {
    if (this.joined) this.pipe.send({ type: 'join', id: this.id, channel: this.name, state: this.state });
  }

  /** A message about this channel. @internal */
  receive(message: Message): void {
    const { type, id } = message;
    if (type === 'broadcast')
      for (const callback of this.heard.get(String(message.event)) ?? []) callback(message.data as never, String(message.from));
    else if (id === this.id + 1) {
      if (type === 'error') this.fail(message, 'broadcast');
    }
    // What comes late is no concern of one who has left.
    else if (!this.joined) return;
    else if (type === 'presence') this.moved(message as Partial<Moves<State>>);
    else if (type === 'error') {
      // Whoever is in already stays in, with the state of before.
      if (!this.members.has(this.pipe.connection)) this.show(new Map());
      this.fail(message, 'join');
    } else {
      this.error = null;
      // The others are told of a new state, oneself is not.
      this.show(new Map(this.members).set(this.pipe.connection, this.state as State));
    }
  }

  private moved({ joins = {}, leaves = {} }: Partial<Moves<State>>): void {
    const me = this.pipe.connection;
    // With oneself come all others; when one is sent out, nobody is seen any more.
    const members = new Map(me in joins || me in leaves ? [] : this.members);
    for (const id in leaves) members.delete(id);
    for (const id in joins) members.set(id, joins[id] as State);
    this.show(members);
  }

  private fail(message: Message, what: string): void {
    const error = fromBody(Number(message.status), message, { request: `${what} ${this.name}` });
    if (what === 'join') this.error = error;
    for (const callback of [...this.refused]) callback(error);
    if (!this.refused.size) console.error(error);
  }

  private show(members: Members<State>): void {
    this.members = members;
    for (const callback of [...this.presence]) callback(members);
  }
}
