// The ids of a range of rows, also of those that are not loaded.
import { type Question, slice } from './data';
import { PAGE, type Rows } from './grid/rows';

export async function ids(ask: Question, rows: Rows, from: number, to: number): Promise<string[]> {
  const [first, last] = from <= to ? [from, to] : [to, from];
  const found: string[] = [];
  const missing = new Set<number>();
  for (let index = first; index <= last; index += 1) {
    const row = rows.row(index);
    if (row) found.push(row.id);
    else missing.add(Math.floor(index / PAGE));
  }
  for (const page of missing) {
    const { items } = await slice({ ...ask, expand: '' }, page, PAGE);
    items.forEach((item, i) => {
      const index = page * PAGE + i;
      if (first <= index && index <= last) found.push(item.id);
    });
  }
  return [...new Set(found)];
}
