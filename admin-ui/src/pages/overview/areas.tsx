import { Table, Text } from '@mantine/core';
import type { Area } from '../../api';
import { format, Panel } from '../../parts';

/** Where the requests went. */
export function Areas({ areas }: { areas: Area[] }) {
  const used = areas.filter((area) => area.requests > 0).sort((a, b) => b.requests - a.requests);
  if (used.length === 0) return null;
  return (
    <Panel title="By area" flush>
      <Table.ScrollContainer tabIndex={0} minWidth={460} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Area</Table.Th>
              <Table.Th ta="right">Requests</Table.Th>
              <Table.Th ta="right">Refused</Table.Th>
              <Table.Th ta="right">Failed</Table.Th>
              <Table.Th ta="right">Median</Table.Th>
              <Table.Th ta="right">99 %</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="tabular">
            {used.map((area) => (
              <Table.Tr key={area.area}>
                <Table.Td>{area.area}</Table.Td>
                <Table.Td ta="right">{format.count(area.requests)}</Table.Td>
                <Table.Td ta="right">{format.count(area.clientErrors)}</Table.Td>
                <Table.Td ta="right">
                  <Text span size="sm" c={area.serverErrors > 0 ? 'var(--luge-bad)' : undefined}>
                    {format.count(area.serverErrors)}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">{format.milliseconds(area.p50)}</Table.Td>
                <Table.Td ta="right">{format.milliseconds(area.p99)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}
