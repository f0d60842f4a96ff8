// What failed for good: with its error and what it was about, to be run again once the script is right.
import { ActionIcon, Badge, Button, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconRotateClockwise, IconTrash } from '@tabler/icons-react';
import { type DeadLetter, jobs } from '../../api';
import { useCollections } from '../../api/queries';
import { ButtonLink, confirm, format, Panel, Place, ScriptError } from '../../parts';
import { Unit, useActs, When } from './shared';

interface Props {
  items: DeadLetter[];
  limit: number;
  now: number;
  open: (id: string) => void;
}

export function Dead({ items, limit, now, open }: Props) {
  const { busy, act } = useActs();
  return (
    <Panel
      title="Failed for good"
      note={items.length === limit ? `The latest ${format.count(limit)} of them.` : undefined}
      flush
      actions={
        items.length > 1 && (
          <Button
            size="compact-sm"
            variant="default"
            loading={busy === 'all'}
            onClick={() => void act('all', () => everything(items), `All ${items.length} succeeded.`)}
          >
            Run all again
          </Button>
        )
      }
    >
      {items.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          Nothing. A job or a handler after a write that fails too often is kept here, and can be run again.
        </Text>
      ) : (
        <Table.ScrollContainer tabIndex={0} minWidth={820} type="native">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What</Table.Th>
                <Table.Th>Handler</Table.Th>
                <Table.Th>Failed</Table.Th>
                <Table.Th ta="right">Attempts</Table.Th>
                <Table.Th>Error</Table.Th>
                <Table.Th w={80} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((letter) => (
                <Row key={letter.deadId} letter={letter} now={now} open={open} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

/** One after the other, since the order of a record's events matters; what fails again stays. */
async function everything(items: DeadLetter[]): Promise<void> {
  let failed = 0;
  for (const letter of [...items].reverse())
    await jobs.runDead(letter.deadId).catch(() => {
      failed += 1;
    });
  if (failed > 0) throw new Error(`${failed} of ${items.length} failed again; their errors are in the list.`);
}

export const nameOf = ({ kind, what }: DeadLetter): string => String(kind === 'job' ? what.name : what.event);

function Row({ letter, now, open }: { letter: DeadLetter; now: number; open: (id: string) => void }) {
  const { busy, act } = useActs();
  const { deadId, kind, unit, handler, error, attempts, failed } = letter;
  const name = nameOf(letter);
  const remove = () =>
    confirm({
      title: `Delete ${name}`,
      consequences: [
        kind === 'job'
          ? 'The job is not done, and nothing of it is kept.'
          : 'The handler never learns of this change; the record itself stays as it is.',
      ],
      action: 'Delete',
      danger: true,
      run: () => act(deadId, () => jobs.removeDead(deadId), 'It was deleted.'),
    });
  return (
    <Table.Tr>
      <Table.Td maw={260}>
        <Group gap={6} wrap="nowrap">
          <button type="button" className="plain link" onClick={() => open(deadId)}>
            {name}
          </button>
          <Badge color="gray">{kind}</Badge>
          <Unit unit={unit} />
        </Group>
        <About letter={letter} />
      </Table.Td>
      <Table.Td>
        <Place source={handler} />
      </Table.Td>
      <Table.Td>
        <When at={failed} now={now} />
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {attempts}
      </Table.Td>
      <Table.Td maw={320}>
        <Text size="sm" c="var(--luge-bad)" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          <ScriptError error={error} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={2} wrap="nowrap" justify="flex-end">
          <Tooltip label="Run again">
            <ActionIcon
              aria-label={`Run ${name} ${deadId} again`}
              loading={busy === deadId}
              onClick={() => void act(deadId, () => jobs.runDead(deadId), `${name} succeeded.`)}
            >
              <IconRotateClockwise size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Delete">
            <ActionIcon aria-label={`Delete ${name} ${deadId}`} onClick={remove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** What it was about, in a line. */
function About({ letter }: { letter: DeadLetter }) {
  const { collection, record } = useSubject(letter);
  const text =
    letter.kind === 'job' ? JSON.stringify(letter.what.args) : [collection, record].filter(Boolean).join(' / ');
  return (
    <Text size="xs" c="dimmed" className="truncate mono">
      {text}
    </Text>
  );
}

/** The collection, by its name, and the record of an event. */
function useSubject({ what }: DeadLetter): { collection: string; record: string } {
  const all = useCollections();
  const named = all.find(({ id, name }) => id === what.collection || name === what.collection);
  const record = (what.record ?? what.before) as { id?: unknown } | null | undefined;
  return { collection: named?.name ?? String(what.collection ?? ''), record: String(record?.id ?? '') };
}

/** Leads to the record of an event, as it is now. */
export function ToRecord({ letter }: { letter: DeadLetter }) {
  const { collection, record } = useSubject(letter);
  if (letter.kind === 'job' || record === '') return null;
  return (
    <ButtonLink to="/c/$collection" params={{ collection }} search={{ record }} variant="default" size="compact-sm">
      Open the record
    </ButtonLink>
  );
}
