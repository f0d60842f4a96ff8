import { Table, Text } from '@mantine/core';
import type { RequestLine } from '../../api';
import { format } from '../../parts';
import classes from './request-table.module.css';

interface Props {
  items: RequestLine[];
  /** Opens the detail of one. */
  open?: (item: RequestLine) => void;
}

/** Requests as rows. */
export function RequestTable({ items, open }: Props) {
  return (
    <Table.ScrollContainer tabIndex={0} minWidth={620} type="native">
      <Table highlightOnHover={open !== undefined} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={84}>Time</Table.Th>
            <Table.Th w={64}>Status</Table.Th>
            <Table.Th w={76}>Method</Table.Th>
            <Table.Th>Path</Table.Th>
            <Table.Th w={140}>By</Table.Th>
            <Table.Th w={84} ta="right">
              Took
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.n} onClick={open && (() => open(item))} style={open && { cursor: 'pointer' }}>
              <Table.Td className="tabular">{format.clock(item.at)}</Table.Td>
              <Table.Td>
                <span className={classes.status} data-kind={kindOf(item.status)}>
                  {item.status}
                </span>
              </Table.Td>
              <Table.Td>{item.method}</Table.Td>
              <Table.Td className={classes.path}>
                {open ? (
                  <button type="button" className={classes.open} onClick={() => open(item)} title={item.path}>
                    {item.path}
                  </button>
                ) : (
                  <span title={item.path}>{item.path}</span>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" className="truncate" maw={140}>
                  {item.actor ? item.actor.collection : 'guest'}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className="tabular">
                {format.milliseconds(item.ms)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function kindOf(status: number): 'good' | 'warn' | 'bad' {
  return status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good';
}
