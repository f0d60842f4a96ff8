/** The one place that talks HTTP to the server: addresses, headers, time limits, retries, errors. */
import { fromBody, LugeError } from "./error.js";
import { pause, randomId } from "./wait.js";
const RETRIED = [429, 502, 503, 504];
/** Sends requests to one server. */
export class Transport {
    options;
    /** The address of the server without a slash at its end. */
    url;
    /** The position of the last write that this client made, `epoch:seq`. */
    position = '';
    /** Gives the token of each request; set by the client. */
    token = () => '';
    constructor(url, options) {
        this.options = options;
        this.url = url.replace(/\/+$/, '');
    }
    /** The full address of a path. */
    address(path, query = {}) {
        const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
        const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
        const full = /^https?:/.test(path) ? path : `${this.url}/${path.replace(/^\/+/, '')}`;
        return search ? `${full}${full.includes('?') ? '&' : '?'}${search}` : full;
    }
    /** Sends a request, repeats it where that is safe, and gives the answer or throws a `LugeError`. */
    async request(path, options = {}) {
        const method = options.method ?? 'GET';
        const what = `${method} ${path}`;
        const limit = new AbortController();
        const timeout = options.timeout ?? this.options.timeout ?? 30_000;
        const timer = timeout > 0
            ? setTimeout(() => limit.abort(new LugeError(`No answer within ${timeout} ms.`, { code: 'timeout', request: what })), timeout)
            : undefined;
        const stop = () => limit.abort(new LugeError('The call was aborted.', { code: 'aborted', request: what, cause: options.signal?.reason }));
        if (options.signal?.aborted)
            stop();
        options.signal?.addEventListener('abort', stop, { once: true });
        try {
            return await this.persist(method, path, options, limit.signal, what);
        }
        finally {
            clearTimeout(timer);
            options.signal?.removeEventListener('abort', stop);
        }
    }
    async persist(method, path, options, signal, what) {
        const headers = { ...this.options.headers, ...options.headers };
        const reads = method === 'GET' || method === 'HEAD';
        const key = options.idempotencyKey ?? (options.repeatable && !reads ? randomId() : '');
        if (key)
            headers['Idempotency-Key'] = key;
        const retries = reads || key ? (this.options.retries ?? 3) : 0;
        for (let attempt = 0;; attempt++) {
            signal.throwIfAborted();
            let failure;
            let wait = Math.random() * Math.min(5_000, 250 * 2 ** attempt);
            try {
                const response = await this.once(method, path, options, { ...headers }, signal);
                this.position = response.headers.get('luge-position') ?? this.position;
                const text = await response.text();
                const data = parse(text, response.headers.get('content-type') ?? '');
                if (response.ok || response.status === 304)
                    return { data: data, status: response.status, headers: response.headers };
                failure = fromBody(response.status, data, { request: what, requestId: response.headers.get('x-request-id') ?? '' });
                if (!RETRIED.includes(response.status))
                    throw failure;
                wait = Math.max(wait, Number(response.headers.get('retry-after')) * 1000 || 0);
            }
            catch (cause) {
                if (signal.aborted)
                    throw signal.reason;
                if (cause instanceof LugeError)
                    throw cause;
                failure = new LugeError(`${this.url} cannot be reached.`, { code: 'network', request: what, cause });
            }
            if (attempt >= retries)
                throw failure;
            await pause(wait, signal);
        }
    }
    async once(method, path, options, headers, signal) {
        const token = options.token ?? (await this.token(path));
        if (token)
            headers.Authorization = token;
        const body = encode(options.body, headers);
        const send = this.options.fetch ?? fetch;
        const url = this.address(path, options.query);
        if (options.onProgress && body !== undefined) {
            // Few apps upload with progress: the others do not load what it takes.
            const { upload } = await import("./upload.js");
            return upload(send, url, { method, headers, body, signal }, options.onProgress);
        }
        return send(url, { method, headers, body, signal });
    }
}
function parse(text, type) {
    if (!type.includes('json') || !text)
        return text || undefined;
    if (type.includes('ndjson'))
        return text;
    try {
        return JSON.parse(text);
    }
    catch (cause) {
        throw new LugeError('The answer is no JSON: is this the address of a Luge server?', { code: 'invalid', cause });
    }
}
/** A body as `fetch` takes it. */
function encode(body, headers) {
    if (body === undefined || body === null)
        return undefined;
    if (typeof body === 'string' || body instanceof FormData || body instanceof Blob || body instanceof URLSearchParams)
        return body;
    const form = hasFile(body) ? toForm(body) : undefined;
    if (form)
        return form;
    headers['Content-Type'] ??= 'application/json';
    return JSON.stringify(body);
}
const isFile = (value) => value instanceof Blob;
const hasFile = (body) => Object.values(body).some((value) => isFile(value) || (Array.isArray(value) && value.some(isFile)));
/** Files as parts of their own; everything else as one JSON part, so that no value changes its type. */
function toForm(body) {
    const form = new FormData();
    const plain = {};
    for (const [name, value] of Object.entries(body)) {
        const values = Array.isArray(value) ? value : [value];
        if (!values.some(isFile))
            plain[name] = value;
        else
            for (const item of values)
                form.append(name, item);
    }
    form.append('@jsonPayload', JSON.stringify(plain));
    return form;
}
