/** Sending a body with progress: `XMLHttpRequest` where there is one, else a stream that counts what is taken from it. */
/** As `fetch`, and calls `progress` on the way. */
export function upload(send, url, request, progress) {
    return typeof XMLHttpRequest === 'undefined' ? streamed(send, url, request, progress) : byXhr(url, request, progress);
}
function byXhr(url, { method, headers, body, signal }, progress) {
    return new Promise((done, failed) => {
        const xhr = new XMLHttpRequest();
        xhr.open(method, url);
        for (const [name, value] of Object.entries(headers))
            xhr.setRequestHeader(name, value);
        xhr.upload.onprogress = (event) => progress(event.loaded, event.total);
        xhr.onload = () => {
            const lines = xhr
                .getAllResponseHeaders()
                .trim()
                .split(/[\r\n]+/);
            const pairs = lines.map((line) => [
                line.slice(0, line.indexOf(':')),
                line.slice(line.indexOf(':') + 1).trim(),
            ]);
            const empty = xhr.status === 204 || xhr.status === 304;
            done(new Response(empty ? null : xhr.responseText, { status: xhr.status, headers: pairs.filter(([name]) => name) }));
        };
        xhr.onerror = () => failed(new TypeError('The upload failed.'));
        xhr.onabort = () => failed(signal.reason);
        signal.addEventListener('abort', () => xhr.abort(), { once: true });
        xhr.send(body);
    });
}
const CHUNK = 64 << 10;
async function streamed(send, url, request, progress) {
    const whole = new Response(request.body);
    const type = whole.headers.get('content-type');
    const bytes = new Uint8Array(await whole.arrayBuffer());
    let at = 0;
    const body = new ReadableStream({
        pull(controller) {
            if (at >= bytes.length)
                return controller.close();
            controller.enqueue(bytes.slice(at, at + CHUNK));
            at = Math.min(bytes.length, at + CHUNK);
            progress(at, bytes.length);
        },
    });
    const headers = type ? { 'Content-Type': type, ...request.headers } : request.headers;
    return send(url, { ...request, headers, body, duplex: 'half' });
}
