import { Button, Group, Table, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type Cron, jobs } from '../../api';
import { format, Panel, ScriptError } from '../../parts';
import { Unit, useActs, When } from './shared';

/** Schedules: when each runs, and how its last run went. */
export function Crons({ items, now }: { items: Cron[]; now: number }) {
  const { busy, act } = useActs();
  const run = (cron: Cron) => void act(cron.id, () => jobs.runCron(cron), `${cron.name} ran.`);
  return (
    <Panel title="Schedules" flush>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          No script has a schedule. One is made with <code>cron(&quot;name&quot;, &quot;0 4 * * *&quot;, || …)</code>.
        </Text>
      ) : (
        <Table.ScrollContainer tabIndex={0} minWidth={780} type="native">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Expression</Table.Th>
                <Table.Th>Next run</Table.Th>
                <Table.Th>Last run</Table.Th>
                <Table.Th>Result</Table.Th>
                <Table.Th w={120} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((cron) => (
                <Table.Tr key={cron.id}>
                  <Table.Td>
                    <Group gap={6} wrap="nowrap">
                      <Text size="sm" fw={560}>
                        {cron.name}
                      </Text>
                      <Unit unit={cron.unit} />
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    <span className="mono" style={{ whiteSpace: 'nowrap' }}>
                      {cron.expression}
                    </span>
                    <Text size="xs" c="dimmed">
                      {cron.zone}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <When at={cron.next} now={now} />
                  </Table.Td>
                  <Table.Td>
                    <When at={cron.last} now={now} />
                  </Table.Td>
                  <Table.Td maw={300}>
                    <Result cron={cron} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Button
                      size="compact-sm"
                      variant="default"
                      leftSection={<IconPlayerPlay size={14} />}
                      aria-label={`Run now: ${cron.name}`}
                      loading={busy === cron.id}
                      onClick={() => run(cron)}
                    >
                      Run now
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

function Result({ cron }: { cron: Cron }) {
  if (cron.error)
    return (
      <Text size="sm" c="var(--luge-bad)" style={{ overflowWrap: 'anywhere' }}>
        <ScriptError error={cron.error} />
      </Text>
    );
  if (cron.last === null)
    return (
      <Text size="sm" c="dimmed">
        has not run yet
      </Text>
    );
  return <Text size="sm">took {format.milliseconds(cron.took)}</Text>;
}
