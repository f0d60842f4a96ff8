// The log of scripts as it is written, by long polling. The server counts its lines anew when it starts.
import { useEffect, useState } from 'react';
import { ApiError, type LogLine, scripts } from '../../api';
import { reportLost, whenRestored } from '../../live/connection';

export interface Log {
  lines: LogLine[];
  error: unknown;
  retry: () => void;
  /** Forgets what is shown; the server keeps it. */
  clear: () => void;
}

/** Seconds that the server waits for something new. */
const WAIT = 20;
/** A busy script writes faster than anyone reads: so many milliseconds gather in one step. */
const PAUSE_MS = 200;

/** The last lines, oldest first, at most `keep` of them; stands still while `paused`. */
export function useLog(keep: number, paused: boolean): Log {
  const [lines, setLines] = useState<LogLine[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [cleared, setCleared] = useState(0);
  const [round, setRound] = useState(0);

  useEffect(() => whenRestored(() => setRound((old) => old + 1)), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` starts it again after an error or a restart
  useEffect(() => {
    if (paused) return;
    const stop = new AbortController();
    const follow = async () => {
      let since = 0;
      let first = true;
      while (!stop.signal.aborted) {
        const page = await scripts.log({ since, limit: keep, ...(!first && { wait: WAIT }) }, stop.signal);
        const replaces = first;
        if (replaces || page.lines.length > 0)
          setLines((old) => (replaces ? page.lines : [...old, ...page.lines]).slice(-keep));
        setError(null);
        since = page.last;
        first = false;
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

  return {
    // By time, since a server that was started anew counts from one again.
    lines: lines.filter((line) => cleared < line.time),
    error,
    retry: () => setRound((old) => old + 1),
    clear: () => setCleared(lines.at(-1)?.time ?? 0),
  };
}
