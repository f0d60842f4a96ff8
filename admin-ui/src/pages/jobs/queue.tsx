import { ActionIcon, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { type Job, jobs } from '../../api';
import { confirm, format, Panel, ScriptError } from '../../parts';
import { Unit, useActs, When } from './shared';

interface Props {
  items: Job[];
  /** There may be more than so many. */
  limit: number;
  now: number;
  open: (id: string) => void;
}

/** Jobs that wait, the next one first. */
export function Queue({ items, limit, now, open }: Props) {
  return (
    <Panel title="Queue" note={items.length === limit ? `The next ${format.count(limit)} of them.` : undefined} flush>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          Nothing waits. A script adds work with <code>jobs::push(&quot;name&quot;, #&#123; … &#125;)</code>, and it
          stays on disk until it is done.
        </Text>
      ) : (
        <Table.ScrollContainer tabIndex={0} minWidth={700} type="native" maxHeight={420}>
          <Table verticalSpacing="xs" stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Job</Table.Th>
                <Table.Th>Due</Table.Th>
                <Table.Th ta="right">Attempts</Table.Th>
                <Table.Th>Last error</Table.Th>
                <Table.Th w={80} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((job) => (
                <Row key={job.id} job={job} now={now} open={open} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

function Row({ job, now, open }: { job: Job; now: number; open: (id: string) => void }) {
  const { busy, act } = useActs();
  const remove = () =>
    confirm({
      title: `Delete the job ${job.name}`,
      consequences: ['It never runs, and nothing of it is kept.'],
      action: 'Delete',
      danger: true,
      run: () => act(job.id, () => jobs.remove(job.id), 'The job was deleted.'),
    });
  return (
    <Table.Tr>
      <Table.Td maw={300}>
        <Group gap={6} wrap="nowrap">
          <button type="button" className="plain link" onClick={() => open(job.id)}>
            {job.name}
          </button>
          <Unit unit={job.unit} />
        </Group>
        <Text size="xs" c="dimmed" className="truncate mono">
          {JSON.stringify(job.args)}
        </Text>
      </Table.Td>
      <Table.Td>
        <When at={job.due} now={now} />
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {job.attempts}
      </Table.Td>
      <Table.Td maw={320}>
        {job.error ? (
          <Text size="sm" c="var(--luge-bad)" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            <ScriptError error={job.error} />
          </Text>
        ) : (
          <Text c="dimmed">–</Text>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap={2} wrap="nowrap" justify="flex-end">
          <Tooltip label="Run now">
            <ActionIcon
              aria-label={`Run ${job.name} ${job.id} now`}
              loading={busy === job.id}
              onClick={() => void act(job.id, () => jobs.run(job.id), `${job.name} is due at once.`)}
            >
              <IconPlayerPlay size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Delete">
            <ActionIcon aria-label={`Delete ${job.name} ${job.id}`} onClick={remove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
