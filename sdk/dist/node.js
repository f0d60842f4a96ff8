/** A WebSocket for Node 20, which has none of its own: as much of the standard class as the SDK needs. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** A client's WebSocket over Node's own `http`. */
export class NodeWebSocket {
    onopen = null;
    onmessage = null;
    onclose = null;
    onerror = null;
    asked;
    stream;
    buffer = Buffer.alloc(0);
    parts = [];
    ended = false;
    constructor(url, protocol) {
        const address = new URL(url.replace(/^ws/, 'http'));
        const headers = {
            Connection: 'Upgrade',
            Upgrade: 'websocket',
            'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
            'Sec-WebSocket-Protocol': protocol,
        };
        this.asked = (address.protocol === 'https:' ? secureRequest : request)(address, { headers });
        this.asked.on('upgrade', (_, stream, head) => this.opened(stream, head));
        this.asked.on('response', (answer) => {
            answer.resume();
            this.end(1006, `The server answered ${answer.statusCode}.`);
        });
        this.asked.on('error', (error) => this.end(1006, error.message));
        this.asked.end();
    }
    send(text) {
        this.write(TEXT, Buffer.from(text));
    }
    close(code = 1000) {
        const body = Buffer.alloc(2);
        body.writeUInt16BE(code);
        this.write(CLOSE, body);
        this.stream?.end();
        if (!this.stream)
            this.asked.destroy();
        this.end(code, '');
    }
    opened(stream, head) {
        if (this.ended)
            return void stream.destroy();
        this.stream = stream;
        stream.on('data', (part) => this.took(part));
        stream.on('error', (error) => this.end(1006, error.message));
        stream.on('close', () => this.end(1006, ''));
        this.onopen?.({});
        if (head.length)
            this.took(head);
    }
    took(part) {
        this.buffer = this.buffer.length ? Buffer.concat([this.buffer, part]) : part;
        for (let frame = this.frame(); frame; frame = this.frame()) {
            const { kind, last, body } = frame;
            if (kind === PING)
                this.write(PONG, body);
            else if (kind === CLOSE) {
                const code = body.length < 2 ? 1005 : body.readUInt16BE(0);
                this.stream?.end();
                this.end(code, body.subarray(2).toString());
            }
            else if (kind !== PONG) {
                this.parts.push(body);
                if (!last)
                    continue;
                const data = Buffer.concat(this.parts).toString();
                this.parts = [];
                this.onmessage?.({ data });
            }
        }
    }
    /** The next whole frame of what has arrived. Servers do not mask theirs. */
    frame() {
        const [first, second] = this.buffer;
        if (first === undefined || second === undefined)
            return undefined;
        const short = second & 127;
        const head = short === 126 ? 4 : short === 127 ? 10 : 2;
        if (this.buffer.length < head)
            return undefined;
        const length = short === 126 ? this.buffer.readUInt16BE(2) : short === 127 ? Number(this.buffer.readBigUInt64BE(2)) : short;
        if (this.buffer.length < head + length)
            return undefined;
        const body = this.buffer.subarray(head, head + length);
        this.buffer = this.buffer.subarray(head + length);
        return { kind: first & 15, last: first >= 128, body };
    }
    write(kind, body) {
        if (!this.stream || this.ended)
            return;
        const length = body.length;
        const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
        head[0] = 128 | kind;
        if (length < 126)
            head[1] = 128 | length;
        else if (length < 65_536) {
            head[1] = 128 | 126;
            head.writeUInt16BE(length, 2);
        }
        else {
            head[1] = 128 | 127;
            head.writeBigUInt64BE(BigInt(length), 2);
        }
        const mask = randomBytes(4);
        const masked = Buffer.from(body);
        for (let i = 0; i < length; i++)
            masked[i] = masked[i] ^ mask[i & 3];
        this.stream.write(Buffer.concat([head, mask, masked]));
    }
    end(code, reason) {
        if (this.ended)
            return;
        this.ended = true;
        this.onclose?.({ code, reason });
    }
}
