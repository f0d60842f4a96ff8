// Whether the server can be reached: asked while a request fails, and when the browser says that it is online again.
import { useSyncExternalStore } from 'react';
import { ApiError, server } from '../api';

export type Reach = 'online' | 'lost';

let state: Reach = 'online';
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<() => void>();
const restored = new Set<() => void>();

function set(next: Reach): void {
  if (next === state) return;
  const back = state === 'lost' && next === 'online';
  state = next;
  for (const listener of listeners) listener();
  if (back) for (const handler of restored) handler();
}

async function probe(wait: number): Promise<void> {
  timer = null;
  try {
    await server.health(AbortSignal.timeout(5_000));
    set('online');
  } catch (error) {
    // A refusal is an answer: the server is there.
    if (error instanceof ApiError && error.status !== 0 && error.status !== 502 && error.status !== 503)
      return set('online');
    timer = setTimeout(() => probe(Math.min(wait * 1.6, 10_000)), wait);
  }
}

/** Tells that a request did not reach the server; from here on it is asked until it answers. */
export function reportLost(): void {
  set('lost');
  if (!timer) timer = setTimeout(() => probe(800), 500);
}

/** Asks at once, for the button "Try now". */
export function tryNow(): void {
  if (timer) clearTimeout(timer);
  void probe(800);
}

/** Calls the handler each time the server can be reached again. */
export function whenRestored(handler: () => void): () => void {
  restored.add(handler);
  return () => restored.delete(handler);
}

addEventListener('offline', reportLost);
addEventListener('online', tryNow);

/** The state, for the banner. */
export function useReach(): Reach {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
