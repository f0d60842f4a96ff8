import { Badge, Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCollections } from '../../api/queries';
import { type Frame, type TrialState, useTrial } from '../../live/trial';
import { EmptyState, Panel } from '../../parts';
import classes from './realtime.module.css';

const STATES: Record<TrialState, { label: string; color: string }> = {
  closed: { label: 'not connected', color: 'gray' },
  connecting: { label: 'connecting…', color: 'yellow' },
  live: { label: 'live', color: 'green' },
  refused: { label: 'refused', color: 'red' },
};

/** Subscribes and shows every frame. */
export function Trial() {
  const all = useCollections();
  const search = useSearch({ from: '/inside/realtime' });
  const navigate = useNavigate({ from: '/realtime' });
  const [snapshot, setSnapshot] = useState(false);
  const trial = useTrial();
  const first = all.find((each) => !each.system)?.name ?? '_superusers';
  const topic = search.topic ?? `${first}/*`;
  const set = (change: typeof search) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const running = trial.state === 'live' || trial.state === 'connecting';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (running) trial.stop();
    else trial.start({ topic, filter: search.filter ?? '', snapshot });
  };
  return (
    <Panel
      title="Try a subscription"
      actions={<Badge color={STATES[trial.state].color}>{STATES[trial.state].label}</Badge>}
      flush
    >
      <form onSubmit={submit}>
        <Stack gap="sm" p="md">
          <Select
            label="Topic"
            data={all.map((each) => `${each.name}/*`)}
            value={topic}
            searchable
            disabled={running}
            onChange={(value) => set({ topic: value ?? undefined })}
          />
          <TextInput
            label="Filter"
            placeholder="status = 'published'"
            classNames={{ input: 'mono' }}
            spellCheck={false}
            disabled={running}
            value={search.filter ?? ''}
            onChange={(event) => set({ filter: event.currentTarget.value || undefined })}
          />
          <Group justify="space-between">
            <Switch
              size="xs"
              label="First what matches now"
              checked={snapshot}
              disabled={running}
              onChange={(event) => setSnapshot(event.currentTarget.checked)}
            />
            <Button type="submit" variant={running ? 'default' : 'filled'}>
              {running ? 'Stop' : 'Subscribe'}
            </Button>
          </Group>
          {trial.reason && (
            <Text size="sm" c="var(--luge-bad)" role="alert">
              {trial.reason}
            </Text>
          )}
        </Stack>
      </form>
      <Frames frames={trial.frames} />
    </Panel>
  );
}

function Frames({ frames }: { frames: Frame[] }) {
  if (frames.length === 0)
    return (
      <EmptyState title="No message yet">
        Subscribe, then change a record in another tab: it arrives here within moments.
      </EmptyState>
    );
  return (
    <ol className={classes.frames} aria-label="Messages" aria-live="polite">
      {[...frames].reverse().map((frame) => (
        <li key={frame.n}>
          <details>
            <summary>
              <span className="tabular">{frame.at.toLocaleTimeString('en-GB')}</span>
              <b>{frame.type}</b>
              <span className="truncate">{about(frame)}</span>
            </summary>
            <pre>{JSON.stringify(frame.data, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}

/** A frame in a few words. */
function about({ data }: Frame): string {
  const record = data.record as { id?: string } | undefined;
  const items = data.items as unknown[] | undefined;
  return [data.action, record?.id, items && `${items.length} records`, data.position].filter(Boolean).join(' · ');
}
