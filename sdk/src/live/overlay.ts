/** Writes that are shown before the server has confirmed them. */

import type { Row } from './order.ts';
import type { LiveQuery } from './query.ts';
import { reached } from './state.ts';
import type { Window } from './window.ts';

/** A write as it is laid over the records. */
export interface Patch {
  collection: string;
  kind: 'create' | 'update' | 'delete';
  id: string;
  body: Record<string, unknown>;
}

interface Mutation {
  patches: Patch[];
  /** Where the server has put it; empty until it has answered. */
  position: string;
  /** Those that got it from the server. */
  seen: Set<LiveQuery>;
}

/** A query that the confirmed write does not concern never hears of it: after this, nothing is laid over it any more. */
const LINGER = 5000;

/** All writes that are under way. */
export class Overlay {
  private readonly mutations = new Map<string, Mutation>();

  constructor(private readonly changed: (collections: string[]) => void) {}

  /** Shows a write. */
  add(request: string, patches: Patch[]): void {
    this.mutations.set(request, { patches, position: '', seen: new Set() });
    this.changed(patches.map((patch) => patch.collection));
  }

  /** The server has done it: queries show theirs until the change reaches them. */
  confirm(request: string, position: string): void {
    const mutation = this.mutations.get(request);
    if (mutation) mutation.position = position;
    setTimeout(() => this.remove(request), LINGER);
  }

  /** It was refused, or is over. */
  remove(request: string): void {
    const mutation = this.mutations.get(request);
    this.mutations.delete(request);
    if (mutation) this.changed(mutation.patches.map((patch) => patch.collection));
  }

  /** A query got the server's change for it. */
  echoed(request: string, query: LiveQuery): void {
    this.mutations.get(request)?.seen.add(query);
  }

  /** Lays all writes over the rows of a query, and says which records are affected. */
  lay(query: LiveQuery, rows: Map<string, Row>, window: Window): Set<string> {
    const pending = new Set<string>();
    for (const { patches, position, seen } of this.mutations.values()) {
      if (seen.has(query) || (position && reached(query.position, position))) continue;
      for (const patch of patches) {
        if (patch.collection === query.collection && lay(patch, rows, query, window)) pending.add(patch.id);
      }
    }
    return pending;
  }
}

function lay({ kind, id, body }: Patch, rows: Map<string, Row>, { ask, collection }: LiveQuery, window: Window): boolean {
  const before = rows.get(id);
  if (kind === 'delete') return rows.delete(id);
  if (kind === 'update' && !before) return false;
  const now = new Date().toISOString().replace('T', ' ');
  const base: Row = before ?? { id, collectionId: '', collectionName: collection, created: now, updated: now };
  const row = apply(base, body);
  const fits = ask.filter ? ask.test?.(row) : true;
  // Only the server can tell: what is shown stays, what is new waits for its word.
  if (fits === false || (fits === undefined && !before)) return before ? rows.delete(id) : false;
  if (!before && !window.inside(row)) return false;
  rows.set(id, row);
  return true;
}

/** A row with the values of a body, which may name fields with modifiers. */
function apply(base: Row, body: Record<string, unknown>): Row {
  const row: Row = { ...base };
  for (const [key, value] of Object.entries(body)) {
    const name = key.replace(/^\+|[+-]$|:.*$/g, '');
    const old = row[name];
    if (name === key) row[name] = value;
    else if (typeof old === 'number') row[name] = key.endsWith('-') ? old - Number(value) : old + Number(value);
    else if (Array.isArray(old)) {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      const others = old.filter((item) => !values.includes(item));
      row[name] = key.endsWith('-')
        ? others
        : key.startsWith('+')
          ? [...values, ...others]
          : [...old, ...values.filter((item) => !old.includes(item))];
    }
  }
  return row;
}
