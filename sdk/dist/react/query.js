/** Live queries as hooks. */
import { useCallback, useRef, useSyncExternalStore } from 'react';
const NOTHING = { items: [], status: 'loading', error: null, pending: new Set() };
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
export function useQuery(query) {
    const key = query ? JSON.stringify([query.collection, query.ask]) : '';
    // The first query of those that ask the same: its callbacks stay the same too.
    const kept = useRef({ key: '', query: null });
    if (kept.current.key !== key)
        kept.current = { key, query: query };
    const asked = kept.current.query;
    const subscribe = useCallback((changed) => asked?.live(changed) ?? (() => { }), [asked]);
    const read = useCallback(() => asked?.peek() ?? NOTHING, [asked]);
    const state = useSyncExternalStore(subscribe, read, () => NOTHING);
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
export function useRecord(query, id) {
    const { items, ...rest } = useQuery(id ? query.where('id = {:id}', { id }).limit(1) : null);
    return { ...rest, record: items[0] ?? null };
}
