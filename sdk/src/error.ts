/** The one error that every call of the SDK rejects with. */

/** What is wrong with one field of a refused request. */
export interface FieldProblem {
  /** Stable, such as `validation_required`. */
  code: string;
  /** A sentence for people. */
  message: string;
  /** The limits that the value broke, such as `{ min: 3 }`. */
  params?: Record<string, unknown>;
}

/** What an error's `code` can be when the server names none of its own. */
export type ErrorCode =
  | 'bad_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition_failed'
  | 'too_large'
  | 'too_many_requests'
  | 'internal'
  | 'unavailable'
  | 'disk_full'
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'invalid';

const CODES: Record<number, ErrorCode> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'gone',
  412: 'precondition_failed',
  413: 'too_large',
  429: 'too_many_requests',
  503: 'unavailable',
  507: 'disk_full',
};

/** Everything that can be known about a failure; all but the message may be left out. */
export interface ErrorDetails {
  status?: number;
  code?: string;
  data?: Record<string, unknown>;
  requestId?: string;
  request?: string;
  cause?: unknown;
}

/**
 * A refused or failed call. `status` is the HTTP status, or 0 when no answer came; `code` says in one word what happened.
 *
 * @example
 * try {
 *   await luge.from('users').create({ email: 'no address', password: 'secret-123', passwordConfirm: 'secret-123' });
 * } catch (error) {
 *   if (!(error instanceof LugeError)) throw error;
 *   console.log(error.status, error.code, error.field('email')?.message, error.requestId);
 * }
 */
export class LugeError extends Error {
  override readonly name = 'LugeError';
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** One word from {@link ErrorCode}, or the server's own. */
  readonly code: ErrorCode | (string & {});
  /** The problems by field, as the server sent them; nested for batches and collections. */
  readonly data: Record<string, unknown>;
  /** The id under which the server logged the request. */
  readonly requestId: string;
  /** Method and path of the request. */
  readonly request: string;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.status = details.status ?? 0;
    this.code =
      details.code ?? CODES[this.status] ?? (this.status >= 500 ? 'internal' : this.status >= 400 ? 'bad_request' : 'network');
    this.data = details.data ?? {};
    this.requestId = details.requestId ?? '';
    this.request = details.request ?? '';
  }

  /**
   * What is wrong with a field; a dotted path reaches nested ones.
   *
   * @example
   * const error = new LugeError('Failed to create record.', { status: 400, data: { email: { code: 'validation_required', message: 'Cannot be blank.' } } });
   * console.log(error.field('email')?.code);
   */
  field(path: string): FieldProblem | undefined {
    let at: unknown = this.data;
    for (const part of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
    const found = at as Partial<FieldProblem> | undefined;
    return typeof found?.code === 'string' && typeof found.message === 'string' ? (found as FieldProblem) : undefined;
  }

  /** All fields with a problem, as `{ email: 'Must be a valid email address.' }`: what a form shows. */
  get fields(): Record<string, string> {
    const out: Record<string, string> = {};
    for (const name of Object.keys(this.data)) {
      const problem = this.field(name);
      if (problem) out[name] = problem.message;
    }
    return out;
  }

  /** Whether the caller's own signal ended it. */
  get isAbort(): boolean {
    return this.code === 'aborted';
  }
}

/** An error body of the server as an error. */
export function fromBody(status: number, body: unknown, details: ErrorDetails = {}): LugeError {
  const { message, data, code } = (body ?? {}) as { message?: unknown; data?: unknown; code?: unknown };
  return new LugeError(typeof message === 'string' && message ? message : `The server answered ${status}.`, {
    ...details,
    status,
    code: typeof code === 'string' ? code : undefined,
    data: typeof data === 'object' && data ? (data as Record<string, unknown>) : {},
  });
}
