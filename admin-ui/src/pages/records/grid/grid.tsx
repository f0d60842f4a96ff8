// The grid: a spreadsheet over rows that may be hundreds of thousands, for mouse, touch and keyboard alone.
import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { kindOf } from '../../../fields';
import type { Collection, Field, Json, RecordData } from '../../../fields/model';
import { CellEditor, type Leave } from './cell-editor';
import { type Column, edges as edgesOf, nextSort } from './columns';
import classes from './grid.module.css';
import { Head, type HeadActions } from './head';
import { type Action, actionOf, type Place } from './keys';
import { HEAD_WIDTH, Row } from './row';
import type { Rows } from './rows';
import { count, isSelected, type Selection } from './selection';
import { useActive } from './use-active';
import { useViewport } from './use-viewport';
import { ROW, topOf } from './viewport';

export interface GridProps {
  collection: Collection;
  /** Collections that relation fields lead to, by field id. */
  targets: ReadonlyMap<string, Collection>;
  rows: Rows;
  columns: Column[];
  sort: string;
  selection: Selection;
  /** What the server refused: by record id, then by field name. */
  problems: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readOnly: boolean;
  head: HeadActions;
  act: {
    select: (index: number, range: boolean) => void;
    selectAll: () => void;
    clear: () => void;
    open: (record: RecordData) => void;
    save: (record: RecordData, field: Field, value: Json) => void;
    remove: (index: number) => void;
    undo: () => void;
    copy: (at: Place) => string;
    paste: (at: Place, text: string) => void;
  };
}

const coarse = () => matchMedia('(pointer: coarse)').matches;

