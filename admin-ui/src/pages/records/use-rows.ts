// The rows of the present question, kept live: what others write appears, changes and leaves by itself.
import { useEffect, useMemo, useState } from 'react';
import { sameValue } from '../../fields/model';
import { type FeedChange, type FeedStatus, watch } from '../../live/feed';
import { type Question, slice } from './data';
import { Rows } from './grid/rows';

/** Between two refreshes while others write without a pause, in milliseconds. */
const PACE = 400;

export function useRows(ask: Question): { rows: Rows; status: FeedStatus } {
  const { collection, filter, sort, expand } = ask;
  const [status, setStatus] = useState<FeedStatus>('connecting');
  const id = collection.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list is a new one only when its question is another one.
  const rows = useMemo(
    () => new Rows((page, size, signal) => slice(ask, page, size, signal)),
    [id, filter, sort, expand],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useEffect(() => {
    rows.open();
    const pace = paced(() => void rows.refresh(), PACE);
    const stop = watch(ask, {
      change: (change) => apply(rows, change, sort, pace.soon),
      reset: () => pace.soon(),
      status: setStatus,
    });
    return () => {
      stop();
      pace.stop();
      rows.close();
    };
  }, [rows]);
  return { rows, status };
}

function apply(rows: Rows, { action, record }: FeedChange, sort: string, refresh: () => void): void {
  const old = rows.row(rows.indexOf(record.id));
  if (action === 'delete') leave(rows, record.id, old !== undefined, refresh);
  else if (old) {
    rows.put(record, 'changed');
    const key = sort.replace(/^[+-]/, '');
    // It may now belong to another place in the order.
    if (sort && (!(key in record) || !sameValue(old[key], record[key]))) refresh();
  } else {
    if (action === 'create') rows.mark(record.id, 'new');
    refresh();
  }
}

/** A row that leaves is seen leaving. */
function leave(rows: Rows, id: string, known: boolean, refresh: () => void): void {
  if (!known) {
    refresh();
    return;
  }
  rows.mark(id, 'gone');
  rows.later(() => {
    if (rows.marks.get(id) === 'gone') rows.take(id);
    refresh();
  }, 500);
}

/** Runs at once, and then at most once in a while, but always after the last call. */
export function paced(run: () => void, pause: number): { soon: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const tick = () => {
    timer = undefined;
    if (!again) return;
    again = false;
    run();
    timer = setTimeout(tick, pause);
  };
  return {
    soon() {
      again = true;
      timer ??= setTimeout(tick, 30);
    },
    stop() {
      clearTimeout(timer);
      again = false;
    },
  };
}
