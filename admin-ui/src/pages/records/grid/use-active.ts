// The active cell: the one stop of the tabulator in the grid, kept in sight and focused as it moves.
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { Place } from './keys';
import { HEAD_WIDTH } from './row';
import type { Sight } from './use-viewport';
import { scrollToRow } from './viewport';

const HEAD = 36;

export function useActive(
  box: RefObject<HTMLDivElement | null>,
  extent: { rows: number; columns: number },
  edges: number[],
  sight: Sight,
) {
  const [wanted, setWanted] = useState<Place>({ row: 0, column: 0 });
  const focus = useRef(false);
  // The list may have become shorter than the place that was active.
  const row = Math.min(wanted.row, Math.max(extent.rows - 1, -1));
  const column = Math.min(wanted.column, extent.columns - 1);
  const scale = sight.scale;

  const go = useCallback(
    (to: Place) => {
      const place = {
        row: Math.max(-1, Math.min(extent.rows - 1, to.row)),
        column: Math.max(-1, Math.min(extent.columns - 1, to.column)),
      };
      focus.current = true;
      setWanted({ ...place });
      if (box.current) reveal(box.current, place, edges, scale);
    },
    [box, extent.rows, extent.columns, edges, scale],
  );

  useLayoutEffect(() => {
    if (!focus.current) return;
    focus.current = false;
    const cell = box.current?.querySelector<HTMLElement>(`[data-row="${wanted.row}"] [data-cell="${wanted.column}"]`);
    if (cell && !cell.contains(document.activeElement)) cell.focus({ preventScroll: true });
  }, [box, wanted]);

  return { active: { row, column }, go };
}

/** Scrolls just as far as it takes. */
function reveal(box: HTMLElement, { row, column }: Place, edges: number[], scale: number): void {
  if (row >= 0) {
    const top = scrollToRow(row, box.scrollTop, box.clientHeight - HEAD, scale);
    if (Math.abs(top - box.scrollTop) > 0.5) box.scrollTop = top;
  }
  if (column < 0) return;
  const left = edges[column] ?? 0;
  const right = edges[column + 1] ?? left;
  const room = box.clientWidth - HEAD_WIDTH;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (right > box.scrollLeft + room) box.scrollLeft = Math.min(left, right - room);
}
