// Secrets of a plugin: they can be set and removed, and are never shown.
import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { type Plugin, plugins } from '../../api';
import { confirm, Panel, toast } from '../../parts';
import classes from './plugins.module.css';

interface Props {
  plugin: Plugin;
  changed: (plugin: Plugin) => Promise<void>;
}

export function Secrets({ plugin, changed }: Props) {
  return (
    <Panel title="Secrets" note="Kept by the server, and never shown again.">
      <Stack gap="md">
        {plugin.secrets.map(({ name, set }) => (
          <Secret key={name} name={name} set={set} plugin={plugin} changed={changed} />
        ))}
      </Stack>
    </Panel>
  );
}

function Secret({ name, set, plugin, changed }: Props & { name: string; set: boolean }) {
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (next: string) => {
    setBusy(true);
    try {
      const after = await plugins.change(plugin.name, { secrets: { [name]: next } });
      setValue('');
      await changed(after);
      if (next !== '') toast.done(`${name} was set.`);
      else if (after.secrets.some((one) => one.name === name && one.set))
        toast.done(`${name} was removed here; the environment has one.`);
      else toast.done(`${name} was removed.`);
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const remove = () =>
    confirm({
      title: `Remove ${name}`,
      consequences: [`${plugin.title} goes on without it, and may fail.`],
      action: 'Remove',
      danger: true,
      run: () => send(''),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== '' && !busy) void send(value);
      }}
    >
      <Group gap="xs" align="flex-end" wrap="wrap">
        <PasswordInput
          label={
            <>
              <span className="mono">{name}</span>{' '}
              <span className={classes.set} data-set={set}>
                {set ? 'is set' : 'is not set'}
              </span>
            </>
          }
          aria-label={name}
          placeholder={set ? 'A new value replaces it' : 'Its value'}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          autoComplete="new-password"
          style={{ flex: '1 1 220px' }}
        />
        <Button type="submit" variant="default" disabled={value === ''} loading={busy} aria-label={`Set ${name}`}>
          Set
        </Button>
        {set && (
          <Button variant="subtle" color="red" onClick={remove} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        )}
      </Group>
    </form>
  );
}
