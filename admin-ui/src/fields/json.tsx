// json: any JSON value, checked as one types.
import { Button, Group, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { EditorProps, Kind } from './kind';
import { frameOf } from './labelled';
import { type Json, sameValue } from './model';
import { parseJson } from './parse';

/** A text that is no JSON yet travels under this key, so that it can neither be saved nor lost. */
const UNFINISHED = '\u0000unfinished';

export function unfinishedJson(value: Json | undefined): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const text = value[UNFINISHED];
  return typeof text === 'string' ? text : undefined;
}

const pretty = (value: Json) => unfinishedJson(value) ?? (value === null ? '' : JSON.stringify(value, null, 2));

function Editor(props: EditorProps) {
  const { value, onChange } = props;
  const [draft, setDraft] = useState(() => pretty(value));
  const sent = useRef(value);
  const parsed = parseJson(draft);

  // A value from outside (another record, another client) replaces the text; our own comes back unchanged.
  useEffect(() => {
    if (sameValue(sent.current, value)) return;
    sent.current = value;
    setDraft(pretty(value));
  }, [value]);

  const change = (text: string) => {
    const next = parseJson(text);
    setDraft(text);
    sent.current = next.ok ? next.value : { [UNFINISHED]: text };
    onChange(sent.current);
  };
  const problem = parsed.ok ? undefined : parsed.problem;
  return (
    <div>
      <Textarea
        {...frameOf(props)}
        autosize
        minRows={3}
        maxRows={22}
        spellCheck={false}
        error={problem ?? props.error}
        value={draft}
        onChange={(e) => change(e.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--luge-mono)', fontSize: '0.8125rem', tabSize: 2 } }}
      />
      <Group justify="flex-end" mt={4}>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={!parsed.ok || props.disabled}
          onClick={() => parsed.ok && change(JSON.stringify(parsed.value, null, 2))}
        >
          Format
        </Button>
      </Group>
    </div>
  );
}

export const json: Kind = {
  type: 'json',
  title: 'JSON',
  inline: () => 'panel',
  width: 240,
  empty: () => null,
  text: (value) => (value === null ? '' : JSON.stringify(value)),
  parse: parseJson,
  check: (value) => {
    const text = unfinishedJson(value);
    const parsed = text === undefined ? undefined : parseJson(text);
    return parsed && !parsed.ok ? parsed.problem : undefined;
  },
  example: () => ({ key: 'value' }),
  Editor,
};
