// Changes of a collection as they happen, as one subscription that resumes where it was when the connection was lost.
import type { Collection, RecordData } from '../fields/model';

export type FeedStatus = 'off' | 'connecting' | 'live' | 'lost';

export interface FeedChange {
  action: 'create' | 'update' | 'delete';
  record: RecordData;
}

export interface FeedAsk {
  collection: Collection;
  filter: string;
  expand: string;
}

export interface FeedHandlers {
  change: (change: FeedChange) => void;
  /** The position is gone: load anew. */
  reset: () => void;
  status: (status: FeedStatus) => void;
}

export function watch(_ask: FeedAsk, on: FeedHandlers): () => void {
  on.status('off');
  return () => {};
}
