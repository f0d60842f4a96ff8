// The history of a record, out of the log: who changed what, and when. An older state can be taken over again.
import { Badge, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { send } from '../../../api';
import { valueText } from '../../../fields';
import { localText } from '../../../fields/date';
import type { Collection, Json, RecordData } from '../../../fields/model';
import { EmptyState, ErrorNote } from '../../../parts';
import { ChangeLine } from './changes';

interface Step {
  position: string;
  time: string;
  action: string;
  actor: { collectionName: string; id: string } | null;
  /** `api`, or what else wrote it: an import, a script. */
  source?: string;
  changes: Record<string, { before: Json; after: Json }>;
}

export default function History({ collection, record }: { collection: Collection; record: RecordData }) {
  const path = `/api/collections/${encodeURIComponent(collection.name)}/records/${encodeURIComponent(record.id)}/history`;
  const query = useQuery({
    queryKey: ['history', collection.id, record.id, record],
    queryFn: () => send<{ items: Step[] }>(path),
  });
  if (query.error)
    return <ErrorNote title="The history could not be read" error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loader size="sm" aria-label="Loading" />;
  if (query.data.items.length === 0) {
    return (
      <EmptyState title="No history">The log no longer reaches back to the last change of this record.</EmptyState>
    );
  }
  return (
    <Stack component="ol" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
      {query.data.items.map((step) => (
        <li key={step.position}>
          <Text size="sm" mb={2}>
            <Badge color={step.action === 'create' ? 'green' : step.action === 'delete' ? 'red' : 'gray'}>
              {step.action}
            </Badge>{' '}
            {localText(step.time)} <span style={{ color: 'var(--luge-soft)' }}>by {actorText(step)}</span>
          </Text>
          {Object.entries(step.changes).map(([name, { before, after }]) => (
            <ChangeLine
              key={name}
              name={name}
              from={text(collection, name, before)}
              to={text(collection, name, after)}
            />
          ))}
        </li>
      ))}
    </Stack>
  );
}

function actorText({ actor, source }: Step): string {
  if (!actor?.id) return source && source !== 'api' ? source : 'a guest';
  return actor.collectionName === '_superusers' ? `a superuser (${actor.id})` : `${actor.collectionName} ${actor.id}`;
}

function text(collection: Collection, name: string, value: Json): string {
  const field = collection.fields.find((f) => f.name === name);
  if (field) return valueText(field, value);
  return value === null ? '' : JSON.stringify(value);
}
