// Scripts, their log, schedules, jobs and plugins: what `/api/hooks` and `/api/plugins` tell. Times are milliseconds.
import { send } from './http';
import type { CollectionDraft } from './types';

/** A mistake in a file; `file` begins with the unit, line and column count from 1, and 0 is unknown. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  message: string;
}

export interface ScriptFile {
  file: string;
  size: number;
  modified: number;
}

export interface ScriptList {
  dir: string;
  files: ScriptFile[];
  diagnostics: Diagnostic[];
  loaded: boolean;
}

export interface Script {
  file: string;
  text: string;
  modified: number;
}

export interface SavedScript extends Script {
  diagnostics: Diagnostic[];
  loaded: boolean;
}

export interface KnownEvent {
  name: string;
  signature: string;
  text: string;
}

export interface KnownFunction extends KnownEvent {
  /** Empty for a function of no module. */
  module: string;
}

export interface Completions {
  events: KnownEvent[];
  functions: KnownFunction[];
  keywords: string[];
  /** What handlers find in `e`. */
  event: string[];
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  seq: number;
  time: number;
  level: LogLevel;
  unit: string;
  /** `hooks/orders.rhai:3`, or a file. */
  source: string;
  message: string;
}

/** The path of a file: its folder stays a folder. */
const path = (file: string) => file.split('/').map(encodeURIComponent).join('/');

export const scripts = {
  list: () => send<ScriptList>('/api/hooks/scripts'),
  view: (file: string) => send<Script>(`/api/hooks/scripts/${path(file)}`),
  /** Checks and saves; with `force` it is saved with its mistakes, and the old one goes on running. */
  save: (file: string, text: string, force: boolean) =>
    send<SavedScript>(`/api/hooks/scripts/${path(file)}`, { method: 'PUT', body: { text, force } }),
  remove: (file: string) => send<null>(`/api/hooks/scripts/${path(file)}`, { method: 'DELETE' }),
  check: async (file: string, text: string): Promise<Diagnostic[]> =>
    (await send<{ diagnostics: Diagnostic[] }>('/api/hooks/check', { method: 'POST', body: { file, text } }))
      .diagnostics,
  completions: () => send<Completions>('/api/hooks/completions'),
  log: (ask: { since: number; limit?: number; wait?: number }, signal?: AbortSignal) =>
    send<{ lines: LogLine[]; last: number }>('/api/hooks/log', { query: ask, ...(signal && { signal }) }),
};

export interface Cron {
  id: string;
  name: string;
  unit: string;
  expression: string;
  zone: string;
  next: number | null;
  last: number | null;
  took: number | null;
  error: string | null;
}

export interface Job {
  id: string;
  unit: string;
  name: string;
  args: unknown;
  due: number;
  attempts: number;
  created: number;
  unique: string | null;
  error: string | null;
}

/** What failed for good: a job, or a handler after a write. */
export interface DeadLetter {
  deadId: string;
  kind: 'event' | 'job';
  unit: string;
  handler: string;
  what: Record<string, unknown>;
  attempts: number;
  error: string;
  failed: number;
}

export interface JobList {
  items: Job[];
  dead: DeadLetter[];
  /** How far the handlers after writes have read the log. */
  after: { done: number; head: number; retried: number };
}

const id = encodeURIComponent;

export const jobs = {
  crons: async (): Promise<Cron[]> => (await send<{ items: Cron[] }>('/api/hooks/crons')).items,
  runCron: (cron: Cron) =>
    send<null>(`/api/hooks/crons/${id(cron.unit)}/${id(cron.name)}`, { method: 'POST', body: {} }),
  list: (limit: number) => send<JobList>('/api/hooks/jobs', { query: { limit } }),
  run: (job: string) => send<null>(`/api/hooks/jobs/${id(job)}/run`, { method: 'POST', body: {} }),
  remove: (job: string) => send<null>(`/api/hooks/jobs/${id(job)}`, { method: 'DELETE' }),
  runDead: (letter: string) => send<null>(`/api/hooks/dead/${id(letter)}/run`, { method: 'POST', body: {} }),
  removeDead: (letter: string) => send<null>(`/api/hooks/dead/${id(letter)}`, { method: 'DELETE' }),
};

export interface Permissions {
  network: string[];
  collections: { read: string[]; write: string[] };
  routes: string[];
  secrets: string[];
  env: string[];
  mail: boolean;
  cron: boolean;
  files: string[];
}

export interface PluginSetting {
  key: string;
  type: 'text' | 'number' | 'bool' | 'select' | 'email' | 'url';
  label: string;
  help: string;
  values: string[];
  default: unknown;
  required: boolean;
  value: unknown;
}

export interface Plugin {
  name: string;
  title: string;
  description: string;
  version: string;
  /** Came with Luge. */
  shipped: boolean;
  enabled: boolean;
  permissions: Permissions;
  /** What the owner agreed to when it was enabled. */
  accepted: Permissions | null;
  limits: Record<string, number>;
  settings: PluginSetting[];
  secrets: { name: string; set: boolean }[];
  /** Collections that it needs, and the names of those that are not there yet. */
  schema: CollectionDraft[];
  missing: string[];
  diagnostics: Diagnostic[];
  /** Why it cannot be used at all. */
  problem: string | null;
}

export interface PluginChange {
  settings?: Record<string, unknown>;
  /** An empty one is removed. */
  secrets?: Record<string, string>;
}

export const plugins = {
  all: async (): Promise<Plugin[]> => (await send<{ items: Plugin[] }>('/api/plugins')).items,
  enable: (name: string) => send<Plugin>(`/api/plugins/${id(name)}/enable`, { method: 'POST', body: {} }),
  disable: (name: string) => send<Plugin>(`/api/plugins/${id(name)}/disable`, { method: 'POST', body: {} }),
  change: (name: string, body: PluginChange) => send<Plugin>(`/api/plugins/${id(name)}`, { method: 'PATCH', body }),
};
