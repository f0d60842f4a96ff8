// The part of the grid that is in sight, told again only when other rows or columns come into it.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { columnsInSight, room, rowsInSight } from './viewport';

export interface Sight {
  from: number;
  to: number;
  firstColumn: number;
  lastColumn: number;
  scrollTop: number;
  height: number;
  scale: number;
}

const HEAD = 36;

export function useViewport(element: RefObject<HTMLDivElement | null>, total: number, edges: number[]): Sight {
  const size = useRef({ width: 1200, height: 600 });
  const measure = useCallback((): Sight => {
    const box = element.current;
    const viewHeight = Math.max(0, size.current.height - HEAD);
    const { height, scale } = room(total, viewHeight);
    const scrollTop = box?.scrollTop ?? 0;
    const [from, to] = rowsInSight(scrollTop, viewHeight, total, scale);
    const [firstColumn, lastColumn] = columnsInSight(box?.scrollLeft ?? 0, size.current.width, edges);
    return { from, to, firstColumn, lastColumn, scrollTop: scale === 1 ? 0 : scrollTop, height, scale };
  }, [element, total, edges]);
  const [sight, setSight] = useState(measure);

  const update = useCallback(() => {
    const next = measure();
    setSight((old) => (same(old, next) ? old : next));
  }, [measure]);
  useLayoutEffect(update, [update]);

  useEffect(() => {
    const box = element.current;
    if (!box) return;
    const observer = new ResizeObserver(() => {
      size.current = { width: box.clientWidth, height: box.clientHeight };
      update();
    });
    observer.observe(box);
    box.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', update);
    };
  }, [element, update]);
  return sight;
}

function same(a: Sight, b: Sight): boolean {
  return (Object.keys(a) as (keyof Sight)[]).every((key) => a[key] === b[key]);
}
