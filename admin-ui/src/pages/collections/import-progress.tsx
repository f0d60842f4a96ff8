import { Progress as Bar, Button, Group, Stack, Table, Text } from '@mantine/core';
import { ButtonLink, CodeBlock, format, Panel } from '../../parts';
import type { Progress } from './upload';

interface Props {
  name: string;
  progress: Progress;
  ended: boolean;
  stop: () => void;
}

const SHOWN = 50;

/** How far an import is, and which rows were refused. */
export function ImportProgress({ name, progress, ended, stop }: Props) {
  const { done, total, refused } = progress;
  const stopped = ended && done < total;
  return (
    <Panel title={ended ? (stopped ? 'Import stopped' : 'Import finished') : 'Importing…'}>
      <Stack gap="md">
        <Bar value={total === 0 ? 100 : (done / total) * 100} aria-label="Progress of the import" />
        <Group justify="space-between">
          <Text size="sm" className="tabular" aria-live="polite">
            {format.count(done - refused.length)} of {format.plural(total, 'record')} imported
            {refused.length > 0 && `, ${format.count(refused.length)} refused`}
          </Text>
          {ended ? (
            <ButtonLink to="/c/$collection" params={{ collection: name }}>
              Open {name}
            </ButtonLink>
          ) : (
            <Button variant="default" onClick={stop}>
              Stop
            </Button>
          )}
        </Group>
        {refused.length > 0 && (
          <div>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={80}>Row</Table.Th>
                  <Table.Th>Why it was refused</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {refused.slice(0, SHOWN).map((each) => (
                  <Table.Tr key={each.row}>
                    <Table.Td className="tabular">{each.row}</Table.Td>
                    <Table.Td>{each.reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            {refused.length > SHOWN && (
              <CodeBlock
                label="all refused rows"
                code={refused.map((each) => `${each.row}: ${each.reason}`).join('\n')}
              />
            )}
          </div>
        )}
      </Stack>
    </Panel>
  );
}
