// The rules of one collection: who may do what.
import { Table } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { RuleName } from '../../api';
import { useCollection } from '../../api/queries';
import { Page } from '../../parts';

const RULES: RuleName[] = ['listRule', 'viewRule', 'createRule', 'updateRule', 'deleteRule'];

export function Rules() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  return (
    <Page>
      <Table>
        <Table.Tbody>
          {RULES.map((rule) => (
            <Table.Tr key={rule}>
              <Table.Th>{rule}</Table.Th>
              <Table.Td className="mono">{collection?.[rule] ?? 'superusers only'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Page>
  );
}
