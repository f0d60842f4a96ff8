import { useSortable } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Badge, Menu, TextInput, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconCopy, IconDots, IconGripVertical, IconTrash } from '@tabler/icons-react';
import type { Field } from '../../api';
import { useCollections } from '../../api/queries';
import { fieldKind } from '../../parts';
import type { EditedField } from './draft';
import classes from './field-list.module.css';
import { summary } from './field-options';
import { FieldSettings } from './field-settings';

export interface FieldActions {
  set: (part: Partial<EditedField>) => void;
  copy: () => void;
  remove: () => void;
  toggle: () => void;
}

interface Props {
  field: EditedField;
  stored: Field | undefined;
  open: boolean;
  problem: string | undefined;
  actions: FieldActions;
}

/** One field: its name, what it is, and its options when it is open. */
export function FieldRow({ field, stored, open, problem, actions }: Props) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: field.key,
  });
  const collections = useCollections();
  const kind = fieldKind(field.type);
  const nameOf = (id: string) => collections.find((each) => each.id === id)?.name ?? id;
  return (
    <li
      ref={setNodeRef}
      className={classes.item}
      data-dragging={isDragging || undefined}
      data-field={field.name}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      <div className={classes.row}>
        <button
          type="button"
          ref={setActivatorNodeRef}
          className={classes.handle}
          {...attributes}
          {...listeners}
          aria-label={`Move ${field.name}`}
        >
          <IconGripVertical size={15} aria-hidden />
        </button>
        <Tooltip label={kind.label}>
          <span className={classes.icon}>
            <kind.icon size={17} aria-hidden />
          </span>
        </Tooltip>
        <TextInput
          size="xs"
          aria-label={`Name of the field ${field.name}`}
          value={field.name}
          readOnly={field.system === true}
          error={problem !== undefined}
          onChange={(event) => actions.set({ name: event.currentTarget.value.trim() })}
          autoComplete="off"
          spellCheck={false}
        />
        <div className={classes.about}>
          <About field={field} stored={stored} text={summary(field, nameOf)} />
        </div>
        <Actions field={field} open={open} actions={actions} />
      </div>
      {open && <FieldSettings field={field} isNew={!stored} set={actions.set} problem={problem} />}
    </li>
  );
}

function About({ field, stored, text }: { field: EditedField; stored: Field | undefined; text: string }) {
  return (
    <>
      {!stored && <Badge color="green">new</Badge>}
      {stored && stored.name !== field.name && <Badge color="yellow">was {stored.name}</Badge>}
      {field.system && <Badge color="gray">system</Badge>}
      {field.required && !field.system && <Badge color="gray">required</Badge>}
      {field.hidden && !field.system && <Badge color="gray">hidden</Badge>}
      <span className="truncate">{text}</span>
    </>
  );
}

function Actions({ field, open, actions }: { field: EditedField; open: boolean; actions: FieldActions }) {
  return (
    <div style={{ display: 'flex', gap: 2 }}>
      <ActionIcon onClick={actions.toggle} aria-expanded={open} aria-label={`Options of ${field.name}`}>
        {open ? <IconChevronUp size={17} /> : <IconChevronDown size={17} />}
      </ActionIcon>
      <Menu position="bottom-end" width={170}>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${field.name}`}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={15} />}
            onClick={actions.copy}
            disabled={field.primaryKey === true || field.type === 'password'}
          >
            Duplicate
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={15} />}
            color="red"
            onClick={actions.remove}
            disabled={field.system === true}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
