// The requests as the server sees them, by long polling: what is new arrives within moments.
import { useEffect, useState } from 'react';
import { ApiError, type RequestLine, stats } from '../../api';
import { reportLost } from '../../live/connection';

interface Tail {
  items: RequestLine[];
  /** How many were overwritten on the server before they could be read. */
  missed: number;
  error: unknown;
  retry: () => void;
}

/** Seconds that the server waits for something new. */
const WAIT = 20;
const PAUSE_MS = 250;

/** The latest requests, oldest first, at most `keep` of them; stands still while `paused`. */
export function useTail(keep: number, paused = false): Tail {
  const [items, setItems] = useState<RequestLine[]>([]);
  const [missed, setMissed] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` starts it again after an error
  useEffect(() => {
    if (paused) return;
    const stop = new AbortController();
    const follow = async () => {
      let since: number | undefined;
      while (!stop.signal.aborted) {
        const page = await stats.requests(
          since === undefined ? { limit: keep } : { since, wait: WAIT, limit: 1000 },
          stop.signal,
        );
        setItems((old) => (since === undefined ? page.items : [...old, ...page.items]).slice(-keep));
        setMissed((old) => old + page.missed);
        setError(null);
        since = page.next;
        // Under load a page of many is better than many of one.
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      }
    };
    follow().catch((failure: unknown) => {
      if (stop.signal.aborted) return;
      if (failure instanceof ApiError && failure.offline) reportLost();
      setError(failure);
    });
    return () => stop.abort();
  }, [keep, paused, round]);

  return { items, missed, error, retry: () => setRound((old) => old + 1) };
}
