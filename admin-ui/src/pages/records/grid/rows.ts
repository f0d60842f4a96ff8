// The rows of the grid: a window over a list that may have hundreds of thousands. Pages are fetched when they come into
// sight, kept while they are near, and refreshed quietly when somebody else writes.
import { type RecordData, sameValue } from '../../../fields/model';
import type { Slice } from '../data';

export const PAGE = 100;
/** Pages that are kept: 8,000 rows around what was seen last. */
const KEPT = 80;

export type Mark = 'new' | 'changed' | 'gone';

export type Fetch = (page: number, size: number, signal: AbortSignal) => Promise<Slice>;

export class Rows {
  total: number | undefined;
  error: unknown;
  /** Grows with every change: what a view compares. */
  version = 0;
  readonly marks = new Map<string, Mark>();
  private readonly at = new Map<number, RecordData>();
  private readonly pages = new Map<number, 'loading' | 'loaded'>();
  private readonly flights = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private range: [number, number] = [0, 0];
  private wanted: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly fetch: Fetch,
    /** How long a mark stays, in milliseconds. */
    private readonly markTime = 1600,
  ) {}

  row = (index: number): RecordData | undefined => this.at.get(index);

  /** The rows that are loaded, in their order. */
  loaded(): RecordData[] {
    return [...this.at].sort(([a], [b]) => a - b).map(([, row]) => row);
  }

  /** The index of a row that is loaded, or -1. */
  indexOf(id: string): number {
    for (const [index, row] of this.at) if (row.id === id) return index;
    return -1;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Says which rows are in sight. While one scrolls fast, only what remains in sight is fetched. */
  show(from: number, to: number): void {
    this.range = [from, to];
    if (this.missing().length === 0 || this.wanted !== undefined) return;
    const first = this.pages.size === 0;
    this.wanted = setTimeout(
      () => {
        this.wanted = undefined;
        this.abandon();
        for (const page of this.missing()) void this.load(page);
      },
      first ? 0 : 80,
    );
  }

  /** Fetches what is in sight again and marks what has changed; the rest is forgotten and comes when it is seen. */
  async refresh(): Promise<void> {
    const visible = this.visiblePages();
    for (const page of [...this.pages.keys()]) if (!visible.includes(page)) this.forget(page);
    await Promise.all(visible.map((page) => this.load(page, true)));
  }

  /** Puts a newer state of a row in its place, if it is loaded. Own changes are not marked. */
  put(record: RecordData, mark?: Mark): boolean {
    const index = this.indexOf(record.id);
    const old = this.at.get(index);
    if (!old) return false;
    if (sameRow(old, record)) return true;
    this.at.set(index, { ...record, expand: record.expand ?? keptExpand(old, record) });
    if (mark) this.mark(record.id, mark);
    this.tell();
    return true;
  }

  /** Takes a row out: those below move up. */
  take(id: string): void {
    const index = this.indexOf(id);
    if (index < 0) return;
    const last = Math.max(...this.at.keys());
    for (let i = index; i <= last; i += 1) {
      const next = this.at.get(i + 1);
      if (next) this.at.set(i, next);
      else this.at.delete(i);
    }
    if (this.total !== undefined) this.total -= 1;
    this.marks.delete(id);
    this.tell();
  }

  mark(id: string, mark: Mark): void {
    this.marks.set(id, mark);
    this.later(() => {
      if (this.marks.get(id) === mark && mark !== 'gone') this.marks.delete(id);
      this.tell();
    });
    this.tell();
  }

  /** Runs something when a mark has been seen. */
  later(run: () => void, wait = this.markTime): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.closed) run();
    }, wait);
    this.timers.add(timer);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.wanted);
    for (const timer of this.timers) clearTimeout(timer);
    for (const flight of this.flights.values()) flight.abort();
    this.listeners.clear();
  }

  /** Opens again after a close: effects run twice while developing. */
  open(): void {
    this.closed = false;
  }

  private visiblePages(): number[] {
    const last = this.total === undefined ? 0 : Math.max(0, Math.ceil(this.total / PAGE) - 1);
    const from = Math.min(Math.floor(this.range[0] / PAGE), last);
    const to = Math.min(Math.floor(Math.max(0, this.range[1] - 1) / PAGE), last);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }

  private missing(): number[] {
    return this.visiblePages().filter((page) => !this.pages.has(page));
  }

  private abandon(): void {
    const visible = this.visiblePages();
    for (const [page, flight] of this.flights) {
      if (visible.includes(page)) continue;
      flight.abort();
      this.flights.delete(page);
      this.pages.delete(page);
    }
  }

  private async load(page: number, again = false): Promise<void> {
    const flight = new AbortController();
    this.flights.get(page)?.abort();
    this.flights.set(page, flight);
    if (!again) this.pages.set(page, 'loading');
    try {
      const answer = await this.fetch(page, PAGE, flight.signal);
      if (this.closed || flight.signal.aborted) return;
      this.accept(page, answer, again);
    } catch (error) {
      if (this.closed || flight.signal.aborted) return;
      this.error = error;
      if (!again) this.pages.delete(page);
      this.tell();
    } finally {
      if (this.flights.get(page) === flight) this.flights.delete(page);
    }
  }

  private accept(page: number, { items, total }: Slice, again: boolean): void {
    const before = new Map<string, RecordData>();
    if (again) for (const row of this.at.values()) before.set(row.id, row);
    const incoming = new Set(items.map((item) => item.id));
    for (let i = 0; i < PAGE; i += 1) this.place(page * PAGE + i, items[i]);
    // A row that moved here from another place must not stand in both.
    for (const [index, row] of this.at) {
      if (Math.floor(index / PAGE) !== page && incoming.has(row.id)) this.at.delete(index);
    }
    this.pages.set(page, 'loaded');
    this.total = total;
    this.error = undefined;
    for (const index of [...this.at.keys()]) if (index >= total) this.at.delete(index);
    if (again) this.markDifferences(before, items);
    this.evict();
    this.tell();
  }

  private place(index: number, row: RecordData | undefined): void {
    if (row) this.at.set(index, row);
    else this.at.delete(index);
  }

  private markDifferences(before: Map<string, RecordData>, items: RecordData[]): void {
    if (before.size === 0) return;
    for (const item of items) {
      const old = before.get(item.id);
      if (old && !sameRow(old, item)) this.mark(item.id, 'changed');
    }
  }

  private forget(page: number): void {
    this.pages.delete(page);
    for (let i = 0; i < PAGE; i += 1) this.at.delete(page * PAGE + i);
  }

  private evict(): void {
    const visible = this.visiblePages();
    for (const page of [...this.pages.keys()]) {
      if (this.pages.size <= KEPT) return;
      if (!visible.includes(page) && this.pages.get(page) === 'loaded') this.forget(page);
    }
  }

  private tell(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

/** Whether two states of a record say the same, whatever was expanded. */
export function sameRow(a: RecordData, b: RecordData): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  keys.delete('expand');
  for (const key of keys) if (!sameValue(a[key], b[key])) return false;
  return true;
}

/** Of the related records that were known, those that the new state still names. */
function keptExpand(old: RecordData, next: RecordData): RecordData['expand'] {
  if (!old.expand) return undefined;
  return Object.fromEntries(Object.entries(old.expand).filter(([name]) => sameValue(old[name], next[name])));
}
