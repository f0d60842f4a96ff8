// What pages ask for again and again, as queries with stable keys.
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type Collection, collections } from './index';

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: collections.all,
  staleTime: 10_000,
});

/** All collections, by name. */
export function useCollections(): Collection[] {
  return useSuspenseQuery(collectionsQuery).data;
}

/** One collection by its name or id; undefined when there is none. */
export function useCollection(nameOrId: string): Collection | undefined {
  const { data } = useQuery(collectionsQuery);
  return data?.find((collection) => collection.name === nameOrId || collection.id === nameOrId);
}
