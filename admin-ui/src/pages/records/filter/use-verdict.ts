// The server's word on a filter, a moment after one stops typing.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { checkExpression, type Verdict } from '../../../expression/check';
import type { Collection } from '../../../fields/model';

export function useVerdict(
  collection: Collection,
  filter: string,
): { verdict: Verdict | undefined; checking: boolean } {
  const [asked] = useDebouncedValue(filter, 250);
  const query = useQuery({
    queryKey: ['check', collection.id, collection.updated, asked],
    queryFn: ({ signal }) => checkExpression(collection.name, 'filter', asked, signal),
    enabled: asked !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  // While one types on, an old verdict would point to the wrong place.
  const current = asked === filter && filter !== '';
  return { verdict: current ? query.data : undefined, checking: current && query.isFetching };
}
