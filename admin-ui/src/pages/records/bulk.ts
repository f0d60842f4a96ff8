// Many writes: in batches of one transaction each where the server allows batches, else a few at a time.
import { ApiError, type BatchRequest, batch, send, settings } from '../../api';
import type { Collection, Json } from '../../fields/model';

export interface Write {
  id: string;
  method: 'PATCH' | 'DELETE' | 'POST';
  body?: Record<string, Json>;
}

export interface Failure {
  id: string;
  error: unknown;
}

export interface Outcome {
  done: string[];
  failed: Failure[];
  stopped: boolean;
}

export interface Watch {
  signal: AbortSignal;
  progress: (done: number) => void;
}

const AT_ONCE = 6;

/** Runs the writes in their order as far as possible; what fails does not hold up the rest. */
export async function writeAll(collection: Collection, writes: Write[], watch: Watch): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [], stopped: false };
  const size = writes.length > 1 ? await batchSize() : 0;
  const step = size > 1 ? size : AT_ONCE;
  for (let at = 0; at < writes.length; at += step) {
    if (watch.signal.aborted) return { ...outcome, stopped: true };
    const part = writes.slice(at, at + step);
    const asBatch = size > 1 && (await inBatch(collection, part, outcome));
    if (!asBatch) await oneByOne(collection, part, outcome);
    watch.progress(outcome.done.length + outcome.failed.length);
  }
  return outcome;
}

/** Whether the whole part went through as one transaction; a refused one is tried record by record, to find the culprit. */
async function inBatch(collection: Collection, part: Write[], outcome: Outcome): Promise<boolean> {
  try {
    await batch(part.map((write) => request(collection, write)));
    outcome.done.push(...part.map((write) => write.id));
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.offline) throw error;
    return false;
  }
}

async function oneByOne(collection: Collection, part: Write[], outcome: Outcome): Promise<void> {
  const run = async (write: Write) => {
    const { method, url, body } = request(collection, write);
    try {
      await send(url, { method, body });
      outcome.done.push(write.id);
    } catch (error) {
      // A record that is gone already is what a delete wants.
      if (write.method === 'DELETE' && error instanceof ApiError && error.status === 404) outcome.done.push(write.id);
      else outcome.failed.push({ id: write.id, error });
    }
  };
  for (let at = 0; at < part.length; at += AT_ONCE) await Promise.all(part.slice(at, at + AT_ONCE).map(run));
}

function request(collection: Collection, { id, method, body }: Write): BatchRequest {
  const records = `/api/collections/${encodeURIComponent(collection.name)}/records`;
  const url = method === 'POST' ? records : `${records}/${encodeURIComponent(id)}`;
  return body ? { method, url, body } : { method, url };
}

/** How many writes a batch may have; 0 when batches are switched off. */
async function batchSize(): Promise<number> {
  const all = await settings.view();
  const { enabled, maxRequests } = (all.batch ?? {}) as { enabled?: boolean; maxRequests?: number };
  return enabled ? Math.min(maxRequests ?? 0, 200) : 0;
}
