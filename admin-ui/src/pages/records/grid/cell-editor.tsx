// Editing in the place of a cell: a line of text, a choice, or a small panel with the editor of the record's page.
import { Button, Group, Popover, Text } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { kindOf } from '../../../fields';
import type { Field, Json, RecordData } from '../../../fields/model';
import classes from './grid.module.css';

/** Where to go once it is done. */
export type Leave = 'stay' | 'down' | 'right' | 'left';

interface Props {
  field: Field;
  record: RecordData;
  /** What was typed to begin, replacing the value; else the value is edited. */
  typed: string | undefined;
  save: (value: Json, leave: Leave) => void;
  cancel: () => void;
}

export function CellEditor(props: Props) {
  const inline = kindOf(props.field).inline(props.field);
  if (inline === 'input') return <Line {...props} />;
  if (inline === 'choose') return <Choice {...props} />;
  return <PanelEditor {...props} />;
}

function Line({ field, record, typed, save, cancel }: Props) {
  const kind = kindOf(field);
  const stored = record[field.name] ?? kind.empty(field);
  const [text, setText] = useState(typed ?? kind.text(stored, field));
  const [problem, setProblem] = useState<string>();
  const finish = (leave: Leave, blurred = false) => {
    if (text === kind.text(stored, field)) return cancel();
    const parsed = kind.parse(text, field);
    const wrong = parsed.ok ? kind.check?.(parsed.value, field) : parsed.problem;
    if (wrong !== undefined || !parsed.ok) return blurred ? cancel() : setProblem(wrong);
    save(parsed.value, leave);
  };
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') cancel();
    else if (event.key === 'Enter') finish('down');
    else if (event.key === 'Tab') finish(event.shiftKey ? 'left' : 'right');
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className={classes.input}
        aria-label={`Edit ${field.name}`}
        aria-invalid={problem !== undefined}
        // biome-ignore lint/a11y/noAutofocus: one asked to edit this very cell.
        autoFocus
        onFocus={(e) => typed === undefined && e.currentTarget.select()}
        inputMode={field.type === 'number' ? 'decimal' : undefined}
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          setProblem(undefined);
        }}
        onKeyDown={keys}
        onBlur={() => finish('stay', true)}
      />
      {problem && (
        <span role="alert" className={classes.problem}>
          {problem}
        </span>
      )}
    </>
  );
}

function Choice({ field, record, save, cancel }: Props) {
  const stored = record[field.name];
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Enter') cancel();
  };
  return (
    <select
      className={classes.input}
      aria-label={`Edit ${field.name}`}
      // biome-ignore lint/a11y/noAutofocus: one asked to edit this very cell.
      autoFocus
      defaultValue={typeof stored === 'string' ? stored : ''}
      onChange={(e) => save(e.currentTarget.value, 'stay')}
      onKeyDown={keys}
      onBlur={cancel}
    >
      <option value="">(none)</option>
      {(field.values ?? []).map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </select>
  );
}

function PanelEditor({ field, record, save, cancel }: Props) {
  const kind = kindOf(field);
  const [value, setValue] = useState<Json>(record[field.name] ?? kind.empty(field));
  const problem = kind.check?.(value, field);
  // The list of what can be chosen opens inside of the panel, below the buttons.
  const list = field.type === 'relation' || field.type === 'select';
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape' && !event.defaultPrevented) cancel();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !problem) save(value, 'stay');
  };
  return (
    <Popover
      opened
      withinPortal
      trapFocus
      position="bottom-start"
      width={field.type === 'editor' ? 520 : 360}
      shadow="md"
      onChange={(open) => !open && cancel()}
      closeOnEscape={false}
    >
      <Popover.Target>
        <span className={classes.anchor} />
      </Popover.Target>
      <Popover.Dropdown
        onKeyDown={keys}
        onMouseDown={(e) => e.stopPropagation()}
        onDoubleClick={(e) => e.stopPropagation()}
        onClick={(e) => e.stopPropagation()}
        aria-label={`Edit ${field.name}`}
      >
        <Group justify="space-between" mb="xs" wrap="nowrap">
          <Text size="sm" fw={600} className="truncate">
            {field.name}
          </Text>
          <Group gap={6} wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={cancel}>
              Cancel
            </Button>
            <Button size="compact-sm" disabled={problem !== undefined} onClick={() => save(value, 'stay')}>
              Save
            </Button>
          </Group>
        </Group>
        <div className={list ? classes.list : undefined}>
          <kind.Editor field={field} value={value} onChange={setValue} error={problem} bare autoFocus />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
