/** Live queries as hooks. */

import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { LiveState, Name, Query, RecordBase, SchemaOf } from '../index.ts';

/** What {@link useQuery} gives. */
export interface QueryResult<T> extends LiveState<T> {
  /** Whether there is no result yet. */
  readonly isLoading: boolean;
}

/** What {@link useRecord} gives. */
export interface RecordResult<T> extends Omit<QueryResult<T>, 'items'> {
  /** The record; `null` when there is none, or the reader may not see it. */
  readonly record: T | null;
}

const NOTHING: LiveState<never> = { items: [], status: 'loading', error: null, pending: new Set() };

/** Any query, whatever its schema. */
interface AnyQuery<T> {
  readonly collection: string;
  readonly ask: unknown;
  live(callback: (state: LiveState<T>) => void): () => void;
  peek(): LiveState<T>;
}

/**
 * The result of a query, live. The query may be made anew in each render: what counts is what it asks. `null` asks nothing.
 *
 * @example
 * function Newest() {
 *   const luge = useLuge<Schema>();
 *   const { items, isLoading } = useQuery(luge.from('posts').orderBy('-created').limit(10));
 *   if (isLoading) return <p>Loading…</p>;
 *   return <ul>{items.map((post) => <li key={post.id}>{post.title}</li>)}</ul>;
 * }
 */
export function useQuery<S extends SchemaOf<S>, C extends Name<S>, T extends RecordBase>(
  query: Query<S, C, T> | null,
): QueryResult<T> {
  const key = query ? JSON.stringify([query.collection, query.ask]) : '';
  // The first query of those that ask the same: its callbacks stay the same too.
  const kept = useRef<{ key: string; query: AnyQuery<T> | null }>({ key: '', query: null });
  if (kept.current.key !== key) kept.current = { key, query: query as AnyQuery<T> | null };
  const asked = kept.current.query;
  const subscribe = useCallback((changed: () => void) => asked?.live(changed) ?? (() => {}), [asked]);
  const read = useCallback(() => asked?.peek() ?? NOTHING, [asked]);
  const state = useSyncExternalStore(subscribe, read, () => NOTHING as LiveState<T>);
  return { ...state, isLoading: state.status === 'loading' };
}

/**
 * One record, live. `null` or an empty id asks nothing.
 *
 * @example
 * function Title({ id }: { id: string }) {
 *   const luge = useLuge<Schema>();
 *   const { record } = useRecord(luge.from('posts'), id);
 *   return <h1>{record?.title ?? 'Not there'}</h1>;
 * }
 */
export function useRecord<S extends SchemaOf<S>, C extends Name<S>, T extends RecordBase>(
  query: Query<S, C, T>,
  id: string | null | undefined,
): RecordResult<T> {
  const { items, ...rest } = useQuery(id ? query.where('id = {:id}', { id }).limit(1) : null);
  return { ...rest, record: items[0] ?? null };
}
