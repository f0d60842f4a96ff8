/** The one error that every call of the SDK rejects with. */
const CODES = {
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
    name = 'LugeError';
    /** The HTTP status; 0 when there was no answer. */
    status;
    /** One word from {@link ErrorCode}, or the server's own. */
    code;
    /** The problems by field, as the server sent them; nested for batches and collections. */
    data;
    /** The id under which the server logged the request. */
    requestId;
    /** Method and path of the request. */
    request;
    constructor(message, details = {}) {
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
    field(path) {
        let at = this.data;
        for (const part of path.split('.'))
            at = at?.[part];
        const found = at;
        return typeof found?.code === 'string' && typeof found.message === 'string' ? found : undefined;
    }
    /** All fields with a problem, as `{ email: 'Must be a valid email address.' }`: what a form shows. */
    get fields() {
        const out = {};
        for (const name of Object.keys(this.data)) {
            const problem = this.field(name);
            if (problem)
                out[name] = problem.message;
        }
        return out;
    }
    /** Whether the caller's own signal ended it. */
    get isAbort() {
        return this.code === 'aborted';
    }
}
/** An error body of the server as an error. */
export function fromBody(status, body, details = {}) {
    const { message, data, code } = (body ?? {});
    return new LugeError(typeof message === 'string' && message ? message : `The server answered ${status}.`, {
        ...details,
        status,
        code: typeof code === 'string' ? code : undefined,
        data: typeof data === 'object' && data ? data : {},
    });
}
