// Queries that took long, with the plan that was taken and an index that would help.
import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { collections, type SlowQuery, stats } from '../../api';
import { EmptyState, ErrorNote, format, Panel, toast } from '../../parts';
import classes from './slow-queries.module.css';

export function SlowQueries() {
  const queries = useQueryClient();
  const asked = useQuery({ queryKey: ['slow-queries'], queryFn: stats.queries, refetchInterval: 10_000 });
  const forget = useMutation({
    mutationFn: stats.forgetQueries,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['slow-queries'] }),
    onError: (error) => toast.failed(error),
  });
  if (asked.error)
    return <ErrorNote title="Slow queries could not be loaded" error={asked.error} retry={asked.refetch} />;
  const items = asked.data?.items ?? [];
  return (
    <Panel
      title="Slow queries"
      note={asked.data && `Slower than ${asked.data.slowMs} ms`}
      actions={
        items.length > 0 && (
          <Button size="xs" variant="default" onClick={() => forget.mutate()}>
            Forget them
          </Button>
        )
      }
      flush
    >
      {items.length === 0 ? (
        <EmptyState title="No slow query">
          Lists that take long appear here with their plan, and with an index that would help.
        </EmptyState>
      ) : (
        <ul className={classes.list}>
          {items.map((query) => (
            <Row key={`${query.collection} ${query.filter} ${query.sort}`} query={query} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row({ query }: { query: SlowQuery }) {
  return (
    <li>
      <Group gap="xs" justify="space-between" align="flex-start">
        <div className={classes.words}>
          <Text size="sm">
            <b>{query.collection}</b> <span className="mono">{query.filter || 'without a filter'}</span>
            {query.sort && <span className="mono"> by {query.sort}</span>}
          </Text>
          <Text size="xs" c="dimmed" className="tabular">
            {query.plan}. {format.count(query.rowsRead)} rows read, {format.count(query.rowsKept)} kept.
          </Text>
        </div>
        <Group gap={6} className="tabular">
          <Badge color="gray">{format.plural(query.count, 'time')}</Badge>
          <Badge color="gray">worst {format.milliseconds(query.worstMs)}</Badge>
          <Badge color="gray">total {format.milliseconds(query.totalMs)}</Badge>
        </Group>
      </Group>
      {query.suggestion && <Suggestion query={query} suggestion={query.suggestion} />}
    </li>
  );
}

function Suggestion({ query, suggestion }: { query: SlowQuery; suggestion: NonNullable<SlowQuery['suggestion']> }) {
  const queries = useQueryClient();
  const put = async (indexes: string[]) => {
    await collections.update(query.collection, { indexes });
    await queries.invalidateQueries({ queryKey: ['collections'] });
  };
  const create = useMutation({
    mutationFn: async () => {
      const before = (await collections.view(query.collection)).indexes;
      await put([...before, suggestion.sql]);
      return before;
    },
    onSuccess: (before) =>
      toast.done(`The index over ${suggestion.fields.join(', ')} was built.`, {
        label: 'Undo',
        run: () => void put(before).catch((error: unknown) => toast.failed(error)),
      }),
    onError: (error) => toast.failed(error),
  });
  return (
    <div className={classes.suggestion}>
      <div className={classes.words}>
        <Text size="xs">{suggestion.reason}</Text>
        <Text size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {suggestion.sql}
        </Text>
      </div>
      <Button size="xs" onClick={() => create.mutate()} loading={create.isPending} disabled={create.isSuccess}>
        {create.isSuccess ? 'Built' : 'Create the index'}
      </Button>
    </div>
  );
}
