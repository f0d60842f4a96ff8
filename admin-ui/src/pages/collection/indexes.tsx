// The indexes of a collection: what makes filters and sorts fast, and values unique.
import { ActionIcon, Badge, Button, Group, MultiSelect, Stack, Switch, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Collection } from '../../api';
import { EmptyState, Panel } from '../../parts';
import type { Draft } from './draft';
import { indexName, readIndex, writeIndex } from './index-sql';
import classes from './indexes.module.css';

interface Props {
  collection: Collection;
  draft: Draft;
  change: (draft: Draft) => void;
}

export function Indexes({ collection, draft, change }: Props) {
  const put = (indexes: string[]) => change({ ...draft, indexes });
  const edit = (at: number | null) => {
    const id = `index-${crypto.randomUUID()}`;
    const save = (sql: string) => {
      put(at === null ? [...draft.indexes, sql] : draft.indexes.map((each, index) => (index === at ? sql : each)));
      modals.close(id);
    };
    modals.open({
      modalId: id,
      title: at === null ? 'New index' : 'Index',
      children: (
        <IndexForm
          table={collection.name}
          draft={draft}
          sql={at === null ? null : (draft.indexes[at] ?? null)}
          save={save}
        />
      ),
    });
  };
  return (
    <div style={{ marginTop: 16 }}>
      <Panel
        title="Indexes"
        actions={
          <Button size="xs" variant="default" leftSection={<IconPlus size={15} />} onClick={() => edit(null)}>
            Add index
          </Button>
        }
        flush
      >
        {draft.indexes.length === 0 ? (
          <EmptyState title="No index">
            An index makes a filter or a sort over a field fast, however many records there are. A unique one refuses a
            value that is there already. Relations have one of their own.
          </EmptyState>
        ) : (
          <ul className={classes.list}>
            {draft.indexes.map((sql, at) => {
              const index = readIndex(sql);
              const isNew = !collection.indexes.includes(sql);
              return (
                <li key={sql}>
                  <div className={classes.words}>
                    <Group gap={8}>
                      <Text size="sm" fw={560} className="mono truncate">
                        {index.columns.join(', ') || index.name}
                      </Text>
                      {index.unique && <Badge>unique</Badge>}
                      {isNew && <Badge color="green">new</Badge>}
                    </Group>
                    <Text size="xs" c="dimmed" className="mono truncate" title={sql}>
                      {index.special ? sql : index.name}
                    </Text>
                  </div>
                  <ActionIcon onClick={() => edit(at)} aria-label={`Edit the index ${index.name}`}>
                    <IconPencil size={16} />
                  </ActionIcon>
                  <ActionIcon
                    onClick={() => put(draft.indexes.filter((_, each) => each !== at))}
                    aria-label={`Remove the index ${index.name}`}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </li>
              );
            })}
          </ul>
        )}
      </Panel>
    </div>
  );
}

interface FormProps {
  table: string;
  draft: Draft;
  sql: string | null;
  save: (sql: string) => void;
}

function IndexForm({ table, draft, sql, save }: FormProps) {
  const old = sql === null ? null : readIndex(sql);
  const taken = draft.indexes.filter((each) => each !== sql).map((each) => readIndex(each).name);
  const [columns, setColumns] = useState(old?.columns ?? []);
  const [unique, setUnique] = useState(old?.unique ?? false);
  const [text, setText] = useState(old?.special ? (sql ?? '') : null);
  const made = text ?? writeIndex(table, { name: old?.name ?? indexName(table, columns, taken), unique, columns });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(made.trim());
      }}
    >
      <Stack gap="md">
        {text === null ? (
          <>
            <MultiSelect
              label="Fields"
              description="In the order in which filters use them."
              data={draft.fields.map((field) => field.name)}
              value={columns}
              onChange={setColumns}
              searchable
              data-autofocus
            />
            <Switch
              label="Unique"
              description="No two records may have the same values."
              checked={unique}
              onChange={(event) => setUnique(event.currentTarget.checked)}
            />
          </>
        ) : (
          <Textarea
            label="SQL"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autosize
            minRows={3}
            classNames={{ input: 'mono' }}
            spellCheck={false}
            data-autofocus
          />
        )}
        {text === null && (
          <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
            {made}
          </Text>
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            size="xs"
            color="gray"
            onClick={() => setText(text === null ? made : null)}
            disabled={old?.special === true}
          >
            {text === null ? 'Write it as SQL' : 'Choose fields'}
          </Button>
          <Button type="submit" disabled={text === null ? columns.length === 0 : text.trim() === ''}>
            Use this index
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
