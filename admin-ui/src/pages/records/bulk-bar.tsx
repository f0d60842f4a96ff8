// What can be done to the selected rows: edit, copy, export, delete; with progress, a stop, and a way back.
import { Button, CloseButton, Progress } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { Json, RecordData } from '../../fields/model';
import { confirm, toast } from '../../parts';
import { type Acts, before, counted } from './acts';
import { type Outcome, type Write, writeAll } from './bulk';
import { type Question, walk } from './data';
import { ExportMenu } from './export-menu';
import type { Column } from './grid/columns';
import type { Rows } from './grid/rows';
import { isSelected, NONE, type Selection } from './grid/selection';
import classes from './records.module.css';

const BulkEdit = lazy(() => import('./bulk-edit'));

/** So many records are kept in memory to be brought back. */
const UNDOABLE = 10_000;

interface Props {
  question: Question;
  rows: Rows;
  acts: Acts;
  columns: Column[];
  selection: Selection;
  selected: number;
  setSelection: (next: Selection) => void;
  readOnly: boolean;
  /** The field whose editor is open, or '' for one that is still to be chosen. */
  editing: string | undefined;
  setEditing: (field: string | undefined) => void;
}

interface Work {
  does: string;
  done: number;
  of: number;
}

export function BulkBar(props: Props) {
  const { question, rows, acts, selection, selected, setSelection, readOnly, editing, setEditing } = props;
  const [work, setWork] = useState<Work>();
  const flight = useRef<AbortController>(undefined);
  const total = rows.total ?? 0;
  // Without a selection, "edit in many records" means all that match.
  const scope: Selection = selected > 0 ? selection : { mode: 'all', ids: new Set() };
  const size = selected > 0 ? selected : total;

  const gather = async (signal: AbortSignal): Promise<RecordData[]> => {
    const found: RecordData[] = [];
    for await (const page of walk({ ...question, sort: '', expand: '' }, '', signal)) {
      found.push(...page.filter((record) => isSelected(scope, record.id)));
      if (scope.mode === 'some' && found.length === scope.ids.size) break;
    }
    return found;
  };
  const run = async (
    does: string,
    write: (record: RecordData) => Write,
  ): Promise<[RecordData[], Outcome] | undefined> => {
    const stop = new AbortController();
    flight.current = stop;
    setWork({ does, done: 0, of: size });
    try {
      const records = await gather(stop.signal);
      const progress = (done: number) => setWork({ does, done, of: records.length });
      return [records, await writeAll(question.collection, records.map(write), { signal: stop.signal, progress })];
    } catch (error) {
      if (!stop.signal.aborted) toast.failed(error);
      return undefined;
    } finally {
      setWork(undefined);
    }
  };

  const remove = () =>
    confirm({
      title: `Delete ${counted(selected)}?`,
      consequences: [
        `${selected.toLocaleString('en')} of ${total.toLocaleString('en')} shown records of ${question.collection.name} are deleted.`,
        'Records that refer to them lose the reference, or go along where the relation says so.',
        selected <= UNDOABLE ? 'You can undo it right afterwards.' : 'So many cannot be undone.',
      ],
      action: 'Delete',
      danger: true,
      ...(selected > UNDOABLE && { type: question.collection.name }),
      run: () => void erase(),
    });
  const erase = async () => {
    const result = await run('Deleting', (record) => ({ id: record.id, method: 'DELETE' }));
    if (!result) return;
    setSelection(NONE);
    acts.removed(...result);
  };
  const edit = async (name: string, value: Json) => {
    setEditing(undefined);
    const result = await run('Changing', (record) => ({ id: record.id, method: 'PATCH', body: { [name]: value } }));
    if (!result) return;
    const [records, outcome] = result;
    const done = new Set(outcome.done);
    const changed = records.filter((record) => done.has(record.id));
    await rows.refresh();
    if (outcome.failed[0]) toast.failed(outcome.failed[0].error);
    if (changed.length > 0)
      acts.did({ did: `Changed ${name} of ${counted(changed.length)}`, back: () => reset(changed, name) });
  };
  const reset = async (records: RecordData[], name: string) => {
    const result = await writeAll(
      question.collection,
      records.map((record) => ({ id: record.id, method: 'PATCH', body: before(record, [name]) })),
      { signal: new AbortController().signal, progress: () => {} },
    );
    if (result.failed[0]) throw result.failed[0].error;
  };

  return (
    <>
      {work && (
        <div className={classes.bulk} role="status">
          {work.does} {work.done.toLocaleString('en')} of {work.of.toLocaleString('en')}
          <Progress value={work.of === 0 ? 0 : (work.done / work.of) * 100} w={140} aria-label={work.does} />
          <Button size="compact-sm" variant="default" onClick={() => flight.current?.abort()}>
            Stop
          </Button>
        </div>
      )}
      {!work && selected > 0 && (
        <section className={classes.bulk} aria-label="Selected records">
          <b>{selected.toLocaleString('en')} selected</b>
          {!readOnly && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPencil size={14} />}
              onClick={() => setEditing('')}
            >
              Edit
            </Button>
          )}
          <ExportMenu question={question} selection={selection} />
          {!readOnly && (
            <Button
              size="compact-sm"
              variant="light"
              color="red"
              leftSection={<IconTrash size={14} />}
              onClick={remove}
            >
              Delete
            </Button>
          )}
          <CloseButton aria-label="Clear the selection" onClick={() => setSelection(NONE)} />
        </section>
      )}
      {editing !== undefined && (
        <Suspense>
          <BulkEdit
            collection={question.collection}
            size={size}
            field={editing}
            close={() => setEditing(undefined)}
            apply={(name, value) => void edit(name, value)}
          />
        </Suspense>
      )}
    </>
  );
}
