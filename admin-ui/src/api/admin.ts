// What only superusers ask: first run, telemetry, the preview of a change.
import { send } from './http';
import { session } from './session';
import type { CollectionDraft, RuleName, SuperuserRecord } from './types';

export const setup = {
  state: () => send<{ open: boolean }>('/api/setup'),
  async finish(token: string, email: string, password: string): Promise<void> {
    const answer = await send<{ token: string; record: SuperuserRecord }>('/api/setup', {
      method: 'POST',
      body: { token, email, password },
    });
    session.save(answer.token, answer.record);
  },
};

export interface Area {
  area: string;
  requests: number;
  clientErrors: number;
  serverErrors: number;
  p50: number | null;
  p99: number | null;
}

export interface Minute {
  at: string;
  requests: number;
  clientErrors: number;
  serverErrors: number;
  p50: number | null;
  p99: number | null;
  areas: Record<string, number>;
}

/** How the server is: `GET /api/stats`. Times are milliseconds. */
export interface Stats {
  now: string;
  version: string;
  startedAt: string;
  uptime: number;
  connections: { http: number; realtime: number; subscriptions: number };
  log: { position: string; bytes: number };
  store: { bytes: number };
  disk: { free: number; total: number } | null;
  rss: number | null;
  notices: string[];
  totals: { requests: number; clientErrors: number; serverErrors: number };
  window: { requests: number; clientErrors: number; serverErrors: number; p50: number | null; p99: number | null };
  areas: Area[];
  minutes: Minute[];
}

export interface RequestLine {
  n: number;
  at: string;
  method: string;
  path: string;
  status: number;
  ms: number;
  actor: { collection: string; id: string } | null;
  address: string;
  id: string;
  bytes: number;
  area: string;
  error?: string | null;
}

export interface RequestPage {
  items: RequestLine[];
  next: number;
  missed: number;
}

export interface SlowQuery {
  collection: string;
  filter: string;
  sort: string;
  count: number;
  totalMs: number;
  worstMs: number;
  lastAt: string;
  rowsRead: number;
  rowsKept: number;
  plan: string;
  suggestion: { sql: string; fields: string[]; reason: string } | null;
}

export const stats = {
  view: (minutes: number) => send<Stats>('/api/stats', { query: { minutes } }),
  requests: (ask: { since?: number; wait?: number; limit?: number }, signal?: AbortSignal) =>
    send<RequestPage>('/api/stats/requests', { query: ask, signal }),
  queries: () => send<{ slowMs: number; items: SlowQuery[] }>('/api/stats/queries'),
  forgetQueries: () => send<null>('/api/stats/queries', { method: 'DELETE' }),
};

interface FieldMark {
  id: string;
  name: string;
  type: string;
}

/** What one collection would become. */
export interface CollectionPreview {
  action: 'create' | 'update' | 'delete' | 'none';
  id: string;
  name: string;
  previousName: string;
  type: string;
  records: number;
  recordsLost: number;
  fields: {
    added: FieldMark[];
    dropped: (FieldMark & { values: number })[];
    renamed: { id: string; type: string; from: string; to: string; values: number }[];
    converted: (FieldMark & { from: string; to: string; values: number; losing: number })[];
    changed: (FieldMark & { options: string[] })[];
  };
  indexes: {
    built: { name: string; sql: string; unique: boolean; rows: number }[];
    dropped: { name: string; sql: string; unique: boolean }[];
  };
  rules: { rule: RuleName | 'authRule' | 'manageRule'; from: string | null; to: string | null }[];
  options: string[];
  signsOut: boolean;
}

export interface Preview {
  error: { data: Record<string, unknown>; message: string; status: number } | null;
  collections: CollectionPreview[];
}

type PreviewAsk =
  | { collection: string; change: CollectionDraft }
  | { collection: string; delete: true }
  | { collections: CollectionDraft[]; deleteMissing: boolean };

/** What an edit would do; nothing is changed. */
export function preview(ask: PreviewAsk): Promise<Preview> {
  return send('/api/collections/preview', { method: 'POST', body: ask });
}

/** Someone who is connected at this moment. */
export interface Connection {
  id: string;
  kind: 'ws' | 'sse';
  address: string;
  actor: { collectionId: string; collectionName: string; id: string; email: string } | null;
  since: string;
  subscriptions: { sub: string; topic: string; filter: string; state: string }[];
  queue: number;
  position: string;
}

export const connections = {
  all: () => send<{ items: Connection[]; totalItems: number }>('/api/realtime/connections'),
};
