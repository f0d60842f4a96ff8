// How a request travels: one place for the token, for JSON and for errors.
import { session } from './session';

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

/** Called when the server no longer accepts our token. */
let onEnded: () => void = () => {};
export function whenSessionEnds(handler: () => void): void {
  onEnded = handler;
}

/** Sends one request and gives the decoded answer with its headers. */
export async function sendRaw<T>(path: string, ask: Ask = {}): Promise<{ body: T; headers: Headers; status: number }> {
  const response = await reach(path, ask);
  const text = await response.text();
  const body: unknown =
    text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text || null;
  if (!response.ok) throw refusal(response, body);
  return { body: body as T, headers: response.headers, status: response.status };
}

/** Sends one request and gives the decoded answer. */
export async function send<T>(path: string, ask: Ask = {}): Promise<T> {
  return (await sendRaw<T>(path, ask)).body;
}

async function reach(path: string, ask: Ask): Promise<Response> {
  const url = new URL(path, location.origin);
  for (const [key, value] of Object.entries(ask.query ?? {}))
    if (value !== undefined && value !== '') url.searchParams.set(key, String(value));
  const headers = new Headers(ask.headers);
  const token = session.token();
  if (token) headers.set('Authorization', token);
  const form = ask.body instanceof FormData;
  if (ask.body !== undefined && !form) headers.set('Content-Type', 'application/json');
  try {
    return await fetch(url, {
      method: ask.method ?? 'GET',
      headers,
      signal: ask.signal ?? null,
      body: ask.body === undefined ? null : form ? (ask.body as FormData) : JSON.stringify(ask.body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The server cannot be reached. Is it running?', {}, null);
  }
}

function refusal(response: Response, body: unknown): ApiError {
  const { message, data } = (typeof body === 'object' && body !== null ? body : {}) as {
    message?: string;
    data?: Record<string, unknown>;
  };
  const after = Number(response.headers.get('retry-after'));
  // A guest is told 401 where a superuser is needed: the token that we sent has ended.
  if (response.status === 401 && session.token()) onEnded();
  return new ApiError(
    response.status,
    message ?? `The server answered ${response.status}.`,
    data ?? {},
    Number.isFinite(after) && after > 0 ? after : null,
  );
}
