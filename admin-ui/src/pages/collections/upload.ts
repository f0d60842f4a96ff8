// Sends many records: in batches where the server allows them, else one by one; a refused row does not stop the others.
import { ApiError, batch, records, settings } from '../../api';

export interface Refused {
  /** The row in the file, from 1. */
  row: number;
  reason: string;
}

export interface Progress {
  done: number;
  total: number;
  refused: Refused[];
}

interface Limits {
  enabled: boolean;
  maxRequests: number;
}

/** How many requests are under way when there are no batches. */
const AT_ONCE = 6;

/** What the server's settings say about batches. */
export async function batchLimits(): Promise<Limits> {
  const { batch: found } = await settings.view();
  const { enabled, maxRequests } = (found ?? {}) as Partial<Limits>;
  return { enabled: enabled === true && (maxRequests ?? 0) > 0, maxRequests: Math.min(maxRequests ?? 0, 200) };
}

/** Sends all bodies and tells how far it is; ends early when `signal` says so. */
export async function upload(
  collection: string,
  bodies: Record<string, unknown>[],
  limits: Limits,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress> {
  const progress: Progress = { done: 0, total: bodies.length, refused: [] };
  const rows = bodies.map((body, index) => ({ row: index + 1, body }));
  const size = limits.enabled ? limits.maxRequests : AT_ONCE;
  for (let at = 0; at < rows.length && !signal.aborted; at += size) {
    const chunk = rows.slice(at, at + size);
    if (limits.enabled) await sendBatch(collection, chunk, progress);
    else await Promise.all(chunk.map((each) => sendOne(collection, each, progress)));
    progress.done += chunk.length;
    tell({ ...progress, refused: [...progress.refused] });
  }
  return progress;
}

interface Row {
  row: number;
  body: Record<string, unknown>;
}

/** A batch is all or nothing: the row that was refused is left out, and the others are sent again. */
async function sendBatch(collection: string, chunk: Row[], progress: Progress): Promise<void> {
  const url = `/api/collections/${encodeURIComponent(collection)}/records`;
  let left = chunk;
  while (left.length > 0) {
    try {
      await batch(left.map(({ body }) => ({ method: 'POST', url, body })));
      return;
    } catch (error) {
      const index = refusedIndex(error);
      const bad = index === undefined ? undefined : left[index];
      if (!bad) throw error;
      progress.refused.push({ row: bad.row, reason: reasonOf(error) });
      left = left.filter((each) => each !== bad);
    }
  }
}

async function sendOne(collection: string, { row, body }: Row, progress: Progress): Promise<void> {
  try {
    await records.create(collection, body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    progress.refused.push({ row, reason: reasonOf(error) });
  }
}

function refusedIndex(error: unknown): number | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const key = Object.keys((error.data.requests ?? {}) as Record<string, unknown>)[0];
  return key !== undefined && /^\d+$/.test(key) ? Number(key) : undefined;
}

/** The innermost messages: they name the field. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  const inner = Object.values(
    (error.data.requests ?? {}) as Record<string, { response?: { data?: Record<string, unknown>; message?: string } }>,
  )[0];
  const source = inner?.response?.data
    ? new ApiError(400, inner.response.message ?? '', inner.response.data, null)
    : error;
  const fields = Object.entries(source.fields).map(([field, message]) => `${field}: ${message}`);
  return fields.join(' ') || source.message;
}
