/** Channels: who is there, and messages among those who are. Nothing of it is stored. */

import type { Message, Pipe } from './socket.ts';

/** Those who are on a channel, by the ids of their connections, each with the state that it joined with. */
export type Members<State> = ReadonlyMap<string, State>;

/** What is heard of a message on a channel. */
export type Heard<Data> = (data: Data, from: string) => void;

/** A channel. It is joined again by itself after a lost connection. */
export class Channel<State = unknown> {
  /** Who is there, oneself included. It never changes; a new one comes instead. */
  members: Members<State> = new Map();
  private state: State | undefined;
  private joined = false;
  private readonly presence = new Set<(members: Members<State>) => void>();
  private readonly heard = new Map<string, Set<Heard<never>>>();

  constructor(
    readonly name: string,
    private readonly pipe: Pipe,
    private readonly wanted: () => void,
  ) {}

  /**
   * Comes in, with what others see of oneself; again, with another state.
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
    return this.joined && this.pipe.send({ type: 'broadcast', channel: this.name, event, data });
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

  /** Whether somebody here is on it. */
  get isJoined(): boolean {
    return this.joined;
  }

  /** The connection is open, perhaps again: those who were there may be gone. @internal */
  up(): void {
    if (!this.joined) return;
    if (this.pipe.send({ type: 'join', id: `join ${this.name}`, channel: this.name, state: this.state }))
      this.members = new Map();
  }

  /** A message about this channel. @internal */
  receive(message: Message): void {
    if (message.type === 'broadcast') {
      for (const callback of this.heard.get(String(message.event)) ?? []) callback(message.data as never, String(message.from));
    } else if (message.type === 'presence') {
      const members = new Map(this.members);
      for (const id of Object.keys((message.leaves as object) ?? {})) members.delete(id);
      for (const [id, state] of Object.entries((message.joins as Record<string, State>) ?? {})) members.set(id, state);
      this.show(members);
    }
  }

  private show(members: Members<State>): void {
    this.members = members;
    for (const callback of [...this.presence]) callback(members);
  }
}
