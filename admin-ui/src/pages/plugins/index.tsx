// All plugins: what each is for, and how it stands.
import { Badge, Group, SimpleGrid, Text, Title } from '@mantine/core';
import { IconPuzzle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Plugin, plugins } from '../../api';
import { PageLoading } from '../../app/edges';
import { EmptyState, ErrorNote, Page, PageHeader, Panel } from '../../parts';
import classes from './plugins.module.css';
import { lacking } from './state';
import { StateMark } from './state-mark';

export function Plugins() {
  const asked = useQuery({ queryKey: ['plugins'], queryFn: plugins.all, refetchInterval: 10_000 });
  return (
    <Page>
      <PageHeader
        title="Plugins"
        note={
          <>
            Scripts with permissions of their own. Those of yours lie in <span className="mono">plugins</span>, beside
            the folder of the scripts.
          </>
        }
      />
      {asked.error && !asked.data && (
        <ErrorNote title="The plugins could not be loaded" error={asked.error} retry={() => void asked.refetch()} />
      )}
      {asked.isPending && <PageLoading />}
      {asked.data && (asked.data.length === 0 ? <Nothing /> : <Cards items={asked.data} />)}
    </Page>
  );
}

function Nothing() {
  return (
    <Panel>
      <EmptyState icon={<IconPuzzle size={36} stroke={1.4} />} title="No plugin yet">
        A plugin is a folder <span className="mono">plugins/NAME</span> with a <span className="mono">plugin.toml</span>
        , which says what it may reach, and its scripts. It runs once you have enabled it here.
      </EmptyState>
    </Panel>
  );
}

function Cards({ items }: { items: Plugin[] }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
      {items.map((plugin) => (
        <Card key={plugin.name} plugin={plugin} />
      ))}
    </SimpleGrid>
  );
}

function Card({ plugin }: { plugin: Plugin }) {
  const { name, title, description, version, shipped, enabled, problem } = plugin;
  const open = enabled ? lacking(plugin) : [];
  return (
    <article className={classes.card} aria-label={title}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Title order={2} className="truncate">
          <Link to="/plugins/$plugin" params={{ plugin: name }} className={classes.open}>
            {title}
          </Link>
        </Title>
        <StateMark plugin={plugin} />
      </Group>
      <Text size="sm" c={problem ? 'var(--luge-bad)' : 'dimmed'} lineClamp={3}>
        {problem ?? (description || 'It says nothing about itself.')}
      </Text>
      {open.length > 0 && (
        <Text size="xs" c="var(--luge-warn)">
          Not set yet: {open.join(', ')}
        </Text>
      )}
      <Group gap={6} mt="auto">
        {version && <Badge color="gray">{version}</Badge>}
        <Badge color="gray">{shipped ? 'comes with Luge' : 'yours'}</Badge>
      </Group>
    </article>
  );
}
