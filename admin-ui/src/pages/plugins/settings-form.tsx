// The settings of a plugin as a form; what is wrong with one stands beside it.
import { Button, Group, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, type Plugin, plugins } from '../../api';
import { Panel, toast } from '../../parts';
import { SettingInput } from './setting-input';

interface Props {
  plugin: Plugin;
  changed: (plugin: Plugin) => Promise<void>;
}

export function SettingsForm({ plugin, changed }: Props) {
  const [edits, setEdits] = useState<Record<string, unknown>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const dirty = Object.keys(edits).length > 0;
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving the settings?'),
    enableBeforeUnload: dirty,
  });
  const save = async () => {
    if (!dirty || busy) return;
    setBusy(true);
    try {
      await changed(await plugins.change(plugin.name, { settings: edits }));
      setEdits({});
      setWrong({});
      toast.done(`The settings of ${plugin.title} were saved.`);
    } catch (error) {
      if (error instanceof ApiError) setWrong(error.fields);
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  useHotkeys([['mod+S', () => void save()]], []);
  const change = (key: string, stored: unknown, value: unknown) =>
    setEdits(({ [key]: _old, ...others }) => (value === (stored ?? '') ? others : { ...others, [key]: value }));
  return (
    <Panel title="Settings">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          {plugin.settings.map((setting) => (
            <SettingInput
              key={setting.key}
              setting={setting}
              value={setting.key in edits ? edits[setting.key] : setting.value}
              error={wrong[`settings.${setting.key}`]}
              change={(value) => change(setting.key, setting.value, value)}
            />
          ))}
          <Group gap="xs">
            <Button type="submit" disabled={!dirty} loading={busy}>
              Save settings
            </Button>
            {dirty && (
              <Button
                variant="default"
                onClick={() => {
                  setEdits({});
                  setWrong({});
                }}
              >
                Discard
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
