/** A live query: a snapshot, kept right by the changes that follow it, across lost connections. */

import { fromBody } from '../error.ts';
import type { Ask } from '../query.ts';
import type { Message, Pipe } from '../realtime/socket.ts';
import type { Row } from './order.ts';
import type { Overlay } from './overlay.ts';
import type { LiveState, LiveStatus } from './state.ts';
import { type Verdict, Window } from './window.ts';

/** Changes of one transaction arrive one by one: they are shown together. In milliseconds. */
const GATHER = 4;

/** What only the server can tell is asked at most this often. In milliseconds. */
const RELOAD = 1000;

const NONE: ReadonlySet<string> = new Set();

type Told = (state: LiveState<Row>) => void;

/** One query, for all who watch it. */
export class LiveQuery {
  state: LiveState<Row> = { items: [], status: 'loading', error: null, pending: NONE };
  readonly watchers = new Set<Told>();
  /** Whether anybody has begun to watch it. */
  started = false;
  /** The position of the newest change that is in it. */
  position = '';
  private window: Window;
  /** The last position up to which every change is in: a transaction may have been cut off in its middle. */
  private safe = '';
  private sub = '';
  private count = 0;
  /** The subscription whose snapshot is on its way, and what of it has arrived. */
  private coming: { sub: string; items: Row[] } | undefined;
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private reloading: ReturnType<typeof setTimeout> | undefined;
  private reloaded = 0;
  /** Whether something was met that only a new snapshot can tell: a lost connection must not forget it. */
  private unsure = false;
  private status: LiveStatus = 'loading';

  constructor(
    /** The start of the names of its subscriptions. */
    readonly name: string,
    readonly collection: string,
    readonly ask: Ask,
    private readonly pipe: Pipe,
    private readonly overlay: Overlay,
  ) {
    this.window = new Window(ask);
  }

  /** The connection is open, perhaps again: go on from where this stands, or begin. */
  up(): void {
    this.coming = undefined;
    if (this.safe && !this.unsure) this.subscribe({ since: this.safe });
    else this.load();
  }

  /** The connection is lost. What is known stays, and says that it may be old. */
  down(): void {
    clearTimeout(this.reloading);
    this.reloading = undefined;
    if (this.status === 'live') this.become('stale');
  }

  /** Somebody else is asking: nothing of what is known may be shown to them. */
  forget(): void {
    this.end();
    this.window = new Window(this.ask);
    this.sub = this.safe = this.position = '';
    this.status = 'loading';
    this.show();
    for (const told of [...this.watchers]) told(this.state);
    this.load();
  }

  /** Nobody watches any more. */
  end(): void {
    clearTimeout(this.gathering);
    clearTimeout(this.reloading);
    this.gathering = this.reloading = undefined;
    for (const sub of new Set([this.sub, this.coming?.sub])) if (sub) this.pipe.send({ type: 'unsubscribe', sub });
    this.coming = undefined;
  }

  /** A message about one of its subscriptions. */
  heard(message: Message, sub: string): void {
    // One that was given up.
    if (sub !== this.sub && sub !== this.coming?.sub) return;
    const position = String(message.position ?? '');
    if (message.type === 'snapshot') this.snapshot(message, sub, position);
    else if (message.type === 'reset') {
      // Should the connection be lost before the snapshot has come, the position alone is not enough to go on from.
      this.unsure = true;
      this.load();
    } else if (message.type === 'error') this.fail(message);
    else if (sub !== this.sub) return;
    else if (message.type === 'change') this.change(message, position);
    else if (message.type === 'live') {
      this.safe = this.position = position || this.position;
      if (!this.coming) this.become('live');
      this.notify();
    }
  }

  /** Shows what is there now to all who watch, soon. */
  notify(): void {
    this.gathering ??= setTimeout(() => this.show(), GATHER);
  }

  /** Shows what is there now, at once. */
  show(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    const rows = this.window.copy();
    const pending = this.overlay.lay(this, rows, this.window);
    const items = this.window.shown(rows).map((row) => (this.ask.expand && !row.expand ? { ...row, expand: {} } : row));
    const error = this.status === 'failed' ? this.state.error : null;
    this.state = { items, status: this.status, error, pending: pending.size ? pending : NONE };
    if (this.status !== 'loading') for (const told of [...this.watchers]) told(this.state);
  }

  private subscribe(more: Record<string, unknown>): void {
    const sub = `${this.name}.${++this.count}`;
    const { filter, expand } = this.ask;
    const { fields } = this.window.wanted;
    const sent = this.pipe.send({
      type: 'subscribe',
      id: sub,
      sub,
      topic: `${this.collection}/*`,
      filter: filter || undefined,
      expand: expand || undefined,
      fields,
      ...more,
    });
    if (!sent) return;
    if (more.snapshot) this.coming = { sub, items: [] };
    else this.sub = sub;
  }

  /** Asks for a snapshot. Until it has come, an older one goes on to be kept right. */
  private load(): void {
    clearTimeout(this.reloading);
    this.reloading = undefined;
    this.reloaded = Date.now();
    if (this.coming) this.pipe.send({ type: 'unsubscribe', sub: this.coming.sub });
    const { sort, limit } = this.window.wanted;
    this.subscribe({ snapshot: true, sort: sort || undefined, limit });
  }

  private snapshot(message: Message, sub: string, position: string): void {
    const { coming } = this;
    if (coming?.sub !== sub) return;
    coming.items.push(...(message.items as Row[]));
    if (!message.last) return;
    if (this.sub) this.pipe.send({ type: 'unsubscribe', sub: this.sub });
    this.coming = undefined;
    this.sub = sub;
    this.safe = this.position = position;
    this.unsure = false;
    this.obey(this.window.load(coming.items, message.more === true));
    this.become('live');
    this.notify();
  }

  private change(message: Message, position: string): void {
    // The changes of one transaction have one position: only those before it are surely complete.
    if (position !== this.position) this.safe = this.position;
    this.position = position;
    const row = message.record as Row;
    if (typeof message.request === 'string') this.overlay.echoed(message.request, this);
    this.obey(message.action === 'delete' ? this.window.remove(row.id) : this.window.put(row));
    this.notify();
  }

  private obey(verdict: Verdict): void {
    this.unsure ||= verdict === 'reload';
    if (!this.unsure || this.coming || this.reloading) return;
    const wait = Math.max(0, this.reloaded + RELOAD - Date.now());
    this.reloading = setTimeout(() => this.load(), wait && wait + Math.random() * RELOAD);
  }

  private fail(message: Message): void {
    this.coming = undefined;
    this.safe = '';
    this.status = 'failed';
    this.state = { ...this.state, error: fromBody(Number(message.status), message, { request: `live ${this.collection}` }) };
    this.notify();
  }

  private become(status: LiveStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.notify();
  }
}
