/** Sending a body with progress: `XMLHttpRequest` where there is one, else a stream that counts what is taken from it. */
type Progress = (sent: number, total: number) => void;
interface Request {
    method: string;
    headers: Record<string, string>;
    body: BodyInit;
    signal: AbortSignal;
}
/** As `fetch`, and calls `progress` on the way. */
export declare function upload(send: typeof fetch, url: string, request: Request, progress: Progress): Promise<Response>;
export {};
