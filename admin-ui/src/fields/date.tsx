// date: a moment. It is shown and typed in the zone of this browser and kept in UTC.
import { ActionIcon, Group, TextInput } from '@mantine/core';
import { IconClockHour4 } from '@tabler/icons-react';
import type { EditorProps, Kind } from './kind';
import { frameOf } from './labelled';
import { plain } from './model';
import { parseDate, wireDate } from './parse';

/** `2026-11-25 16:30:00` in the zone of this browser, for reading. */
export function localText(value: string): string {
  const time = momentOf(value);
  return time ? localInput(time).replace('T', ' ').slice(0, 19) : value;
}

function momentOf(value: string): Date | undefined {
  if (value === '') return undefined;
  const time = new Date(value.replace(' ', 'T'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function localInput(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 23);
}

function Editor(props: EditorProps) {
  const { value, onChange, bare } = props;
  const stored = plain(value);
  const time = momentOf(stored);
  const { description, ...frame } = frameOf(props);
  const now = (
    <ActionIcon aria-label="Now" title="Now" onClick={() => onChange(wireDate(new Date()))} disabled={props.disabled}>
      <IconClockHour4 size={16} />
    </ActionIcon>
  );
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <TextInput
        {...frame}
        style={{ flex: 1 }}
        type="datetime-local"
        step="0.001"
        description={bare ? undefined : (description ?? (stored === '' ? undefined : `${stored} (UTC)`))}
        value={time ? localInput(time) : ''}
        onChange={(e) => onChange(e.currentTarget.value === '' ? '' : wireDate(new Date(e.currentTarget.value)))}
      />
      {now}
    </Group>
  );
}

export const date: Kind = {
  type: 'date',
  title: 'Date',
  inline: () => 'panel',
  width: 180,
  empty: () => '',
  text: plain,
  parse: parseDate,
  example: () => '2026-11-25 16:30:00.000Z',
  Editor,
};