export function Grid(props: GridProps) {
  const { collection, rows, columns, sort, selection, act, head } = props;
  useSyncExternalStore(rows.subscribe, () => rows.version);
  const box = useRef<HTMLDivElement>(null);
  const edges = useMemo(() => edgesOf(columns), [columns]);
  const total = rows.total ?? 0;
  const sight = useViewport(box, total, edges);
  const { active, go } = useActive(box, { rows: total, columns: columns.length }, edges, sight);
  const [editing, setEditing] = useState<{ typed?: string | undefined }>();
  rows.show(sight.from, Math.max(sight.to, 1));

  const width = HEAD_WIDTH + (edges[columns.length] ?? 0);
  const activeField = columns[active.column]?.field;
  const activeRecord = rows.row(active.row);

  const edit = (at: Place, typed?: string) => {
    const field = columns[at.column]?.field;
    const record = rows.row(at.row);
    if (!field || !record) return;
    const inline = kindOf(field).inline(field);
    if (inline === 'none' || field.primaryKey || props.readOnly)
      return typed === undefined ? act.open(record) : undefined;
    if (inline === 'toggle')
      return typed === undefined ? act.save(record, field, record[field.name] !== true) : undefined;
    if (typed !== undefined && inline !== 'input') return;
    setEditing({ typed });
  };
  const save = (value: Json, leave: Leave) => {
    setEditing(undefined);
    if (activeRecord && activeField) act.save(activeRecord, activeField, value);
    const by = { stay: [0, 0], down: [1, 0], right: [0, 1], left: [0, -1] }[leave];
    go({ row: active.row + (by[0] ?? 0), column: active.column + (by[1] ?? 0) });
  };
  const cancel = () => {
    setEditing(undefined);
    go(active);
  };

  const run = (action: Action) => {
    if (action.do === 'go') {
      if (action.extend) act.select(action.to.row, true);
      return go(action.to);
    }
    if (action.do === 'edit') return edit(active, action.typed);
    if (action.do === 'open') return activeRecord && act.open(activeRecord);
    if (action.do === 'select') return act.select(active.row, false);
    if (action.do === 'delete') return act.remove(active.row);
    if (action.do === 'sort') return activeField && head.sort(nextSort(sort, activeField.name));
    if (action.do === 'moveColumn') return moveColumn(action.by);
    if (action.do === 'resizeColumn') return resizeColumn(action.by);
    if (action.do === 'selectAll') return act.selectAll();
    if (action.do === 'clear') return act.clear();
    if (action.do === 'undo') return act.undo();
  };
  const moveColumn = (by: -1 | 1) => {
    const to = active.column + by;
    if (!activeField || to < 0 || to >= columns.length) return;
    head.move(activeField.id, columns[by < 0 ? to : to + 1]?.field.id);
    go({ row: -1, column: to });
  };
  const resizeColumn = (by: number) => {
    const column = columns[active.column];
    if (column) head.resize(column.field.id, column.width + by);
  };

  /** The focus may come by other ways than our keys: the tabulator, a click, a screen reader. */
  const focus = (event: FocusEvent) => {
    const target = event.target as HTMLElement;
    const place = target.dataset.cell === undefined ? undefined : placeOf(target);
    if (place && (place.row !== active.row || place.column !== active.column)) go(place);
  };

  const keys = (event: KeyboardEvent) => {
    if (editing || event.target instanceof HTMLButtonElement) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 400) / ROW) - 2);
    const key = { key: event.key, shift: event.shiftKey, mod: event.ctrlKey || event.metaKey, alt: event.altKey };
    const action = actionOf(key, active, { rows: total, columns: columns.length, page });
    // Copying is left to the browser: it then sends the event that carries the clipboard.
    if (!action || action.do === 'copy') return;
    event.preventDefault();
    run(action);
  };

  const click = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const place = placeOf(target);
    const todo = target.closest<HTMLElement>('[data-act]')?.dataset.act;
    if (!place || todo === 'menu' || todo === 'resize') return;
    if (todo === 'selectAll') return act.selectAll();
    if (editing && place.row === active.row && place.column === active.column) return;
    setEditing(undefined);
    go(place);
    const record = rows.row(place.row);
    if (todo === 'select') return act.select(place.row, event.shiftKey);
    if (place.row === -1) return sortBy(place.column);
    if (!record) return;
    const isId = columns[place.column]?.field.primaryKey && !event.shiftKey;
    if (todo === 'open' || isId || coarse()) return act.open(record);
    if (event.shiftKey) act.select(place.row, true);
  };
  const sortBy = (column: number) => {
    const field = columns[column]?.field;
    if (field) head.sort(nextSort(sort, field.name));
  };
  const doubleClick = (event: MouseEvent) => {
    const place = placeOf(event.target as HTMLElement);
    if (place && place.row >= 0 && place.column >= 0 && !editing) edit(place);
  };
  const copy = (event: ClipboardEvent) => {
    if (editing || event.target instanceof HTMLInputElement) return;
    event.clipboardData.setData('text/plain', act.copy(active));
    event.preventDefault();
  };
  const paste = (event: ClipboardEvent) => {
    if (editing || props.readOnly) return;
    event.preventDefault();
    act.paste(active, event.clipboardData.getData('text/plain'));
  };

  const editor =
    editing && activeRecord && activeField ? (
      <CellEditor field={activeField} record={activeRecord} typed={editing.typed} save={save} cancel={cancel} />
    ) : null;
  const selected = count(selection, total);
  return (
    <div
      ref={box}
      role="grid"
      className={classes.grid}
      aria-label={`Records of ${collection.name}`}
      aria-rowcount={rows.total === undefined ? -1 : total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-readonly={props.readOnly}
      aria-busy={rows.total === undefined}
      onFocus={focus}
      onKeyDown={keys}
      onClick={click}
      onDoubleClick={doubleClick}
      onCopy={copy}
      onPaste={paste}
    >
      <Head
        columns={columns}
        edges={edges}
        from={sight.firstColumn}
        to={sight.lastColumn}
        width={width}
        sort={sort}
        active={active.row === -1 ? active.column : undefined}
        selected={selected === 0 ? 'none' : selected === total ? 'all' : 'some'}
        actions={head}
      />
      <div className={classes.body} role="rowgroup" style={{ height: sight.height, width }}>
        {indexesOf(sight.from, sight.to, active.row, total).map((index) => {
          const record = rows.row(index);
          const isActive = index === active.row;
          return (
            <Row
              key={record?.id ?? `waiting-${index}`}
              index={index}
              record={record}
              top={topOf(index, sight.scrollTop, sight.scale)}
              width={width}
              columns={columns}
              edges={edges}
              from={sight.firstColumn}
              to={sight.lastColumn}
              selected={record !== undefined && isSelected(selection, record.id)}
              active={isActive ? active.column : undefined}
              mark={record && rows.marks.get(record.id)}
              problems={record && props.problems.get(record.id)}
              targets={props.targets}
              editor={isActive ? editor : null}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The rows in sight and the active one, which must stay in the page to keep the focus. */
function indexesOf(from: number, to: number, active: number, total: number): number[] {
  const found = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  if (active < 0 || active >= total || (active >= from && active < to)) return found;
  return active < from ? [active, ...found] : [...found, active];
}

function placeOf(target: HTMLElement): Place | undefined {
  const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
  const column = target.closest<HTMLElement>('[data-cell]')?.dataset.cell;
  return row === undefined || column === undefined ? undefined : { row: Number(row), column: Number(column) };
}
