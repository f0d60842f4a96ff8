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
export type ErrorCode = 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'gone' | 'precondition_failed' | 'too_large' | 'too_many_requests' | 'internal' | 'unavailable' | 'disk_full' | 'network' | 'timeout' | 'aborted' | 'invalid';
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
export declare class LugeError extends Error {
    readonly name = "LugeError";
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
    constructor(message: string, details?: ErrorDetails);
    /**
     * What is wrong with a field; a dotted path reaches nested ones.
     *
     * @example
     * const error = new LugeError('Failed to create record.', { status: 400, data: { email: { code: 'validation_required', message: 'Cannot be blank.' } } });
     * console.log(error.field('email')?.code);
     */
    field(path: string): FieldProblem | undefined;
    /** All fields with a problem, as `{ email: 'Must be a valid email address.' }`: what a form shows. */
    get fields(): Record<string, string>;
    /** Whether the caller's own signal ended it. */
    get isAbort(): boolean;
}
/** An error body of the server as an error. */
export declare function fromBody(status: number, body: unknown, details?: ErrorDetails): LugeError;
