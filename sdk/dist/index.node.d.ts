/** The entry for Node: the same names, and a WebSocket where this Node has none. */
export * from './index.ts';
