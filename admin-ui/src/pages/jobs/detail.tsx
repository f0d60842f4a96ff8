import { Alert, Badge, Group, Stack, Table, Text } from '@mantine/core';
import type { DeadLetter, Job } from '../../api';
import { CodeBlock, format, Place, ScriptError } from '../../parts';
import { nameOf, ToRecord } from './dead';

const pretty = (value: unknown) => JSON.stringify(value, null, 2) ?? 'null';

/** A job that waits. */
export function JobDetail({ job }: { job: Job }) {
  return (
    <Stack gap="md">
      <Rows
        rows={[
          ['Job', job.name],
          ['Unit', job.unit],
          ['Due', format.local(job.due)],
          ['Made', format.local(job.created)],
          ['Attempts', String(job.attempts)],
          ...(job.unique === null ? [] : [['Unique', job.unique] as [string, string]]),
          ['Id', job.id],
        ]}
      />
      {job.error && <Problem error={job.error} />}
      <CodeBlock label="Arguments" code={pretty(job.args)} />
    </Stack>
  );
}

/** A job or an event that failed for good. */
export function DeadDetail({ letter }: { letter: DeadLetter }) {
  const { what } = letter;
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Text fw={600}>{nameOf(letter)}</Text>
        <Badge color="gray">{letter.kind}</Badge>
        <ToRecord letter={letter} />
      </Group>
      <Problem error={letter.error} />
      <div>
        <Text size="sm" c="dimmed">
          Handler
        </Text>
        <Place source={letter.handler} />
      </div>
      <Rows
        rows={[
          ['Failed', format.local(letter.failed)],
          ['Attempts', String(letter.attempts)],
          ['Id', letter.kind === 'event' ? String(what.id) : letter.deadId],
        ]}
      />
      {letter.kind === 'job' && <CodeBlock label="Arguments" code={pretty(what.args)} />}
      {letter.kind === 'event' && Boolean(what.record) && <CodeBlock label="Record" code={pretty(what.record)} />}
      {letter.kind === 'event' && Boolean(what.before) && <CodeBlock label="Before" code={pretty(what.before)} />}
    </Stack>
  );
}

function Problem({ error }: { error: string }) {
  return (
    <Alert color="red" variant="light" title="Last error">
      <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        <ScriptError error={error} />
      </Text>
    </Alert>
  );
}

function Rows({ rows }: { rows: [string, string][] }) {
  return (
    <Table layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={90}>{name}</Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
