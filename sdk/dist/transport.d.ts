/** The one place that talks HTTP to the server: addresses, headers, time limits, retries, errors. */
/** What every call of the SDK takes besides its own arguments. */
export interface CallOptions {
    /** Ends the call; it then rejects with `error.isAbort`. */
    signal?: AbortSignal;
    /** Milliseconds until it is given up, retries included; 0 is without a limit. */
    timeout?: number;
    /** Headers to add. */
    headers?: Record<string, string>;
}
/** What every write takes. */
export interface WriteOptions extends CallOptions {
    /** The key under which the server remembers the answer for 24 hours. One is made when it is left out. */
    idempotencyKey?: string;
    /** Called while the body is sent, with bytes. */
    onProgress?: (sent: number, total: number) => void;
}
/** A value in the address; `null` and `undefined` are left out. */
export type QueryValue = string | number | boolean | null | undefined;
/** A request to any path of the server. */
export interface SendOptions extends WriteOptions {
    /** GET unless said. */
    method?: string;
    /** The parameters of the address. */
    query?: Record<string, QueryValue>;
    /** An object is sent as JSON, and as a form when it holds files; `FormData`, `Blob` and text go as they are. */
    body?: unknown;
    /** Whether it may be sent again when it is not known to have arrived: reads, and writes with an idempotency key. */
    repeatable?: boolean;
    /** The token to send instead of the signed-in one; empty for none. */
    token?: string;
}
/** An answer with its headers. */
export interface Answer<T> {
    data: T;
    status: number;
    headers: Headers;
}
/** How a client reaches its server. */
export interface TransportOptions {
    /** The time limit of a call in milliseconds, 30,000 unless said. */
    timeout?: number;
    /** How often a call is repeated that failed on the way, 3 unless said. */
    retries?: number;
    /** Headers for every request. */
    headers?: Record<string, string>;
    /** Another `fetch`, such as a framework's. */
    fetch?: typeof fetch;
}
/** Sends requests to one server. */
export declare class Transport {
    private readonly options;
    /** The address of the server without a slash at its end. */
    readonly url: string;
    /** The position of the last write that this client made, `epoch:seq`. */
    position: string;
    /** Gives the token of each request; set by the client. */
    token: (path: string) => Promise<string> | string;
    constructor(url: string, options: TransportOptions);
    /** The full address of a path. */
    address(path: string, query?: Record<string, QueryValue>): string;
    /** Sends a request, repeats it where that is safe, and gives the answer or throws a `LugeError`. */
    request<T>(path: string, options?: SendOptions): Promise<Answer<T>>;
    private persist;
    private once;
}
