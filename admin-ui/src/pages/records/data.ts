// The records of a collection, as the grid and the drawer ask for them.
import { records, send } from '../../api';
import type { Collection, Json, RecordData } from '../../fields/model';

/** What the grid shows: a question whose answer is one long list. */
export interface Question {
  collection: Collection;
  filter: string;
  sort: string;
  expand: string;
}

export interface Slice {
  items: RecordData[];
  total: number;
}

/** The records from `page * size` on, with how many there are in all. */
export async function slice(ask: Question, page: number, size: number, signal?: AbortSignal): Promise<Slice> {
  const query = { page: page + 1, perPage: size, ...wire(ask) };
  const answer = await records.list(ask.collection.name, query, signal);
  return { items: answer.items as unknown as RecordData[], total: answer.totalItems };
}

function wire({ filter, sort, expand }: Question) {
  return { filter: filter || undefined, sort: sort || undefined, expand: expand || undefined };
}

export interface CursorPage {
  items: RecordData[];
  nextCursor: string | null;
}

/** Everything that matches, page by page: stable while others write. */
export async function* walk(ask: Question, fields: string, signal: AbortSignal): AsyncGenerator<RecordData[]> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = new URLSearchParams({
      cursor,
      perPage: '500',
      ...(ask.filter && { filter: ask.filter }),
      ...(ask.sort && { sort: ask.sort }),
      ...(fields && { fields }),
    }).toString();
    // Not through `query`: an empty cursor asks for the first page and must be sent.
    const path: string = `/api/collections/${encodeURIComponent(ask.collection.name)}/records?${query}`;
    const page: CursorPage = await send<CursorPage>(path, { signal });
    if (page.items.length > 0) yield page.items;
    cursor = page.nextCursor;
  }
}

/** The records with these ids, in no certain order. */
export async function byIds(collection: Collection, ids: string[], signal?: AbortSignal): Promise<RecordData[]> {
  const found: RecordData[] = [];
  for (let at = 0; at < ids.length; at += 40) {
    const filter = ids
      .slice(at, at + 40)
      .map((id) => `id = "${id}"`)
      .join(' || ');
    const page = await records.list(collection.name, { perPage: 40, filter, skipTotal: true }, signal);
    found.push(...(page.items as unknown as RecordData[]));
  }
  return found;
}

export async function one(collection: Collection, id: string, expand?: string): Promise<RecordData> {
  return (await records.view(collection.name, id, { expand })) as unknown as RecordData;
}

export async function update(collection: Collection, id: string, patch: Record<string, Json>, expand?: string) {
  const path = `/api/collections/${encodeURIComponent(collection.name)}/records/${encodeURIComponent(id)}`;
  return send<RecordData>(path, { method: 'PATCH', body: patch, query: { expand } });
}

export async function create(collection: Collection, body: Record<string, Json>): Promise<RecordData> {
  return (await records.create(collection.name, body)) as unknown as RecordData;
}

export const remove = (collection: Collection, id: string) => records.remove(collection.name, id);
