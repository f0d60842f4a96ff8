// How the records of an auth collection sign in, and for how long.
import { Button, Group, MultiSelect, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useBlocker, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type Collection, type CollectionDraft, collections } from '../../api';
import { useCollection } from '../../api/queries';
import { queries } from '../../app/queries';
import { confirm, Page, Panel, toast } from '../../parts';
import { readIndex } from './index-sql';
import { reviewChange } from './review';
import { SaveBar } from './save-bar';

export function Options() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  if (collection?.type !== 'auth') return null;
  return <Form key={collection.updated} collection={collection} />;
}

interface State {
  enabled: boolean;
  identityFields: string[];
  hours: number;
}

function stateOf({ passwordAuth, authToken }: Collection): State {
  return {
    enabled: passwordAuth?.enabled ?? false,
    identityFields: passwordAuth?.identityFields ?? [],
    hours: (authToken?.duration ?? 0) / 3600,
  };
}

function Form({ collection }: { collection: Collection }) {
  const [state, setState] = useState(() => stateOf(collection));
  const dirty = JSON.stringify(state) !== JSON.stringify(stateOf(collection));
  const problem =
    state.enabled && state.identityFields.length === 0 ? 'Choose at least one field to sign in with.' : undefined;
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving the changes?'),
    enableBeforeUnload: dirty,
  });
  const change: CollectionDraft = {
    passwordAuth: { enabled: state.enabled, identityFields: state.identityFields },
    authToken: { duration: Math.round(state.hours * 3600) },
  };
  const review = () => reviewChange({ collection: collection.name, change, done: () => undefined });
  return (
    <Page>
      <Stack gap="md" maw={720}>
        <Panel title="Password">
          <Stack gap="md">
            <Switch
              label="Sign in with a password"
              checked={state.enabled}
              onChange={(event) => setState({ ...state, enabled: event.currentTarget.checked })}
            />
            <MultiSelect
              label="Signs in by"
              description="Fields with a unique index of their own: email, a name, a phone number."
              data={identities(collection)}
              value={state.identityFields}
              onChange={(identityFields) => setState({ ...state, identityFields })}
              disabled={!state.enabled}
            />
          </Stack>
        </Panel>
        <Panel title="Session">
          <Stack gap="md" align="flex-start">
            <NumberInput
              label="Signed in for"
              description="Apps renew the token while they are used."
              suffix=" hours"
              min={0.01}
              w={220}
              value={state.hours}
              onChange={(hours) => setState({ ...state, hours: Number(hours) || 1 })}
            />
            <Group gap="sm">
              <Button variant="default" onClick={() => signOutAll(collection)}>
                Sign everyone out…
              </Button>
              <Text size="sm" c="dimmed">
                After a leak: every token of this collection ends.
              </Text>
            </Group>
          </Stack>
        </Panel>
      </Stack>
      {dirty && <SaveBar problem={problem} discard={() => setState(stateOf(collection))} review={review} />}
    </Page>
  );
}

/** Fields that have a unique index for themselves. */
function identities(collection: Collection): string[] {
  const unique = collection.indexes.map(readIndex).filter((index) => index.unique && index.columns.length === 1);
  return collection.fields
    .filter((field) => field.name !== 'tokenKey' && unique.some((index) => index.columns[0] === field.name))
    .map((field) => field.name);
}

/** 50 letters and digits, as many as the server makes by itself. */
function secret(): string {
  const signs = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  return Array.from(crypto.getRandomValues(new Uint8Array(50)), (value) => signs.charAt(value % signs.length)).join('');
}

function signOutAll(collection: Collection): void {
  const own = collection.name === '_superusers';
  confirm({
    title: `Sign everyone of ${collection.name} out?`,
    consequences: [
      'Every token that was given out ends at once.',
      own ? 'You are signed out as well.' : 'Each person has to sign in again.',
      'Accounts and data stay.',
    ],
    action: 'Sign everyone out',
    danger: true,
    run: async () => {
      try {
        await collections.update(collection.name, {
          authToken: { duration: collection.authToken?.duration ?? 432_000, secret: secret() },
        });
        toast.done(`Everyone of ${collection.name} is signed out.`);
        await queries.invalidateQueries();
      } catch (error) {
        toast.failed(error);
      }
    },
  });
}
