import { Button, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { ErrorNote } from './error-note';

export interface Ask {
  title: string;
  label: string;
  note?: string;
  value: string;
  action: string;
  /** What is wrong with a value; empty when nothing is. */
  check: (value: string) => string;
  run: (value: string) => void | Promise<void>;
}

/** Asks for one word. */
export function ask(question: Ask): void {
  const id = `ask-${crypto.randomUUID()}`;
  modals.open({
    modalId: id,
    title: question.title,
    children: <Body question={question} close={() => modals.close(id)} />,
  });
}

function Body({ question, close }: { question: Ask; close: () => void }) {
  const [value, setValue] = useState(question.value);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const wrong = question.check(value);
  const run = async () => {
    setBusy(true);
    try {
      await question.run(value);
      close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong && !busy) void run();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={question.label}
          description={question.note}
          value={value}
          error={wrong.trim() || undefined}
          onChange={(event) => setValue(event.currentTarget.value.trim())}
          autoComplete="off"
          data-autofocus
        />
        {error !== null && <ErrorNote title="It did not work" error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={wrong !== ''} loading={busy}>
            {question.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
