// A live tail of the requests, with filters and the detail of each.
import { Alert, Button, Drawer, Group, SegmentedControl, Table, TextInput } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { RequestLine } from '../../api';
import { CopyButton, EmptyState, ErrorNote, format, Page, PageHeader, Panel } from '../../parts';
import { kindOf, RequestTable } from './request-table';
import { useTail } from './use-tail';

const KEPT = 1000;
const SHOWN = 200;

export function Requests() {
  const search = useSearch({ from: '/inside/requests' });
  const navigate = useNavigate({ from: '/requests' });
  const [paused, setPaused] = useState(false);
  const { items, missed, error, retry } = useTail(KEPT, paused);
  const set = (change: typeof search) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const shown = items.filter((item) => matches(item, search)).reverse();
  const opened = items.find((item) => item.id === search.id);
  return (
    <Page>
      <PageHeader
        title="Requests"
        note={`The latest ${format.count(KEPT)}, as they come. Tokens in addresses are masked.`}
        actions={
          <Button
            variant="default"
            onClick={() => setPaused(!paused)}
            leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          >
            {paused ? 'Go on' : 'Pause'}
          </Button>
        }
      />
      <div className="stack">
        {error !== null && <ErrorNote title="The requests could not be loaded" error={error} retry={retry} />}
        {missed > 0 && (
          <Alert color="yellow" variant="light">
            {format.plural(missed, 'request')} came too fast to be shown.
          </Alert>
        )}
        <Panel flush>
          <Group p="sm" gap="sm">
            <TextInput
              placeholder="Path, person, address or id"
              aria-label="Search requests"
              leftSection={<IconSearch size={15} />}
              value={search.q ?? ''}
              onChange={(event) => set({ q: event.currentTarget.value || undefined })}
              style={{ flex: '1 1 200px', maxWidth: 340 }}
            />
            <SegmentedControl
              size="xs"
              aria-label="Result"
              data={[
                { value: 'all', label: 'all' },
                { value: 'good', label: 'fine' },
                { value: 'warn', label: 'refused' },
                { value: 'bad', label: 'failed' },
              ]}
              value={search.kind ?? 'all'}
              onChange={(kind) => set({ kind: kind === 'all' ? undefined : kind })}
            />
          </Group>
          {shown.length === 0 ? (
            <EmptyState title={items.length === 0 ? 'No request yet' : 'No request matches'}>
              As soon as an app asks something of this server, it appears here.
            </EmptyState>
          ) : (
            <RequestTable items={shown.slice(0, SHOWN)} open={(item) => set({ id: item.id })} />
          )}
        </Panel>
      </div>
      <Drawer
        opened={opened !== undefined}
        onClose={() => set({ id: undefined })}
        position="right"
        title="Request"
        size="md"
      >
        {opened && <Detail item={opened} />}
      </Drawer>
    </Page>
  );
}

function matches(item: RequestLine, { q, kind }: { q?: string; kind?: string }): boolean {
  if (kind && kindOf(item.status) !== kind) return false;
  const words = [
    item.path,
    item.method,
    item.address,
    item.id,
    item.actor?.id,
    item.actor?.collection,
    item.error,
  ].join(' ');
  return !q || words.toLowerCase().includes(q.toLowerCase());
}

function Detail({ item }: { item: RequestLine }) {
  const rows: [string, string][] = [
    ['Method', item.method],
    ['Path', item.path],
    ['Status', String(item.status)],
    ...(item.error ? [['Why', item.error] as [string, string]] : []),
    ['At', item.at],
    ['Took', format.milliseconds(item.ms)],
    ['Answer', format.bytes(item.bytes)],
    ['By', item.actor ? `${item.actor.collection} ${item.actor.id}` : 'guest'],
    ['From', item.address],
    ['Area', item.area],
    ['Id', item.id],
  ];
  return (
    <Table layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={84}>{name}</Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            <Table.Td w={40}>
              <CopyButton value={value} label={`Copy ${name.toLowerCase()}`} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
