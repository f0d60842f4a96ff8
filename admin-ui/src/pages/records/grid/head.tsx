// The head of the grid: names, sort, width, order and a menu per column.
import { Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconDots,
  IconEyeOff,
  IconFilter,
  IconPencil,
} from '@tabler/icons-react';
import { memo, type PointerEvent, useState } from 'react';
import { FieldIcon } from '../../../fields/icon';
import { type Column, sortOf } from './columns';
import classes from './grid.module.css';
import { HEAD_WIDTH } from './row';

export interface HeadActions {
  sort: (sort: string) => void;
  resize: (field: string, width: number) => void;
  /** Before another column, or to the end. */
  move: (field: string, before: string | undefined) => void;
  hide: (field: string) => void;
  filter: (name: string) => void;
  editAll: (name: string) => void;
}

interface Props {
  columns: Column[];
  edges: number[];
  from: number;
  to: number;
  width: number;
  sort: string;
  active: number | undefined;
  selected: 'none' | 'some' | 'all';
  actions: HeadActions;
}

export const Head = memo(function Head(props: Props) {
  const { columns, from, to, width, selected, active } = props;
  return (
    <div role="row" aria-rowindex={1} className={classes.head} style={{ width }} data-row={-1}>
      <div
        role="columnheader"
        aria-colindex={1}
        className={classes.corner}
        data-cell="-1"
        tabIndex={active === -1 ? 0 : -1}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          readOnly
          checked={selected === 'all'}
          ref={(box) => {
            if (box) box.indeterminate = selected === 'some';
          }}
          aria-label="Select all rows"
          data-act="selectAll"
        />
      </div>
      {columns.map((column, i) =>
        (i >= from && i < to) || i === active ? (
          <HeadCell key={column.field.id} {...props} i={i} column={column} />
        ) : null,
      )}
    </div>
  );
});

function HeadCell({ column, i, edges, sort, active, columns, actions }: Props & { column: Column; i: number }) {
  const { field, width } = column;
  const [over, setOver] = useState(false);
  const direction = sortOf(sort, field.name);
  return (
    <div
      role="columnheader"
      aria-colindex={i + 2}
      aria-sort={direction}
      aria-label={field.name}
      className={classes.headCell}
      data-cell={i}
      data-over={over}
      tabIndex={active === i ? 0 : -1}
      style={{ left: HEAD_WIDTH + (edges[i] ?? 0), width }}
      title={field.help || field.name}
      draggable
      onDragStart={(e) => e.dataTransfer.setData('text/luge-column', field.id)}
      onDragOver={(e) => {
        if (!e.dataTransfer.types.includes('text/luge-column')) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        setOver(false);
        const moved = e.dataTransfer.getData('text/luge-column');
        if (moved && moved !== field.id) actions.move(moved, field.id);
      }}
    >
      <FieldIcon type={field.primaryKey ? 'id' : field.type} className={classes.headIcon} />
      <span className={classes.headName}>{field.name}</span>
      {direction === 'ascending' && <IconArrowUp size={14} aria-hidden />}
      {direction === 'descending' && <IconArrowDown size={14} aria-hidden />}
      <ColumnMenu column={column} i={i} columns={columns} actions={actions} />
      <Handle width={width} resize={(next) => actions.resize(field.id, next)} />
    </div>
  );
}

function ColumnMenu({
  column,
  i,
  columns,
  actions,
}: {
  column: Column;
  i: number;
  columns: Column[];
  actions: HeadActions;
}) {
  const { field } = column;
  const [opened, setOpened] = useState(false);
  const icon = { size: 15 } as const;
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" withinPortal width={190}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          className={classes.menu}
          data-act="menu"
          aria-label={`Column ${field.name}`}
        >
          <IconDots size={14} />
        </button>
      </Menu.Target>
      {opened && (
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => actions.sort(field.name)}>
            Sort ascending
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => actions.sort(`-${field.name}`)}>
            Sort descending
          </Menu.Item>
          <Menu.Item leftSection={<IconFilter {...icon} />} onClick={() => actions.filter(field.name)}>
            Filter by it
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconArrowLeft {...icon} />}
            disabled={i === 0}
            onClick={() => actions.move(field.id, columns[i - 1]?.field.id)}
          >
            Move left
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowRight {...icon} />}
            disabled={i === columns.length - 1}
            onClick={() => actions.move(field.id, columns[i + 2]?.field.id)}
          >
            Move right
          </Menu.Item>
          <Menu.Item leftSection={<IconEyeOff {...icon} />} onClick={() => actions.hide(field.id)}>
            Hide
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => actions.editAll(field.name)}>
            Edit in many records
          </Menu.Item>
        </Menu.Dropdown>
      )}
    </Menu>
  );
}

/** The right edge of a column, which can be drawn wider; Shift+Alt and an arrow key do the same on a focused head. */
function Handle({ width, resize }: { width: number; resize: (width: number) => void }) {
  const start = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const drag = (e: globalThis.PointerEvent) => resize(width + e.clientX - from);
    const end = () => {
      handle.removeEventListener('pointermove', drag);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
    };
    handle.addEventListener('pointermove', drag);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  };
  return <span className={classes.handle} data-act="resize" onPointerDown={start} draggable={false} />;
}
