/** A WebSocket for Node 20, which has none of its own: as much of the standard class as the SDK needs. */
/** A client's WebSocket over Node's own `http`. */
export declare class NodeWebSocket {
    onopen: ((event: object) => void) | null;
    onmessage: ((event: {
        data: string;
    }) => void) | null;
    onclose: ((event: {
        code: number;
        reason: string;
    }) => void) | null;
    onerror: ((event: object) => void) | null;
    private readonly asked;
    private stream;
    private buffer;
    private parts;
    private ended;
    constructor(url: string, protocol: string);
    send(text: string): void;
    close(code?: number): void;
    private opened;
    private took;
    /** The next whole frame of what has arrived. Servers do not mask theirs. */
    private frame;
    private write;
    private end;
}
