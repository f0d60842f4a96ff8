/** The entry for Node: the same names, and a WebSocket where this Node has none. */
import { NodeWebSocket } from "./node.js";
import { platform } from "./realtime/socket.js";
platform.WebSocket = globalThis.WebSocket ?? NodeWebSocket;
export * from "./index.js";
