// "Try as": pick who asks and for which record, and see whether it is allowed and what decided.
import { Alert, Badge, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { kindOf } from '../../fields';
import type { Collection, Field } from '../../fields/model';
import { plain } from '../../fields/model';
import { parseJson } from '../../fields/parse';
import { ErrorNote, Panel } from '../../parts';
import type { RuleKind } from './kinds';
import classes from './rules.module.css';
import { leaves, type Node, type Trial, type TrialAsk, tryRule } from './try';

export interface TryState {
  kind: string;
  /** `collection/id`, or '' for a guest. */
  actor: string;
  record: string;
  body: string;
}

interface Props {
  collection: Collection;
  collections: Collection[];
  kinds: RuleKind[];
  state: TryState;
  change: (next: Partial<TryState>) => void;
  /** The rule as it stands in the editor. */
  rule: (kind: string) => string | null;
  told: (trial: Trial | undefined) => void;
}

export function TryAs({ collection, collections, kinds, state, change, rule, told }: Props) {
  const tried = kinds.filter((k) => k.tried);
  const [actorCollection = '', actorId = ''] = state.actor.split('/');
  const auths = collections.filter((c) => c.type === 'auth');
  const needsRecord = state.kind !== 'create';
  const needsBody = state.kind === 'create' || state.kind === 'update';
  const body = parseJson(state.body);
  const ready =
    (!needsRecord || state.record !== '') && (actorCollection === '' || actorId !== '') && (!needsBody || body.ok);
  const ask: TrialAsk = {
    collection: collection.name,
    kind: state.kind as TrialAsk['kind'],
    rule: rule(state.kind),
    actor: actorCollection ? { collection: actorCollection, id: actorId } : null,
    ...(needsRecord && { record: state.record }),
    ...(needsBody && { body: body.ok ? (body.value ?? {}) : {} }),
  };
  const [asked] = useDebouncedValue(JSON.stringify(ask), 250);
  const query = useQuery({
    queryKey: ['try', asked],
    queryFn: ({ signal }) => tryRule(JSON.parse(asked) as TrialAsk, signal),
    enabled: ready,
    placeholderData: (previous) => previous,
    staleTime: 0,
  });
  const trial = ready && asked === JSON.stringify(ask) ? query.data : undefined;
  useEffect(() => told(trial), [trial, told]);

  return (
    <Panel title="Try as" note="What the rules answer, as they stand here, saved or not. Nothing is changed.">
      <Stack gap="sm">
        <Select
          label="Does"
          data={tried.map((k) => ({ value: k.kind, label: k.title }))}
          value={state.kind}
          onChange={(kind) => change({ kind: kind ?? 'list' })}
        />
        <Select
          label="Who"
          data={[
            { value: '', label: 'A guest' },
            ...auths.map((c) => ({ value: c.name, label: `Somebody of ${c.name}` })),
          ]}
          value={actorCollection}
          onChange={(name) => change({ actor: name ? `${name}/` : '' })}
        />
        {actorCollection && (
          <Pick
            name={`Account of ${actorCollection}`}
            collection={auths.find((c) => c.name === actorCollection)}
            value={actorId}
            change={(id) => change({ actor: `${actorCollection}/${id}` })}
          />
        )}
        {needsRecord && (
          <Pick name="Record" collection={collection} value={state.record} change={(record) => change({ record })} />
        )}
        {needsBody && (
          <Textarea
            label="Values that are sent"
            autosize
            minRows={2}
            maxRows={8}
            placeholder='{"title": "…"}'
            value={state.body}
            error={body.ok ? undefined : body.problem}
            onChange={(event) => change({ body: event.currentTarget.value })}
            styles={{ input: { fontFamily: 'var(--luge-mono)', fontSize: '0.8125rem' } }}
          />
        )}
        {query.error && ready && (
          <ErrorNote title="The rule could not be tried" error={query.error} retry={() => void query.refetch()} />
        )}
        {!ready && (
          <Text size="sm" c="dimmed">
            {needsRecord && state.record === ''
              ? 'Choose a record to see the answer.'
              : 'Choose an account to see the answer.'}
          </Text>
        )}
        {trial && <Answer trial={trial} />}
      </Stack>
    </Panel>
  );
}

function Pick({
  name,
  collection,
  value,
  change,
}: {
  name: string;
  collection: Collection | undefined;
  value: string;
  change: (id: string) => void;
}) {
  if (!collection) return null;
  const field = { id: name, name, type: 'relation', collectionId: collection.id, maxSelect: 1 } as Field;
  const { Editor } = kindOf(field);
  return (
    <div>
      <Text size="sm" fw={500} mb={2}>
        {name}
      </Text>
      <Editor field={field} value={value} onChange={(next) => change(plain(next))} bare />
    </div>
  );
}

function Answer({ trial }: { trial: Trial }) {
  return (
    <section aria-label="Answer" aria-live="polite">
      <Alert
        color={trial.allowed ? 'green' : 'red'}
        variant="light"
        title={trial.allowed ? 'Allowed' : `Not allowed (${trial.status})`}
      >
        {trial.message}
      </Alert>
      {leaves(trial.tree).map((leaf) => (
        <Leaf key={`${leaf.from}-${leaf.to}`} leaf={leaf} />
      ))}
    </section>
  );
}

function Leaf({ leaf }: { leaf: Node }) {
  return (
    <div className={classes.leaf} data-decided={leaf.decided}>
      <Badge color={leaf.value ? 'green' : 'red'} size="sm">
        {leaf.value ? 'true' : 'false'}
      </Badge>
      <div>
        <code className={classes.code}>{leaf.text}</code>
        <div className={classes.values}>
          {side(leaf.left)} {leaf.operator} {side(leaf.right)}
        </div>
        {leaf.note && <div className={classes.values}>{leaf.note}</div>}
        {leaf.decided && <div className={classes.decided}>This decided.</div>}
      </div>
    </div>
  );
}

function side(part: Node['left']): string {
  if (!part) return '';
  const shown = part.values.map((value) => JSON.stringify(value));
  return shown.length === 1 ? (shown[0] ?? '') : `[${shown.join(', ')}]`;
}
