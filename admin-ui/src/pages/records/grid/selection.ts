// Which rows are selected: some by id, or everything that matches except some.

export interface Selection {
  mode: 'some' | 'all';
  /** The selected ones; with `all`, those that are left out. */
  ids: ReadonlySet<string>;
}

export const NONE: Selection = { mode: 'some', ids: new Set() };

export const isSelected = (selection: Selection, id: string) => selection.ids.has(id) === (selection.mode === 'some');

export function count(selection: Selection, total: number): number {
  return selection.mode === 'some' ? selection.ids.size : Math.max(0, total - selection.ids.size);
}

export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ...selection, ids };
}

/** Selects or leaves out a range, as its last click decided. */
export function extend(selection: Selection, range: string[], on: boolean): Selection {
  const ids = new Set(selection.ids);
  const held = on === (selection.mode === 'some');
  for (const id of range) {
    if (held) ids.add(id);
    else ids.delete(id);
  }
  return { ...selection, ids };
}

/** Forgets rows that are no more. */
export function without(selection: Selection, gone: Iterable<string>): Selection {
  const ids = new Set(selection.ids);
  for (const id of gone) ids.delete(id);
  return ids.size === selection.ids.size ? selection : { ...selection, ids };
}

export const EVERYTHING: Selection = { mode: 'all', ids: new Set() };
