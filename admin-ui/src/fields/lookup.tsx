// What an editor may ask about other collections: who provides it, decides how it is fetched.
import { createContext, useContext } from 'react';
import type { Collection, RecordData } from './model';

export interface Lookup {
  collection: (idOrName: string) => Collection | undefined;
  /** Records that match a text, the newest first where there is none. */
  search: (collection: Collection, text: string, signal: AbortSignal) => Promise<RecordData[]>;
  byIds: (collection: Collection, ids: string[], signal: AbortSignal) => Promise<RecordData[]>;
}

const nothing: Lookup = {
  collection: () => undefined,
  search: () => Promise.resolve([]),
  byIds: () => Promise.resolve([]),
};

export const LookupContext = createContext<Lookup>(nothing);

export const useLookup = () => useContext(LookupContext);
