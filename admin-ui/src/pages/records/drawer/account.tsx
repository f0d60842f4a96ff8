// What only accounts have: whether the email is verified, a new password, and a token to act as them.
import { Button, Group, NumberInput, PasswordInput, Stack, Switch, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { send } from '../../../api';
import type { Collection, RecordData } from '../../../fields/model';
import { CopyButton, Panel, toast } from '../../../parts';
import * as data from '../data';

interface Props {
  collection: Collection;
  record: RecordData;
  reload: () => void;
}

export default function Account(props: Props) {
  return (
    <Stack>
      <Verified {...props} />
      <Password {...props} />
      <Impersonate {...props} />
    </Stack>
  );
}

function Verified({ collection, record, reload }: Props) {
  const change = async (verified: boolean) => {
    try {
      await data.update(collection, record.id, { verified });
      toast.done(verified ? 'The email counts as verified.' : 'The email no longer counts as verified.');
      reload();
    } catch (error) {
      toast.failed(error);
    }
  };
  return (
    <Panel title="Email">
      <Switch
        label="Verified"
        description="Whether this account has shown that the address is its own"
        checked={record.verified === true}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
    </Panel>
  );
}

function Password({ collection, record }: Props) {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    try {
      await data.update(collection, record.id, { password, passwordConfirm: password });
      setPassword('');
      toast.done('The password is changed. Everyone who was signed in with it has to sign in again.');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Panel title="Password" note="A new password ends every session of this account.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Group align="flex-end" gap="xs">
          <PasswordInput
            flex={1}
            label="New password"
            autoComplete="new-password"
            value={password}
            error={problem}
            onChange={(event) => {
              setPassword(event.currentTarget.value);
              setProblem(undefined);
            }}
          />
          <Button type="submit" variant="default" disabled={password.length < 8}>
            Change password
          </Button>
        </Group>
      </form>
    </Panel>
  );
}

function Impersonate({ collection, record }: Props) {
  const [minutes, setMinutes] = useState<number>(60);
  const [token, setToken] = useState('');
  const make = async () => {
    try {
      const path = `/api/collections/${encodeURIComponent(collection.name)}/impersonate/${encodeURIComponent(record.id)}`;
      const answer = await send<{ token: string }>(path, { method: 'POST', body: { duration: minutes * 60 } });
      setToken(answer.token);
    } catch (error) {
      toast.failed(error);
    }
  };
  return (
    <Panel title="Impersonate" note="A token with which a request is made as this account. It cannot be renewed.">
      <Group align="flex-end" gap="xs">
        <NumberInput
          label="Minutes"
          w={110}
          min={1}
          max={527040}
          value={minutes}
          onChange={(n) => setMinutes(Number(n) || 60)}
        />
        <Button variant="default" onClick={() => void make()}>
          Make a token
        </Button>
      </Group>
      {token && (
        <Group mt="sm" gap={6} wrap="nowrap" align="flex-start">
          <Textarea
            flex={1}
            readOnly
            autosize
            aria-label="Token"
            value={token}
            styles={{ input: { fontFamily: 'var(--luge-mono)', fontSize: 12 } }}
          />
          <CopyButton value={token} label="Copy the token" />
        </Group>
      )}
      <Text size="xs" c="dimmed" mt={6}>
        Anyone who has it acts as this account until it ends.
      </Text>
    </Panel>
  );
}
