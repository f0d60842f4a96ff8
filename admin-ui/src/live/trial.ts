// A subscription to look at: the frames as the server sends them, so it speaks the protocol itself instead of through the SDK.
import { useCallback, useEffect, useRef, useState } from 'react';
import { session } from '../api';

export interface Frame {
  n: number;
  at: Date;
  /** `type` of the message. */
  type: string;
  data: Record<string, unknown>;
}

export type TrialState = 'closed' | 'connecting' | 'live' | 'refused';

export interface TrialAsk {
  topic: string;
  filter: string;
  /** Whether what matches now comes first. */
  snapshot: boolean;
}

const KEPT = 200;

/** Connects, subscribes and keeps the latest frames. */
export function useTrial() {
  const [frames, setFrames] = useState<Frame[]>([]);
  const [state, setState] = useState<TrialState>('closed');
  const [reason, setReason] = useState('');
  const socket = useRef<WebSocket | null>(null);
  const count = useRef(0);

  const stop = useCallback(() => {
    socket.current?.close();
    socket.current = null;
    setState('closed');
  }, []);

  const start = useCallback((ask: TrialAsk) => {
    socket.current?.close();
    setFrames([]);
    setReason('');
    setState('connecting');
    const made = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/realtime`, 'luge.v1');
    socket.current = made;
    const say = (message: Record<string, unknown>) => made.send(JSON.stringify(message));
    made.onmessage = (event: MessageEvent<string>) => {
      const data = JSON.parse(event.data) as Record<string, unknown>;
      const type = String(data.type);
      if (type === 'ping') return say({ type: 'pong' });
      if (type === 'pong') return;
      if (type === 'ready') say({ type: 'auth', id: 1, token: session.token() });
      if (type === 'ok' && data.id === 1) say(subscription(ask));
      if (type === 'ok' && data.id === 2) setState('live');
      if (type === 'error') {
        setState('refused');
        setReason(String(data.message ?? 'The server refused the subscription.'));
      }
      count.current += 1;
      const frame = { n: count.current, at: new Date(), type, data };
      setFrames((old) => [...old, frame].slice(-KEPT));
    };
    made.onclose = (event) => {
      if (socket.current !== made) return;
      setReason(
        (old) => old || event.reason || (event.code === 1000 ? '' : `The connection was closed (${event.code}).`),
      );
      setState('closed');
    };
  }, []);

  useEffect(() => () => socket.current?.close(), []);
  return { frames, state, reason, start, stop, clear: () => setFrames([]) };
}

function subscription({ topic, filter, snapshot }: TrialAsk): Record<string, unknown> {
  return {
    type: 'subscribe',
    id: 2,
    sub: 'trial',
    topic,
    ...(filter && { filter }),
    ...(snapshot && { snapshot: true, limit: 20 }),
  };
}
