import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';

export interface Confirm {
  title: string;
  /** What will happen, each as one sentence. */
  consequences: string[];
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  /** The word that has to be typed first, for what cannot be undone. */
  type?: string;
  run: () => void | Promise<void>;
}

/** Asks before something that has consequences, and lists them. */
export function confirm(ask: Confirm): void {
  const id = `confirm-${crypto.randomUUID()}`;
  const close = () => modals.close(id);
  modals.open({ modalId: id, title: ask.title, children: <Body ask={ask} close={close} /> });
}

function Body({ ask, close }: { ask: Confirm; close: () => void }) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const ready = !ask.type || typed === ask.type;
  const run = async () => {
    setBusy(true);
    try {
      await ask.run();
    } finally {
      close();
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) void run();
      }}
    >
      <Stack gap="md">
        <List size="sm" spacing={4}>
          {ask.consequences.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
        {ask.type && (
          <TextInput
            label={
              <Text span size="sm">
                Type <b>{ask.type}</b> to confirm
              </Text>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" color={ask.danger ? 'red.8' : undefined} disabled={!ready} loading={busy}>
            {ask.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
