import { Table } from '@mantine/core';
import type { Collection } from '../../api';
import { CodeBlock, fieldKind, Page, Panel } from '../../parts';

/** The fields of a view: they follow from its query. */
export function ViewFields({ collection }: { collection: Collection }) {
  return (
    <Page>
      <CodeBlock label="query" code={collection.viewQuery ?? ''} />
      <Panel title="Fields" note="They follow from the query." flush>
        <Table>
          <Table.Tbody>
            {collection.fields.map((field) => (
              <Table.Tr key={field.id}>
                <Table.Td>{field.name}</Table.Td>
                <Table.Td c="dimmed">{fieldKind(field.type).label}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </Page>
  );
}
