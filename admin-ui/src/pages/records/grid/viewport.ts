// Which rows and columns are in sight, and where they stand. Pure arithmetic, so that it can be tested without a browser.

export const ROW = 34;
/** Browsers give up on elements much taller than this; beyond it the scroll bar is scaled. */
export const TALLEST = 12_000_000;
const OVERSCAN = 6;

export interface Room {
  /** The height of the body that scrolls. */
  height: number;
  /** How many pixels of rows one pixel of the scroll bar stands for: 1 unless the list is enormous. */
  scale: number;
}

export function room(total: number, viewHeight: number): Room {
  const whole = total * ROW;
  if (whole <= TALLEST) return { height: whole, scale: 1 };
  return { height: TALLEST, scale: (whole - viewHeight) / (TALLEST - viewHeight) };
}

/** The rows to render: those in sight and a few around. */
export function rowsInSight(scrollTop: number, viewHeight: number, total: number, scale: number): [number, number] {
  const top = scrollTop * scale;
  const from = Math.max(0, Math.floor(top / ROW) - OVERSCAN);
  const to = Math.min(total, Math.ceil((top + viewHeight) / ROW) + OVERSCAN);
  return [Math.min(from, to), to];
}

/** Where a row stands inside of the body. */
export function topOf(index: number, scrollTop: number, scale: number): number {
  return scale === 1 ? index * ROW : index * ROW - scrollTop * (scale - 1);
}

/** The scroll position that shows a row whole, or the present one if it is in sight. */
export function scrollToRow(index: number, scrollTop: number, viewHeight: number, scale: number): number {
  const top = scrollTop * scale;
  const first = index * ROW;
  if (first < top) return first / scale;
  if (first + ROW > top + viewHeight) return (first + ROW - viewHeight) / scale;
  return scrollTop;
}

/** The columns to render: those in sight and one more at each side. */
export function columnsInSight(scrollLeft: number, viewWidth: number, edges: number[]): [number, number] {
  const columns = edges.length - 1;
  let from = 0;
  while (from < columns && (edges[from + 1] ?? 0) < scrollLeft) from += 1;
  let to = from;
  while (to < columns && (edges[to] ?? 0) < scrollLeft + viewWidth) to += 1;
  return [Math.max(0, from - 1), Math.min(columns, to + 1)];
}
