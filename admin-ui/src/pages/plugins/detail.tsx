// One plugin: whether it runs, what it may reach, its settings and secrets, and what is wrong with it.
import { Alert, Badge, Button, Group, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldQuestion } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type Plugin, plugins } from '../../api';
import { collectionsQuery, useCollections } from '../../api/queries';
import { NotFound, PageLoading } from '../../app/edges';
import { confirm, ErrorNote, format, Page, PageHeader, Panel, toast } from '../../parts';
import { askToEnable } from './enable';
import { statements } from './permissions';
import classes from './plugins.module.css';
import { Reach } from './reach';
import { Secrets } from './secrets';
import { SettingsForm } from './settings-form';
import { asksAnew, lacking, more } from './state';
import { StateMark } from './state-mark';

export function PluginDetail() {
  const { plugin: name } = useParams({ from: '/inside/plugins/$plugin' });
  const asked = useQuery({ queryKey: ['plugins'], queryFn: plugins.all, refetchInterval: 10_000 });
  const plugin = asked.data?.find((one) => one.name === name);
  if (asked.error && !asked.data)
    return (
      <Page>
        <ErrorNote title="The plugin could not be loaded" error={asked.error} retry={() => void asked.refetch()} />
      </Page>
    );
  if (!asked.data) return <PageLoading />;
  if (!plugin) return <NotFound />;
  return <Detail key={name} plugin={plugin} />;
}

function useChanged() {
  const queries = useQueryClient();
  return async (plugin: Plugin) => {
    queries.setQueryData<Plugin[]>(['plugins'], (old) => old?.map((one) => (one.name === plugin.name ? plugin : one)));
    await queries.invalidateQueries({ queryKey: ['plugins'] });
    // Enabling may have made collections, which the navigation lists.
    await queries.invalidateQueries({ queryKey: collectionsQuery.queryKey });
  };
}

function Detail({ plugin }: { plugin: Plugin }) {
  const changed = useChanged();
  return (
    <Page>
      <PageHeader
        title={plugin.title}
        tab={`${plugin.title} · Plugins`}
        aside={<StateMark plugin={plugin} />}
        note={
          <>
            <Link to="/plugins" className="link">
              Plugins
            </Link>{' '}
            / <span className="mono">{plugin.name}</span> {plugin.version}
            {plugin.shipped && ', comes with Luge'}
          </>
        }
        actions={plugin.problem === null && <Power plugin={plugin} changed={changed} />}
      />
      <div className="stack">
        <Notices plugin={plugin} changed={changed} />
        {plugin.description && <Text maw={720}>{plugin.description}</Text>}
        <div className={classes.columns}>
          <div className="stack">
            {plugin.settings.length > 0 && <SettingsForm plugin={plugin} changed={changed} />}
            {plugin.secrets.length > 0 && <Secrets plugin={plugin} changed={changed} />}
            {plugin.settings.length + plugin.secrets.length === 0 && (
              <Panel title="Settings">
                <Text size="sm" c="dimmed">
                  It has none.
                </Text>
              </Panel>
            )}
          </div>
          <div className="stack">
            <Panel title="What it may do" note="And nothing else: the server refuses the rest.">
              <Reach list={statements(plugin.permissions)} none="It reaches nothing outside of itself." />
            </Panel>
            <Schema plugin={plugin} />
            <Limits limits={plugin.limits} />
          </div>
        </div>
      </div>
    </Page>
  );
}

interface Props {
  plugin: Plugin;
  changed: (plugin: Plugin) => Promise<void>;
}

function Power({ plugin, changed }: Props) {
  if (!plugin.enabled || asksAnew(plugin)) return <Button onClick={() => askToEnable(plugin, changed)}>Enable…</Button>;
  const disable = () =>
    confirm({
      title: `Disable ${plugin.title}`,
      consequences: [
        'Its hooks, routes, schedules and jobs stop at once.',
        'Its collections, settings and secrets stay as they are.',
      ],
      action: 'Disable',
      async run() {
        try {
          await changed(await plugins.disable(plugin.name));
          toast.done(`${plugin.title} is disabled.`);
        } catch (error) {
          toast.failed(error);
        }
      },
    });
  return (
    <Button variant="default" onClick={disable}>
      Disable
    </Button>
  );
}

