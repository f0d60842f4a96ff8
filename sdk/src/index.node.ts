/** The entry for Node: the same names, and a WebSocket where this Node has none. */

import { NodeWebSocket } from './node.ts';
import { platform } from './realtime/socket.ts';

platform.WebSocket = globalThis.WebSocket ?? (NodeWebSocket as unknown as typeof WebSocket);

export * from './index.ts';
