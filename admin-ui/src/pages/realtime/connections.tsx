import { Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Connection, connections } from '../../api';
import { EmptyState, ErrorNote, format, Panel } from '../../parts';
import classes from './realtime.module.css';

/** The open connections, the oldest first. */
export function Connections() {
  const asked = useQuery({ queryKey: ['connections'], queryFn: connections.all, refetchInterval: 3_000 });
  if (asked.error)
    return <ErrorNote title="The connections could not be loaded" error={asked.error} retry={asked.refetch} />;
  const items = asked.data?.items ?? [];
  return (
    <Panel title="Connections" note={asked.data && format.plural(asked.data.totalItems, 'open connection')} flush>
      {items.length === 0 ? (
        <EmptyState title="Nobody is connected">Apps that subscribe appear here, with what they listen to.</EmptyState>
      ) : (
        <ul className={classes.list}>
          {items.map((each) => (
            <Row key={each.id} connection={each} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row({ connection }: { connection: Connection }) {
  const { actor, address, kind, since, subscriptions, queue } = connection;
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={560} className="truncate">
          {actor ? actor.email || `${actor.collectionName} ${actor.id}` : 'guest'}
        </Text>
        <Group gap={6}>
          <Badge color="gray">{kind === 'ws' ? 'WebSocket' : 'SSE'}</Badge>
          {queue > 0 && <Badge color="yellow">{format.count(queue)} waiting</Badge>}
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        from {address} since {format.clock(since)}
      </Text>
      {subscriptions.map((sub) => (
        <Text key={sub.sub} size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {sub.topic}
          {sub.filter && ` where ${sub.filter}`}
          {sub.state !== 'live' && ` (${sub.state})`}
        </Text>
      ))}
    </li>
  );
}
