// The fields in their order: drag the handle, or focus it and use Space and the arrows.
import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { useState } from 'react';
import type { Collection, FieldTypeName } from '../../api';
import { Panel } from '../../parts';
import { AddField } from './add-field';
import { copyField, type Draft, type EditedField, newField } from './draft';
import classes from './field-list.module.css';
import { FieldRow } from './field-row';

interface Props {
  collection: Collection;
  draft: Draft;
  change: (draft: Draft) => void;
  wrong: Map<string, string>;
}

export function FieldList({ collection, draft, change, wrong }: Props) {
  const { fields } = draft;
  const [open, setOpen] = useState<string | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const setFields = (next: EditedField[]) => change({ ...draft, fields: next });
  const at = (key: unknown) => fields.findIndex((field) => field.key === key);
  const moved = ({ active, over }: DragEndEvent) => {
    if (!over || active.id === over.id) return;
    setFields(arrayMove(fields, at(active.id), at(over.id)));
  };
  const placed = (key: unknown, place: unknown) =>
    `${fields[at(key)]?.name} is at place ${at(place) + 1} of ${fields.length}.`;
  const announcements: Announcements = {
    onDragStart: ({ active }) => `${fields[at(active.id)]?.name} is picked up.`,
    onDragOver: ({ active, over }) => placed(active.id, over?.id ?? active.id),
    onDragEnd: ({ active, over }) => placed(active.id, over?.id ?? active.id),
    onDragCancel: ({ active }) => placed(active.id, active.id),
  };
  const add = (type: FieldTypeName) => {
    const field = newField(type, fields);
    // Dates of creation and change stay at the end.
    const end = fields.findIndex((each) => each.type === 'autodate');
    const at = end < 0 || type === 'autodate' ? fields.length : end;
    setFields([...fields.slice(0, at), field, ...fields.slice(at)]);
    setOpen(field.key);
  };
  const actionsOf = (field: EditedField) => ({
    set: (part: Partial<EditedField>) =>
      setFields(fields.map((each) => (each.key === field.key ? { ...each, ...part } : each))),
    copy: () =>
      setFields(fields.flatMap((each) => (each.key === field.key ? [each, copyField(field, fields)] : [each]))),
    remove: () => setFields(fields.filter((each) => each.key !== field.key)),
    toggle: () => setOpen(open === field.key ? null : field.key),
  });
  return (
    <Panel title="Fields" actions={<AddField add={add} />} flush>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={moved}
        accessibility={{ announcements }}
      >
        <SortableContext items={fields.map((field) => field.key)} strategy={verticalListSortingStrategy}>
          <ul className={classes.list}>
            {fields.map((field) => (
              <FieldRow
                key={field.key}
                field={field}
                stored={collection.fields.find((each) => each.id === field.id)}
                open={open === field.key}
                problem={wrong.get(field.key)}
                actions={actionsOf(field)}
              />
            ))}
          </ul>
        </SortableContext>
      </DndContext>
    </Panel>
  );
}
