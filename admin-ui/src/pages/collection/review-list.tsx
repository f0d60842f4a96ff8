// The steps of one collection's change as sentences, the destructive ones first.
import { Badge, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus, IconPencil, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CollectionPreview } from '../../api';
import { fieldKind, format } from '../../parts';
import classes from './review.module.css';

interface Step {
  kind: 'loss' | 'add' | 'remove' | 'edit';
  text: ReactNode;
  key: string;
}

const { plural } = format;
const ICONS = { loss: IconAlertTriangle, add: IconPlus, remove: IconMinus, edit: IconPencil } as const;

/** Whether data is gone afterwards. */
export function destroys(change: CollectionPreview): boolean {
  return (
    change.recordsLost > 0 ||
    change.fields.dropped.some((field) => field.values > 0) ||
    change.fields.converted.some((field) => field.losing > 0)
  );
}

export function ChangeList({ change, named }: { change: CollectionPreview; named: boolean }) {
  const steps = [...collectionSteps(change), ...fieldSteps(change), ...indexSteps(change), ...ruleSteps(change)];
  steps.sort((a, b) => Number(b.kind === 'loss') - Number(a.kind === 'loss'));
  return (
    <div>
      {named && (
        <Group gap={8} mb={6}>
          <Text fw={600}>{change.name || change.previousName}</Text>
          <Badge color={change.action === 'delete' ? 'red' : 'gray'}>{change.action}</Badge>
        </Group>
      )}
      <Stack gap={6} component="ul" className={classes.steps}>
        {steps.map((step) => {
          const Icon = ICONS[step.kind];
          return (
            <li key={step.key} data-kind={step.kind}>
              <Icon size={16} aria-hidden />
              <span>{step.text}</span>
            </li>
          );
        })}
        {!destroys(change) && change.action === 'update' && (
          <li data-kind="safe">
            <IconCheck size={16} aria-hidden />
            <span>
              No data is lost{change.records > 0 && `: all ${plural(change.records, 'record')} keep their values`}.
            </span>
          </li>
        )}
      </Stack>
    </div>
  );
}

function collectionSteps(change: CollectionPreview): Step[] {
  const steps: Step[] = [];
  if (change.action === 'create')
    steps.push({ kind: 'add', key: 'create', text: `The collection is created (${change.type}).` });
  if (change.action === 'delete')
    steps.push({
      kind: change.recordsLost > 0 ? 'loss' : 'remove',
      key: 'delete',
      text: `The collection is deleted${change.recordsLost > 0 ? ` with its ${plural(change.recordsLost, 'record')}` : ''}.`,
    });
  if (change.action === 'update' && change.previousName && change.previousName !== change.name)
    steps.push({
      kind: 'edit',
      key: 'rename',
      text: (
        <>
          <b>{change.previousName}</b> becomes <b>{change.name}</b>. Apps that use the old name in addresses have to be
          changed.
        </>
      ),
    });
  return steps;
}

function fieldSteps({ fields, action }: CollectionPreview): Step[] {
  return [
    ...fields.dropped.map(
      (field): Step => ({
        kind: field.values > 0 ? 'loss' : 'remove',
        key: `dropped-${field.id}`,
        text: (
          <>
            Field <b>{field.name}</b> is deleted
            {field.values > 0 ? (
              <> with the values of {plural(field.values, 'record')}.</>
            ) : (
              '; no record has a value in it.'
            )}
          </>
        ),
      }),
    ),
    ...fields.converted.map(
      (field): Step => ({
        kind: field.losing > 0 ? 'loss' : 'edit',
        key: `converted-${field.id}`,
        text: (
          <>
            Field <b>{field.name}</b> changes from {field.from} to {field.to}:{' '}
            {plural(field.values, 'record is', 'records are')} converted
            {field.losing > 0 ? `, and ${plural(field.losing, 'of them loses values', 'of them lose values')}.` : '.'}
          </>
        ),
      }),
    ),
    ...fields.renamed.map(
      (field): Step => ({
        kind: 'edit',
        key: `renamed-${field.id}`,
        text: (
          <>
            Field <b>{field.from}</b> becomes <b>{field.to}</b>
            {field.values > 0 && `; the values of ${plural(field.values, 'record')} stay`}.
          </>
        ),
      }),
    ),
    ...(action === 'create' ? [] : fields.added).map(
      (field): Step => ({
        kind: 'add',
        key: `added-${field.id || field.name}`,
        text: (
          <>
            Field <b>{field.name}</b> is added (
            {fieldKind(field.type as Parameters<typeof fieldKind>[0]).label.toLowerCase()}).
          </>
        ),
      }),
    ),
    ...fields.changed.map(
      (field): Step => ({
        kind: 'edit',
        key: `changed-${field.id}`,
        text: (
          <>
            Field <b>{field.name}</b> has other options: {field.options.join(', ')}.
          </>
        ),
      }),
    ),
  ];
}

function indexSteps({ indexes }: CollectionPreview): Step[] {
  return [
    ...indexes.built.map(
      (index): Step => ({
        kind: 'add',
        key: `built-${index.name}`,
        text: (
          <>
            Index <b>{index.name}</b> is built over {plural(index.rows, 'record')}
            {index.unique && '; from now on its values are unique'}.
          </>
        ),
      }),
    ),
    ...indexes.dropped.map(
      (index): Step => ({
        kind: 'remove',
        key: `index-${index.name}`,
        text: (
          <>
            Index <b>{index.name}</b> is removed.
          </>
        ),
      }),
    ),
  ];
}

function ruleSteps({ rules, options, signsOut }: CollectionPreview): Step[] {
  const say = (rule: string | null) => (rule === null ? 'superusers only' : rule === '' ? 'everyone' : rule);
  const steps = rules.map(
    ({ rule, from, to }): Step => ({
      kind: 'edit',
      key: rule,
      text: (
        <>
          <b>{rule}</b>: <code>{say(from)}</code> → <code>{say(to)}</code>
        </>
      ),
    }),
  );
  if (options.length > 0) steps.push({ kind: 'edit', key: 'options', text: `Other options: ${options.join(', ')}.` });
  if (signsOut)
    steps.push({ kind: 'loss', key: 'signs-out', text: 'Everyone of this collection has to sign in again.' });
  return steps;
}
