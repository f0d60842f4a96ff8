/** Live queries as hooks. */
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
export declare function useQuery<S extends SchemaOf<S>, C extends Name<S>, T extends RecordBase>(query: Query<S, C, T> | null): QueryResult<T>;
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
export declare function useRecord<S extends SchemaOf<S>, C extends Name<S>, T extends RecordBase>(query: Query<S, C, T>, id: string | null | undefined): RecordResult<T>;
