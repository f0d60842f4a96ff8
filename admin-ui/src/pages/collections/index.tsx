// All collections, with search; what an app's data is made of.
import { Badge, Button, Group, SegmentedControl, Switch, Table, Text, TextInput } from '@mantine/core';
import { IconFileImport, IconPlus, IconSearch, IconSitemap, IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type Collection, records } from '../../api';
import { useCollections } from '../../api/queries';
import { EmptyState, format, Page, PageHeader, Panel } from '../../parts';

export function Collections() {
  const all = useCollections();
  const own = all.filter((each) => !each.system);
  return (
    <Page>
      <PageHeader
        title="Collections"
        note="Tables of records with their own fields, rules and API."
        actions={<Actions />}
      />
      {own.length === 0 ? <Nothing /> : <List all={all} />}
    </Page>
  );
}

function Actions() {
  return (
    <>
      <Button component={Link} to="/collections/diagram" variant="default" leftSection={<IconSitemap size={16} />}>
        Diagram
      </Button>
      <Button component={Link} to="/collections/from-file" variant="default" leftSection={<IconFileImport size={16} />}>
        From a file
      </Button>
      <Button component={Link} to="/collections/new" leftSection={<IconPlus size={16} />}>
        New collection
      </Button>
    </>
  );
}

function Nothing() {
  return (
    <Panel>
      <EmptyState icon={<IconTable size={36} stroke={1.4} />} title="No collection yet" actions={<Actions />}>
        A collection is a table of records. Luge gives each one a REST API, access rules and live updates, at once.
      </EmptyState>
    </Panel>
  );
}

const TYPES = ['all', 'base', 'auth', 'view'] as const;

function List({ all }: { all: Collection[] }) {
  const search = useSearch({ from: '/inside/collections' });
  const navigate = useNavigate({ from: '/collections' });
  const wanted = (search.q ?? '').toLowerCase();
  const type = search.type ?? 'all';
  const shown = all.filter(
    (each) =>
      (search.system || !each.system) &&
      (type === 'all' || each.type === type) &&
      (each.name.toLowerCase().includes(wanted) ||
        each.fields.some((field) => field.name.toLowerCase().includes(wanted))),
  );
  const set = (change: typeof search) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <Panel flush>
      <Group p="sm" gap="sm">
        <TextInput
          placeholder="Name of a collection or a field"
          aria-label="Search collections"
          leftSection={<IconSearch size={15} />}
          value={search.q ?? ''}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
          style={{ flex: '1 1 200px', maxWidth: 340 }}
        />
        <SegmentedControl
          size="xs"
          aria-label="Type"
          data={[...TYPES]}
          value={type}
          onChange={(value) => set({ type: value === 'all' ? undefined : value })}
        />
        <Switch
          label="System"
          size="xs"
          checked={search.system ?? false}
          onChange={(event) => set({ system: event.currentTarget.checked || undefined })}
        />
      </Group>
      <Table.ScrollContainer minWidth={620} type="native">
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th ta="right">Records</Table.Th>
              <Table.Th ta="right">Fields</Table.Th>
              <Table.Th ta="right">Indexes</Table.Th>
              <Table.Th>Who may read</Table.Th>
              <Table.Th>Changed</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((collection) => (
              <Row key={collection.id} collection={collection} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.length === 0 && (
        <Text c="dimmed" size="sm" p="md" ta="center">
          No collection matches.
        </Text>
      )}
    </Panel>
  );
}

function Row({ collection }: { collection: Collection }) {
  const amount = useQuery({
    queryKey: ['count', collection.name],
    queryFn: () => records.count(collection.name),
    staleTime: 15_000,
  });
  return (
    <Table.Tr>
      <Table.Td maw={320}>
        <Group gap={8} wrap="nowrap" miw={110}>
          <Link to="/c/$collection" params={{ collection: collection.name }} className="link truncate">
            {collection.name}
          </Link>
          {collection.type !== 'base' && <Badge color="gray">{collection.type}</Badge>}
        </Group>
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {amount.data === undefined ? '' : format.count(amount.data)}
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {collection.fields.length}
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {collection.indexes.length}
      </Table.Td>
      <Table.Td maw={280}>
        <Text size="sm" c="dimmed" className="truncate" title={collection.listRule ?? undefined}>
          {readers(collection.listRule)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {format.dayAndTime(collection.updated)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** A list rule in a few words. */
export function readers(rule: string | null): string {
  if (rule === null) return 'Superusers';
  return rule === '' ? 'Everyone' : rule;
}
