// The settings that the server obeys today, each with what it is for.
import { NumberInput, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, settings } from '../../api';
import { PageLoading } from '../../app/edges';
import { ErrorNote, Page, PageHeader, Panel, toast } from '../../parts';
import { SaveBar } from '../collection/save-bar';

interface Known {
  meta: { appName: string; appURL: string };
  batch: { enabled: boolean; maxRequests: number; timeout: number; maxBodySize: number };
  trustedProxy: { headers: string[]; useLeftmostIP: boolean };
  superuserIPs: string[];
}

export function Settings() {
  const asked = useQuery({
    queryKey: ['settings'],
    queryFn: async () => known(await settings.view()),
    refetchOnWindowFocus: false,
  });
  if (asked.error)
    return <ErrorNote title="The settings could not be loaded" error={asked.error} retry={asked.refetch} />;
  if (!asked.data) return <PageLoading />;
  return <Form key={JSON.stringify(asked.data)} stored={asked.data} />;
}

/** What this page edits; everything else of the settings is left alone. */
function known(all: Record<string, unknown>): Known {
  const { meta, batch, trustedProxy, superuserIPs } = all as unknown as Known;
  return {
    meta: { appName: meta.appName, appURL: meta.appURL },
    batch,
    trustedProxy,
    superuserIPs,
  };
}

function Form({ stored }: { stored: Known }) {
  const queries = useQueryClient();
  const [state, setState] = useState(stored);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const dirty = JSON.stringify(state) !== JSON.stringify(stored);
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving the settings?'),
    enableBeforeUnload: dirty,
  });
  const save = async () => {
    setBusy(true);
    try {
      await settings.update({ ...state });
      setWrong({});
      toast.done('The settings were saved.');
      await queries.invalidateQueries({ queryKey: ['settings'] });
    } catch (error) {
      if (error instanceof ApiError) setWrong(error.fields);
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const parts = { state, set: setState, wrong };
  return (
    <Page>
      <PageHeader title="Settings" note="They work at once, without a restart." />
      <Stack gap="md" maw={720}>
        <Application {...parts} />
        <Batches {...parts} />
        <Access {...parts} />
      </Stack>
      {dirty && <SaveBar discard={() => setState(stored)} review={() => !busy && void save()} label="Save" />}
    </Page>
  );
}

interface PartProps {
  state: Known;
  set: (state: Known) => void;
  wrong: Record<string, string>;
}

function Application({ state, set, wrong }: PartProps) {
  const put = (part: Partial<Known['meta']>) => set({ ...state, meta: { ...state.meta, ...part } });
  return (
    <Panel title="Application">
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Stands in mails."
          value={state.meta.appName}
          error={wrong['meta.appName']}
          onChange={(event) => put({ appName: event.currentTarget.value })}
        />
        <TextInput
          label="Address"
          description="Where people reach this server; links in mails begin with it."
          type="url"
          value={state.meta.appURL}
          error={wrong['meta.appURL']}
          onChange={(event) => put({ appURL: event.currentTarget.value })}
        />
      </Stack>
    </Panel>
  );
}

function Batches({ state, set, wrong }: PartProps) {
  const put = (part: Partial<Known['batch']>) => set({ ...state, batch: { ...state.batch, ...part } });
  return (
    <Panel title="Batches" note="Several writes in one request, as one transaction.">
      <Stack gap="md">
        <Switch
          label="Allow batches"
          checked={state.batch.enabled}
          onChange={(event) => put({ enabled: event.currentTarget.checked })}
        />
        <NumberInput
          label="Most requests in one batch"
          min={1}
          w={240}
          disabled={!state.batch.enabled}
          value={state.batch.maxRequests}
          error={wrong['batch.maxRequests']}
          onChange={(value) => put({ maxRequests: Number(value) })}
        />
        <NumberInput
          label="Longest time"
          suffix=" s"
          min={1}
          w={240}
          disabled={!state.batch.enabled}
          value={state.batch.timeout}
          error={wrong['batch.timeout']}
          onChange={(value) => put({ timeout: Number(value) })}
        />
      </Stack>
    </Panel>
  );
}

function Access({ state, set, wrong }: PartProps) {
  const put = (part: Partial<Known['trustedProxy']>) =>
    set({ ...state, trustedProxy: { ...state.trustedProxy, ...part } });
  return (
    <Panel title="Access">
      <Stack gap="md">
        <TagsInput
          label="Superusers only from"
          description="Addresses or ranges, such as 10.0.0.0/8. Empty: from everywhere. Your own address has to be among them."
          value={state.superuserIPs}
          error={wrong.superuserIPs}
          onChange={(superuserIPs) => set({ ...state, superuserIPs })}
        />
        <TagsInput
          label="Headers of a trusted proxy"
          description="Behind a proxy: the headers in which it says who asks, such as X-Forwarded-For. Without a proxy leave it empty, or anyone can claim an address."
          value={state.trustedProxy.headers}
          error={wrong['trustedProxy.headers']}
          onChange={(headers) => put({ headers })}
        />
        <Switch
          label="Take the first address of such a header instead of the last"
          checked={state.trustedProxy.useLeftmostIP}
          disabled={state.trustedProxy.headers.length === 0}
          onChange={(event) => put({ useLeftmostIP: event.currentTarget.checked })}
        />
      </Stack>
    </Panel>
  );
}
