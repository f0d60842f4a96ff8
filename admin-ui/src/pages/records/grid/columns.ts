// The columns of a grid: their order, widths and which are hidden, remembered per collection in this browser.
import { columnFields, kindOf } from '../../../fields';
import type { Collection, Field } from '../../../fields/model';

export interface Column {
  field: Field;
  width: number;
}

/** What is remembered: by field id, so that a renamed field keeps its place. */
export interface Layout {
  order: string[];
  widths: Record<string, number>;
  hidden: string[];
}

export const NARROWEST = 60;
export const WIDEST = 900;

const noLayout = (): Layout => ({ order: [], widths: {}, hidden: [] });

const key = (collection: Collection) => `luge.columns.${collection.id}`;

export function loadLayout(collection: Collection): Layout {
  try {
    const stored = JSON.parse(localStorage.getItem(key(collection)) ?? 'null') as Partial<Layout> | null;
    return { ...noLayout(), ...stored };
  } catch {
    return noLayout();
  }
}

export function saveLayout(collection: Collection, layout: Layout): void {
  localStorage.setItem(key(collection), JSON.stringify(layout));
}

/** All columns in their order, also the hidden ones: new fields come last, those set by the server at the very end. */
export function ordered(collection: Collection, layout: Layout): Field[] {
  const rank = (field: Field) => {
    const at = layout.order.indexOf(field.id);
    return at >= 0 ? at : 1000 + (field.type === 'autodate' ? 1000 : 0);
  };
  return [...columnFields(collection)].sort((a, b) => rank(a) - rank(b));
}

export function shownColumns(collection: Collection, layout: Layout): Column[] {
  return ordered(collection, layout)
    .filter((field) => !layout.hidden.includes(field.id))
    .map((field) => ({ field, width: layout.widths[field.id] ?? firstWidth(field) }));
}

function firstWidth(field: Field): number {
  return field.primaryKey ? 160 : Math.max(kindOf(field).width, 44 + field.name.length * 8);
}

export function resized(layout: Layout, field: string, width: number): Layout {
  const rounded = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
  return { ...layout, widths: { ...layout.widths, [field]: rounded } };
}

export function toggled(layout: Layout, field: string): Layout {
  const hidden = layout.hidden.includes(field) ? layout.hidden.filter((id) => id !== field) : [...layout.hidden, field];
  return { ...layout, hidden };
}

/** Moves a column before another one (or to the end), over hidden ones as if they were not there. */
export function moved(collection: Collection, layout: Layout, field: string, before: string | undefined): Layout {
  const order = ordered(collection, layout).map((f) => f.id);
  const rest = order.filter((id) => id !== field);
  const at = before === undefined ? rest.length : rest.indexOf(before);
  rest.splice(at < 0 ? rest.length : at, 0, field);
  return { ...layout, order: rest };
}

/** The next sort when a column's head is used: up, down, none. */
export function nextSort(sort: string, name: string): string {
  if (sort === name) return `-${name}`;
  return sort === `-${name}` ? '' : name;
}

export function sortOf(sort: string, name: string): 'ascending' | 'descending' | undefined {
  if (sort === name || sort === `+${name}`) return 'ascending';
  return sort === `-${name}` ? 'descending' : undefined;
}

/** Left edges of the columns, and the whole width at the end. */
export function edges(columns: Column[]): number[] {
  const found = [0];
  for (const column of columns) found.push((found[found.length - 1] ?? 0) + column.width);
  return found;
}
