// How editors find records of other collections.
import { useMemo } from 'react';
import { records } from '../../api';
import { filterOf } from '../../expression/search';
import type { Lookup } from '../../fields/lookup';
import type { Collection, RecordData } from '../../fields/model';
import { byIds } from './data';

const SHOWN = 30;

export function useLookupOf(collections: Collection[]): Lookup {
  return useMemo(
    () => ({
      collection: (key) => collections.find((c) => c.id === key || c.name === key),
      search: async (collection, text, signal) => {
        const filter = filterOf(text.trim() === '' ? '' : text, collection) || undefined;
        const page = await records.list(collection.name, { perPage: SHOWN, filter, skipTotal: true }, signal);
        return page.items as unknown as RecordData[];
      },
      byIds,
    }),
    [collections],
  );
}
