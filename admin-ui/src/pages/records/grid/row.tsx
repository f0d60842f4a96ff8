// One row: the box that selects it, and the cells in sight.
import { IconArrowsDiagonal } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { kindOf } from '../../../fields';
import type { Collection, RecordData } from '../../../fields/model';
import { CellContent } from './cell';
import type { Column } from './columns';
import classes from './grid.module.css';
import type { Mark } from './rows';

export const HEAD_WIDTH = 64;

export interface RowProps {
  index: number;
  record: RecordData | undefined;
  top: number;
  width: number;
  columns: Column[];
  edges: number[];
  /** The columns to render. */
  from: number;
  to: number;
  selected: boolean;
  /** The active column of this row, -1 for the box, undefined when the row is not active. */
  active: number | undefined;
  mark: Mark | undefined;
  problems: ReadonlyMap<string, string> | undefined;
  targets: ReadonlyMap<string, Collection>;
  /** Stands in the active cell while it is edited. */
  editor: ReactNode;
}

export const Row = memo(function Row(props: RowProps) {
  const { index, record, top, width, from, to, selected, active, mark, editor } = props;
  const shown = indexes(from, to, active, props.columns.length);
  return (
    <div
      role="row"
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-mark={mark}
      data-row={index}
      data-id={record?.id}
      style={{ transform: `translateY(${top}px)`, width }}
    >
      <RowHead index={index} record={record} selected={selected} active={active === -1} />
      {shown.map((i) => (
        <Cell key={props.columns[i]?.field.id} {...props} column={i} editor={active === i ? editor : null} />
      ))}
    </div>
  );
});

/** The columns in sight and the active one, which must stay in the page to keep the focus. */
function indexes(from: number, to: number, active: number | undefined, count: number): number[] {
  const found = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  if (active === undefined || active < 0 || active >= count || (active >= from && active < to)) return found;
  return [...found, active].sort((a, b) => a - b);
}

function RowHead({
  index,
  record,
  selected,
  active,
}: Pick<RowProps, 'index' | 'record' | 'selected'> & { active: boolean }) {
  return (
    <div role="gridcell" aria-colindex={1} className={classes.rowHead} data-cell="-1" tabIndex={active ? 0 : -1}>
      <input
        type="checkbox"
        tabIndex={-1}
        checked={selected}
        readOnly
        disabled={!record}
        aria-label={`Select row ${index + 1}`}
        data-act="select"
      />
      <button
        type="button"
        tabIndex={-1}
        className={classes.open}
        disabled={!record}
        data-act="open"
        title="Open (Shift+Enter)"
      >
        <IconArrowsDiagonal size={14} aria-label={`Open row ${index + 1}`} />
      </button>
    </div>
  );
}

function Cell({ column: i, columns, edges, record, active, problems, targets, editor }: RowProps & { column: number }) {
  const column = columns[i];
  if (!column) return null;
  const { field, width } = column;
  const problem = problems?.get(field.name);
  const kind = kindOf(field);
  return (
    <div
      role="gridcell"
      aria-colindex={i + 2}
      aria-readonly={kind.inline(field) === 'none' || field.primaryKey || undefined}
      aria-invalid={problem ? true : undefined}
      className={classes.cell}
      data-cell={i}
      data-type={field.primaryKey ? 'id' : field.type}
      data-align={kind.align}
      tabIndex={active === i ? 0 : -1}
      style={{ left: HEAD_WIDTH + (edges[i] ?? 0), width }}
    >
      {record ? (
        <CellContent field={field} record={record} target={targets.get(field.id)} />
      ) : (
        <span className={classes.waiting} />
      )}
      {problem && !editor && (
        <span role="alert" className={classes.problem}>
          {problem}
        </span>
      )}
      {editor}
    </div>
  );
}
