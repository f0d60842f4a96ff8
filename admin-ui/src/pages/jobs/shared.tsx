// What the three lists of this page have in common: times, units, and running something.
import { Badge, Text } from '@mantine/core';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api';
import { explain, format, toast } from '../../parts';

export function When({ at, now }: { at: number | null; now: number }) {
  if (at === null)
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    );
  return (
    <div style={{ whiteSpace: 'nowrap' }}>
      <span className="tabular">{format.local(at)}</span>
      <Text size="xs" c="dimmed">
        {format.away(at, now)}
      </Text>
    </div>
  );
}

/** Scripts of one's own are nothing to mention, a plugin is. */
export function Unit({ unit }: { unit: string }) {
  return unit === 'hooks' ? null : <Badge color="gray">{unit}</Badge>;
}

export const refresh = (queries: QueryClient) =>
  Promise.all([queries.invalidateQueries({ queryKey: ['crons'] }), queries.invalidateQueries({ queryKey: ['jobs'] })]);

/** An error that begins with a place begins with a small letter, as its folder does. */
export function failure(error: unknown): Error {
  const text = explain(error).replace(/^[A-Z](?=[\w-]*\/\S+\.rhai)/, (first) => first.toLowerCase());
  return new Error(text, { cause: error });
}

/** Runs one thing after another, and says which one is being waited for. */
export function useActs() {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const act = async (id: string, work: () => Promise<unknown>, done: string) => {
    setBusy(id);
    try {
      await work();
      toast.done(done);
    } catch (error) {
      toast.failed(error instanceof ApiError ? failure(error) : error);
    } finally {
      setBusy(null);
      await refresh(queries);
    }
  };
  return { busy, act };
}
