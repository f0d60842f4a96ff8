/** One socket for all tabs of a browser: the tab that holds a lock has it, the others speak through it. */

import type { ConnectionStatus, Message, Pipe, SocketEvents } from './socket.ts';

/** What tabs tell each other. */
interface Note {
  /** The tab that speaks. */
  from: string;
  /** From a tab to the leader: a message for the server, or nothing but that the tab is there. */
  send?: Message;
  hello?: true;
  /** From the leader to all. */
  heard?: Message;
  status?: ConnectionStatus;
  up?: true;
}

/** A pipe over the socket of whichever tab leads. Names of subscriptions must differ between tabs. */
export class SharedPipe implements Pipe {
  status: ConnectionStatus = 'idle';
  private channel: BroadcastChannel | undefined;
  private socket: Pipe | undefined;
  private release = () => {};
  private closing = new AbortController();
  /** In the leader: the subscriptions of each other tab, to be ended with it. */
  private tabs = new Map<string, Set<string>>();

  constructor(
    /** The same for all tabs that may share: the same server and the same session. */
    private readonly key: string,
    private readonly connect: (events: SocketEvents) => Pipe,
    private readonly events: SocketEvents,
    /** The name of this tab. */
    private readonly id: string,
  ) {}

  open(): void {
    if (this.channel) return;
    this.channel = new BroadcastChannel(this.key);
    this.channel.onmessage = ({ data }) => this.noted(data as Note);
    this.closing = new AbortController();
    const held = new Promise<void>((done) => {
      this.release = done;
    });
    const { signal } = this.closing;
    // Held as long as this tab is there: the leader waits for it to know when the tab is gone.
    void navigator.locks.request(this.life(this.id), { signal }, () => held).catch(() => {});
    void navigator.locks
      .request(this.key, { signal }, () => {
        if (!signal.aborted) this.lead();
        return held;
      })
      .catch(() => {});
    this.become('connecting');
    this.post({ hello: true });
  }

  close(): void {
    this.closing.abort();
    this.release();
    this.socket?.close();
    this.socket = undefined;
    this.channel?.close();
    this.channel = undefined;
    this.tabs.clear();
    this.become('idle');
  }

  send(message: Message): boolean {
    if (this.status !== 'open') return false;
    if (this.socket) return this.socket.send(message);
    this.post({ send: message });
    return true;
  }

  private lead(): void {
    this.socket = this.connect({
      up: () => {
        this.tabs.forEach((subs) => void subs.clear());
        this.become('open');
        this.post({ up: true, status: 'open' });
        this.events.up();
      },
      message: (message) => {
        this.events.message(message);
        if (message.sub || message.subs) this.post({ heard: message });
      },
      status: (status) => {
        if (status === 'open') return;
        this.become(status);
        this.post({ status });
      },
    });
    this.socket.open();
  }

  private noted({ from, send, hello, heard, status, up }: Note): void {
    if (this.socket) {
      if (hello || !this.tabs.has(from)) this.welcome(from, hello);
      if (!send) return;
      const subs = this.tabs.get(from);
      if (send.type === 'subscribe') subs?.add(send.sub as string);
      else if (send.type === 'unsubscribe') subs?.delete(send.sub as string);
      this.socket.send(send);
      return;
    }
    if (heard) this.events.message(heard);
    if (status) this.become(status);
    if (up) this.events.up();
  }

  /** A tab has come: it learns how things are, and its subscriptions will end with it. */
  private welcome(tab: string, hello: true | undefined): void {
    if (!this.tabs.has(tab)) {
      this.tabs.set(tab, new Set());
      const gone = () => {
        for (const sub of this.tabs.get(tab) ?? []) this.socket?.send({ type: 'unsubscribe', sub });
        this.tabs.delete(tab);
      };
      void navigator.locks.request(this.life(tab), { signal: this.closing.signal }, gone).catch(() => {});
    }
    if (hello) this.post({ status: this.status, up: this.status === 'open' || undefined });
  }

  private life(tab: string): string {
    return `${this.key}:${tab}`;
  }

  private post(note: Omit<Note, 'from'>): void {
    this.channel?.postMessage({ ...note, from: this.id });
  }

  private become(status: ConnectionStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.events.status(status);
  }
}