/** What has to be known before anything else. */
function Notices({ plugin, changed }: Props) {
  const anew = asksAnew(plugin);
  const added = more(plugin);
  // That it asks anew is told once, with what to do.
  const mistakes = plugin.diagnostics.filter((one) => !anew || one.file.endsWith('.rhai'));
  const open = plugin.enabled ? lacking(plugin) : [];
  return (
    <>
      {plugin.problem !== null && (
        <Alert
          color="red"
          variant="light"
          role="alert"
          icon={<IconAlertTriangle size={18} />}
          title="It cannot be used"
        >
          <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {plugin.problem}
          </Text>
        </Alert>
      )}
      {mistakes.length > 0 && (
        <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle size={18} />} title="It does not run">
          {mistakes.map((one) => (
            <Text key={`${one.file}:${one.line}:${one.column}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
              <span className="mono">
                {one.file}
                {one.line > 0 && `:${one.line}:${one.column}`}
              </span>{' '}
              {one.message}
            </Text>
          ))}
        </Alert>
      )}
      {anew && (
        <Alert
          color="yellow"
          variant="light"
          role="alert"
          icon={<IconShieldQuestion size={18} />}
          title={
            added.length > 0
              ? 'This version asks for more than you agreed to'
              : 'This version asks for less than you agreed to'
          }
        >
          <Text size="sm" mb="xs">
            It is off until you agree.{added.length > 0 && ' New are:'}
          </Text>
          <Reach list={added} none="Nothing is new." />
          <Group mt="sm">
            <Button size="compact-sm" variant="default" onClick={() => askToEnable(plugin, changed)}>
              Look at everything and enable
            </Button>
          </Group>
        </Alert>
      )}
      {open.length > 0 && (
        <Alert color="yellow" variant="light" title="It needs some more to work">
          Not set yet: {open.join(', ')}
        </Alert>
      )}
    </>
  );
}

/** The collections that belong to it. */
function Schema({ plugin }: { plugin: Plugin }) {
  const known = useCollections();
  if (plugin.schema.length === 0) return null;
  return (
    <Panel
      title="Collections"
      note={plugin.missing.length > 0 ? 'New ones are created when it is enabled.' : undefined}
      flush
    >
      <Table>
        <Table.Tbody>
          {plugin.schema.map(({ name = '', fields = [] }) => (
            <Table.Tr key={name}>
              <Table.Td>
                {known.some((one) => one.name === name) ? (
                  <Link to="/c/$collection" params={{ collection: name }} className="link">
                    {name}
                  </Link>
                ) : (
                  <Text size="sm" fw={560}>
                    {name}
                  </Text>
                )}
              </Table.Td>
              <Table.Td c="dimmed" ta="right" style={{ whiteSpace: 'nowrap' }}>
                {plugin.missing.includes(name) && <Badge color="gray">new</Badge>}{' '}
                {format.plural(fields.length, 'field')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

const LIMITS: [string, string, (value: number) => string][] = [
  ['before_ms', 'Time before a write', format.milliseconds],
  ['timeout_ms', 'Time of anything else', format.milliseconds],
  ['operations', 'Operations of a run', format.count],
  ['string_bytes', 'Longest text', format.bytes],
  ['array_items', 'Longest array', format.count],
];

function Limits({ limits }: { limits: Record<string, number> }) {
  return (
    <Panel title="Limits" flush>
      <Table>
        <Table.Tbody>
          {LIMITS.filter(([key]) => limits[key] !== undefined).map(([key, label, shown]) => (
            <Table.Tr key={key}>
              <Table.Td c="dimmed">{label}</Table.Td>
              <Table.Td ta="right" className="tabular">
                {shown(limits[key] ?? 0)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
