// What a file becomes: name, fields and a preview, then the import with its progress.
import { Alert, Button, Checkbox, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { collections, settings } from '../../api';
import { useCollections } from '../../api/queries';
import { ButtonLink, ErrorNote, fieldKind, format, Panel, toast } from '../../parts';
import type { Loaded } from './from-file';
import { ImportProgress } from './import-progress';
import { bodyOf, COLUMN_TYPES, type Column, fieldOf, inferColumns, textOf } from './infer';
import { DATES } from './templates';
import { batchLimits, type Progress, upload } from './upload';

const PREVIEW_ROWS = 6;

/** A collection's name from a file's name. */
function nameOf(file: string, taken: string[]): string {
  const base =
    file
      .replace(/\.\w+$/, '')
      .replace(/\W+/g, '_')
      .replace(/^_+|_+$/g, '')
      .toLowerCase() || 'imported';
  let name = base;
  for (let n = 2; taken.includes(name); n += 1) name = `${base}${n}`;
  return name;
}

export function FilePlan({ loaded, again }: { loaded: Loaded; again: () => void }) {
  const taken = useCollections().map((each) => each.name);
  const queries = useQueryClient();
  const [name, setName] = useState(() => nameOf(loaded.file, taken));
  const [columns, setColumns] = useState(() => inferColumns(loaded));
  const [progress, setProgress] = useState<Progress | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [ended, setEnded] = useState(false);
  const stop = useRef(new AbortController());
  const limits = useQuery({ queryKey: ['batch-limits'], queryFn: batchLimits });
  const used = columns.filter((column) => column.include);
  const wrong = problemOf(name, taken, used);

  const run = async () => {
    setError(null);
    setProgress({ done: 0, total: loaded.rows.length, refused: [] });
    try {
      await collections.create({ name, type: 'base', fields: [...used.map(fieldOf), ...datesFor(used)] });
      const bodies = loaded.rows.map((row) => bodyOf(row, columns));
      const last = await upload(
        name,
        bodies,
        limits.data ?? { enabled: false, maxRequests: 0 },
        setProgress,
        stop.current.signal,
      );
      setEnded(true);
      toast.done(`${format.plural(last.done - last.refused.length, 'record')} imported into ${name}.`);
    } catch (failure) {
      setError(failure);
    } finally {
      await queries.invalidateQueries({ queryKey: ['collections'] });
    }
  };

  if (progress && !error)
    return <ImportProgress name={name} progress={progress} ended={ended} stop={() => stop.current.abort()} />;
  return (
    <Stack gap="md">
      <Panel
        title={`${loaded.file}: ${format.plural(loaded.rows.length, 'row')}`}
        actions={
          <Button variant="default" size="xs" onClick={again}>
            Another file
          </Button>
        }
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Name of the collection"
            value={name}
            onChange={(event) => setName(event.currentTarget.value.trim())}
            w={280}
          />
          <Button onClick={run} disabled={wrong !== ''}>
            Create and import {format.plural(loaded.rows.length, 'record')}
          </Button>
        </Group>
        {wrong && (
          <Text size="sm" c="var(--luge-bad)" mt={6} role="alert">
            {wrong}
          </Text>
        )}
      </Panel>
      {error !== null && (
        <div>
          <ErrorNote title="The import stopped" error={error} />
          {progress && progress.done > 0 && (
            <ButtonLink to="/c/$collection" params={{ collection: name }} variant="default" mt="xs">
              Look at what was imported
            </ButtonLink>
          )}
        </div>
      )}
      {limits.data?.enabled === false && loaded.rows.length > 200 && <BatchHint done={() => limits.refetch()} />}
      <Panel title="Fields" note="Untick what is not wanted, and change names and types." flush>
        <Columns columns={columns} change={setColumns} rows={loaded.rows.length} />
      </Panel>
      <Panel title="Preview" flush>
        <PreviewRows loaded={loaded} columns={used} />
      </Panel>
    </Stack>
  );
}

/** Dates of creation and change, unless the file has columns of these names. */
function datesFor(used: Column[]) {
  return DATES.filter((date) => !used.some((column) => column.name.toLowerCase() === date.name));
}

function problemOf(name: string, taken: string[], used: Column[]): string {
  if (!/^\w+$/.test(name)) return 'The name of a collection has letters, digits and _ only.';
  if (taken.includes(name)) return `There is a collection ${name} already.`;
  if (used.length === 0) return 'Choose at least one field.';
  const bad = used.find((column) => !/^[A-Za-z_]\w*$/.test(column.name));
  if (bad) return `"${bad.name}" cannot be a field's name: letters, digits and _ only.`;
  const twice = used.find(
    (column, index) => used.findIndex((other) => other.name.toLowerCase() === column.name.toLowerCase()) !== index,
  );
  return twice ? `Two fields have the name ${twice.name}.` : '';
}

function BatchHint({ done }: { done: () => void }) {
  const allow = async () => {
    await settings.update({ batch: { enabled: true } });
    toast.done('Batches are allowed now.');
    done();
  };
  return (
    <Alert color="glacier" variant="light">
      <Group justify="space-between">
        <Text size="sm">
          Batches are off in the settings, so records go one by one. With batches it is several times faster.
        </Text>
        <Button size="xs" variant="default" onClick={allow}>
          Allow batches
        </Button>
      </Group>
    </Alert>
  );
}

function Columns({ columns, change, rows }: { columns: Column[]; change: (columns: Column[]) => void; rows: number }) {
  const set = (source: string, part: Partial<Column>) =>
    change(columns.map((column) => (column.source === source ? { ...column, ...part } : column)));
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36} aria-label="Import" />
            <Table.Th>Column</Table.Th>
            <Table.Th>Field</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th ta="right">Filled</Table.Th>
            <Table.Th>First value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map((column) => (
            <Table.Tr key={column.source}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={`Import ${column.source}`}
                  checked={column.include}
                  onChange={(event) => set(column.source, { include: event.currentTarget.checked })}
                />
              </Table.Td>
              <Table.Td>{column.source}</Table.Td>
              <Table.Td>
                <TextInput
                  size="xs"
                  aria-label={`Field name of ${column.source}`}
                  value={column.name}
                  disabled={!column.include}
                  onChange={(event) => set(column.source, { name: event.currentTarget.value.trim() })}
                />
              </Table.Td>
              <Table.Td>
                <Select
                  size="xs"
                  aria-label={`Type of ${column.source}`}
                  data={COLUMN_TYPES.filter((type) => type !== 'select' || column.values.length <= 12).map((type) => ({
                    value: type,
                    label: fieldKind(type).label,
                  }))}
                  value={column.type}
                  disabled={!column.include}
                  onChange={(type) => type && set(column.source, { type: type as Column['type'] })}
                />
              </Table.Td>
              <Table.Td ta="right" className="tabular">
                {rows === 0 ? '' : `${Math.round((column.filled / rows) * 100)} %`}
              </Table.Td>
              <Table.Td maw={220}>
                <Text size="sm" c="dimmed" className="truncate">
                  {column.sample}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PreviewRows({ loaded, columns }: { loaded: Loaded; columns: Column[] }) {
  return (
    <Table.ScrollContainer minWidth={Math.max(320, columns.length * 130)} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.source}>{column.name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {loaded.rows.slice(0, PREVIEW_ROWS).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other identity, and never move
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column.source} maw={220} className="truncate">
                  {textOf(bodyOf(row, columns)[column.name])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
