// What a key means on the grid, as data: the grid only carries it out.

export interface Place {
  /** -1 is the head. */
  row: number;
  /** -1 is the box that selects. */
  column: number;
}

export type Action =
  | { do: 'go'; to: Place; extend?: boolean }
  | { do: 'edit'; typed?: string }
  | { do: 'open' }
  | { do: 'select' }
  | { do: 'selectAll' }
  | { do: 'clear' }
  | { do: 'copy' }
  | { do: 'delete' }
  | { do: 'undo' }
  | { do: 'sort' }
  | { do: 'moveColumn'; by: -1 | 1 }
  | { do: 'resizeColumn'; by: number };

export interface Key {
  key: string;
  shift: boolean;
  mod: boolean;
  alt: boolean;
}

export interface Extent {
  rows: number;
  columns: number;
  /** Rows that a page key moves by. */
  page: number;
}

export function actionOf(key: Key, at: Place, extent: Extent): Action | undefined {
  if (key.alt) return at.row === -1 ? headAction(key, at) : undefined;
  const to = target(key, at, extent);
  if (to) return { do: 'go', to: clamp(to, extent), extend: key.shift && to.row !== at.row };
  if (key.mod) return modAction(key);
  if (at.row === -1) return headAction(key, at);
  if (key.key === 'Enter' || key.key === 'F2') return key.shift ? { do: 'open' } : enter(at);
  if (key.key === ' ') return { do: 'select' };
  if (key.key === 'Escape') return { do: 'clear' };
  if (key.key === 'Delete') return { do: 'delete' };
  if (key.key.length === 1 && at.column >= 0) return { do: 'edit', typed: key.key };
  return undefined;
}

function enter(at: Place): Action {
  return at.column === -1 ? { do: 'open' } : { do: 'edit' };
}

function modAction(key: Key): Action | undefined {
  const letter = key.key.toLowerCase();
  if (letter === 'a') return { do: 'selectAll' };
  if (letter === 'c') return { do: 'copy' };
  if (letter === 'z' && !key.shift) return { do: 'undo' };
  return undefined;
}

function headAction(key: Key, at: Place): Action | undefined {
  if (at.column === -1) return key.key === ' ' || key.key === 'Enter' ? { do: 'selectAll' } : undefined;
  const by = key.key === 'ArrowLeft' ? -1 : key.key === 'ArrowRight' ? 1 : undefined;
  if (key.alt && by) return key.shift ? { do: 'resizeColumn', by: by * 20 } : { do: 'moveColumn', by };
  return key.key === 'Enter' || key.key === ' ' ? { do: 'sort' } : undefined;
}

function target(key: Key, { row, column }: Place, extent: Extent): Place | undefined {
  const last = { row: extent.rows - 1, column: extent.columns - 1 };
  switch (key.key) {
    case 'ArrowUp':
      return { row: key.mod ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: key.mod ? last.row : row + 1, column };
    case 'ArrowLeft':
      return { row, column: key.mod ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: key.mod ? last.column : column + 1 };
    case 'Home':
      return key.mod ? { row: 0, column: 0 } : { row, column: 0 };
    case 'End':
      return key.mod ? last : { row, column: last.column };
    case 'PageUp':
      return { row: Math.max(0, row - extent.page), column };
    case 'PageDown':
      return { row: row + extent.page, column };
    default:
      return undefined;
  }
}

function clamp(to: Place, extent: Extent): Place {
  return {
    row: Math.max(-1, Math.min(extent.rows - 1, to.row)),
    column: Math.max(-1, Math.min(extent.columns - 1, to.column)),
  };
}
