// How a request travels: over the SDK, like every other app's, with errors that pages can show.
import { createLuge, LugeError } from '@luge/sdk';
import { session } from './session';
import type { SuperuserRecord } from './types';

/** What the server said when it refused: `fields` names what is wrong with which field. */
export class ApiError extends Error {
  readonly status: number;
  readonly data: Record<string, unknown>;
  /** Seconds until another try makes sense, from `Retry-After`. */
  readonly retryAfter: number | null;

  constructor(status: number, message: string, data: Record<string, unknown>, retryAfter: number | null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.data = data;
    this.retryAfter = retryAfter;
  }

  /** The messages per field, nested ones by a dotted path. */
  get fields(): Record<string, string> {
    const found: Record<string, string> = {};
    collect(this.data, '', found);
    return found;
  }

  /** The server could not be reached at all. */
  get offline(): boolean {
    return this.status === 0;
  }
}

function collect(node: unknown, path: string, found: Record<string, string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { message, code } = node as { message?: unknown; code?: unknown };
  if (typeof message === 'string' && typeof code === 'string') {
    found[path] = message;
    return;
  }
  for (const [key, child] of Object.entries(node)) collect(child, path ? `${path}.${key}` : key, found);
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The SDK's client. A lost connection is shown by the banner, so a request is not repeated in silence. */
export const luge = createLuge(location.origin, {
  store: {
    get: session.get,
    set: (next) => (next ? session.save(next.token, next.record as unknown as SuperuserRecord) : session.clear()),
    watch: session.subscribe,
  },
  autoRefresh: false,
  retries: 0,
  timeout: 120_000,
  fetch: noted,
});

/** The wait that the last refusal asked for, which the SDK's error does not carry. */
let retryAfter: number | null = null;

async function noted(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const after = Number(response.headers.get('retry-after'));
  retryAfter = Number.isFinite(after) && after > 0 ? after : null;
  return response;
}

/** Sends one request and gives the decoded answer with its headers. */
export async function sendRaw<T>(path: string, ask: Ask = {}): Promise<{ body: T; headers: Headers; status: number }> {
  const query = Object.fromEntries(Object.entries(ask.query ?? {}).filter(([, value]) => value !== ''));
  try {
    const { data, headers, status } = await luge.sendRaw<T>(path, { ...ask, query });
    return { body: data ?? (null as T), headers, status };
  } catch (error) {
    throw refusal(error);
  }
}

/** Sends one request and gives the decoded answer. */
export async function send<T>(path: string, ask: Ask = {}): Promise<T> {
  return (await sendRaw<T>(path, ask)).body;
}

function refusal(error: unknown): unknown {
  if (!(error instanceof LugeError)) return error;
  if (error.isAbort) return new DOMException(error.message, 'AbortError');
  if (error.status === 0) return new ApiError(0, 'The server cannot be reached. Is it running?', {}, null);
  // A guest is told 401 where a superuser is needed: the token that we sent has ended.
  if (error.status === 401 && session.token()) session.clear();
  return new ApiError(error.status, error.message, error.data, retryAfter);
}
