// The one file that talks to the server. Pages call these; nothing else in the dashboard sends a request.
import { ApiError, luge, send, sendRaw } from './http';
import { session } from './session';
import type { BaseRecord, Collection, CollectionDraft, Page, SuperuserRecord } from './types';

export * from './admin';
export * from './hooks';
export * from './types';
export { ApiError, luge, send, sendRaw, session };

const name = encodeURIComponent;

export interface ListAsk {
  page?: number;
  perPage?: number;
  cursor?: string;
  filter?: string;
  sort?: string;
  expand?: string;
  fields?: string;
  skipTotal?: boolean;
  [extra: string]: string | number | boolean | undefined;
}

export const auth = {
  async signIn(identity: string, password: string): Promise<void> {
    const answer = await send<{ token: string; record: SuperuserRecord }>(
      '/api/collections/_superusers/auth-with-password',
      { method: 'POST', body: { identity, password } },
    );
    session.save(answer.token, answer.record);
  },
  /** Asks for a fresh token; a refused one ends the session. */
  async refresh(): Promise<void> {
    const answer = await send<{ token: string; record: SuperuserRecord }>('/api/collections/_superusers/auth-refresh', {
      method: 'POST',
    });
    session.save(answer.token, answer.record);
  },
  signOut(): void {
    session.clear();
  },
};

export const collections = {
  async all(): Promise<Collection[]> {
    const page = await send<Page<Collection>>('/api/collections', { query: { perPage: 1000, sort: 'name' } });
    return page.items;
  },
  view: (collection: string) => send<Collection>(`/api/collections/${name(collection)}`),
  create: (draft: CollectionDraft) => send<Collection>('/api/collections', { method: 'POST', body: draft }),
  update: (collection: string, draft: CollectionDraft) =>
    send<Collection>(`/api/collections/${name(collection)}`, { method: 'PATCH', body: draft }),
  remove: (collection: string) => send<null>(`/api/collections/${name(collection)}`, { method: 'DELETE' }),
  truncate: (collection: string) => send<null>(`/api/collections/${name(collection)}/truncate`, { method: 'DELETE' }),
  import: (list: CollectionDraft[], deleteMissing: boolean) =>
    send<null>('/api/collections/import', { method: 'PUT', body: { collections: list, deleteMissing } }),
  scaffolds: () => send<Record<'base' | 'auth' | 'view', Collection>>('/api/collections/meta/scaffolds'),
};

export const records = {
  list: <T extends BaseRecord = BaseRecord>(collection: string, ask: ListAsk = {}, signal?: AbortSignal) =>
    send<Page<T>>(`/api/collections/${name(collection)}/records`, { query: ask, signal }),
  view: <T extends BaseRecord = BaseRecord>(collection: string, id: string, ask: ListAsk = {}) =>
    send<T>(`/api/collections/${name(collection)}/records/${name(id)}`, { query: ask }),
  create: <T extends BaseRecord = BaseRecord>(collection: string, body: Record<string, unknown> | FormData) =>
    send<T>(`/api/collections/${name(collection)}/records`, { method: 'POST', body }),
  update: <T extends BaseRecord = BaseRecord>(
    collection: string,
    id: string,
    body: Record<string, unknown> | FormData,
    headers?: Record<string, string>,
  ) => send<T>(`/api/collections/${name(collection)}/records/${name(id)}`, { method: 'PATCH', body, headers }),
  remove: (collection: string, id: string) =>
    send<null>(`/api/collections/${name(collection)}/records/${name(id)}`, { method: 'DELETE' }),
  async count(collection: string): Promise<number> {
    const page = await send<Page<BaseRecord>>(`/api/collections/${name(collection)}/records`, {
      query: { perPage: 1, fields: 'id' },
    });
    return page.totalItems;
  },
};

export interface BatchRequest {
  method: 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  url: string;
  body?: unknown;
  ifMatch?: string;
}

/** Runs several writes in one transaction: all or none. */
export function batch(requests: BatchRequest[], signal?: AbortSignal): Promise<{ status: number; body: unknown }[]> {
  return send('/api/batch', { method: 'POST', body: { requests }, signal });
}

export const settings = {
  view: () => send<Record<string, unknown>>('/api/settings'),
  update: (patch: Record<string, unknown>) =>
    send<Record<string, unknown>>('/api/settings', { method: 'PATCH', body: patch }),
};

export interface Health {
  code: number;
  message: string;
  data: Record<string, unknown>;
}

export const server = {
  health: (signal?: AbortSignal) => send<Health>('/api/health', { signal }),
};
