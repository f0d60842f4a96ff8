// The question before a plugin runs: what it may reach, and which collections it brings along.
import { Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { type Plugin, plugins } from '../../api';
import { ErrorNote, toast } from '../../parts';
import { statements } from './permissions';
import { Reach } from './reach';

/** Asks, enables, and hands over the plugin as it is then. */
export function askToEnable(plugin: Plugin, changed: (plugin: Plugin) => Promise<void>): void {
  const id = `enable-${plugin.name}`;
  modals.open({
    modalId: id,
    size: 'lg',
    title: `Enable ${plugin.title}`,
    children: <Question plugin={plugin} changed={changed} close={() => modals.close(id)} />,
  });
}

interface Props {
  plugin: Plugin;
  changed: (plugin: Plugin) => Promise<void>;
  close: () => void;
}

function Question({ plugin, changed, close }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const enable = async () => {
    setBusy(true);
    try {
      await changed(await plugins.enable(plugin.name));
      toast.done(`${plugin.title} is enabled.`);
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void enable();
      }}
    >
      <Stack gap="md">
        <div>
          <Text fw={560} mb={6}>
            It will be able to do this, and nothing else
          </Text>
          <Reach list={statements(plugin.permissions)} none="It reaches nothing outside of itself." />
        </div>
        <Text size="sm" c="dimmed">
          {plugin.missing.length > 0
            ? `These collections are created: ${plugin.missing.join(', ')}. They stay when it is disabled.`
            : 'No collection is created.'}
        </Text>
        {error !== null && <ErrorNote title="It could not be enabled" error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} data-autofocus>
            Enable
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
