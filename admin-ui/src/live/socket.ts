// One WebSocket of the protocol luge.v1 that comes back by itself.

export type SocketStatus = 'connecting' | 'open' | 'lost';

interface Events {
  token: () => string;
  /** The connection is open and who is asking was sent. */
  up: () => void;
  message: (message: Record<string, unknown>) => void;
  status: (status: SocketStatus) => void;
}

/** In milliseconds. */
const PING = 20_000;
const PATIENCE = 10_000;
const LONGEST_WAIT = 8_000;

export class FeedSocket {
  isOpen = false;
  private wanted = false;
  private socket: WebSocket | undefined;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private token = '';

  constructor(private readonly events: Events) {
    addEventListener('online', () => this.kick());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.kick());
  }

  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  close(): void {
    this.wanted = false;
    this.drop();
  }

  send(message: Record<string, unknown>): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(message));
  }

  /** Says who is asking, when that has changed. */
  introduce(): void {
    const token = this.events.token();
    if (token === this.token || !this.isOpen) return;
    this.token = token;
    this.send({ type: 'auth', id: 'auth', token });
  }

  private connect(): void {
    this.drop();
    this.events.status(this.tries === 0 ? 'connecting' : 'lost');
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/realtime`, 'luge.v1');
    this.socket = socket;
    this.expect();
    socket.onmessage = (event) => this.socket === socket && this.heard(String(event.data));
    socket.onclose = () => this.socket === socket && this.lost();
  }

  private heard(text: string): void {
    clearTimeout(this.deadline);
    const message = JSON.parse(text) as Record<string, unknown>;
    if (message.type === 'pong') return;
    if (message.type !== 'ready') {
      this.events.message(message);
      return;
    }
    this.tries = 0;
    this.isOpen = true;
    this.token = '';
    this.beat = setInterval(() => this.ping(), PING);
    this.introduce();
    this.events.status('open');
    this.events.up();
  }

  /** A connection that was cut somewhere on the way does not say so by itself. */
  private ping(): void {
    this.send({ type: 'ping' });
    this.expect();
  }

  private expect(): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.lost(), PATIENCE);
  }

  private lost(): void {
    this.drop();
    if (!this.wanted) return;
    this.tries += 1;
    this.events.status('lost');
    const wait = Math.min(LONGEST_WAIT, 200 * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.retry = setTimeout(() => this.connect(), wait);
  }

  /** The network is back, or somebody looks at the page: now is the time to try. */
  private kick(): void {
    if (!this.wanted) return;
    if (this.isOpen) this.ping();
    else if (this.retry !== undefined) this.connect();
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.deadline);
    clearInterval(this.beat);
    this.retry = undefined;
    this.isOpen = false;
    const { socket } = this;
    this.socket = undefined;
    if (!socket) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
  }
}
