// The records of one collection.
import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { records } from '../../api';
import { useCollection } from '../../api/queries';
import { ErrorNote, Page } from '../../parts';

export function Records() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  const list = useQuery({ queryKey: ['records', name], queryFn: () => records.list(name) });
  if (list.error) return <ErrorNote title="The records could not be loaded" error={list.error} retry={list.refetch} />;
  const columns = collection?.fields.filter((field) => field.type !== 'password') ?? [];
  return (
    <Page wide>
      <Table.ScrollContainer minWidth={600}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {columns.map((field) => (
                <Table.Th key={field.id}>{field.name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.data?.items.map((record) => (
              <Table.Tr key={record.id}>
                {columns.map((field) => (
                  <Table.Td key={field.id}>{shown(record[field.name])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Page>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
