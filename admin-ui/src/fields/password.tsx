// password: written, never read.
import { PasswordInput } from '@mantine/core';
import { type EditorProps, good, type Kind } from './kind';
import { frameOf } from './labelled';
import { type Field, type Json, plain } from './model';

function Editor(props: EditorProps) {
  return (
    <PasswordInput
      {...frameOf(props)}
      autoComplete="new-password"
      placeholder="Leave empty to keep it"
      value={plain(props.value)}
      onChange={(e) => props.onChange(e.currentTarget.value)}
    />
  );
}

function check(value: Json, field: Field): string | undefined {
  const length = [...plain(value)].length;
  if (length === 0) return undefined;
  const min = typeof field.min === 'number' ? field.min : 0;
  if (length < min) return `At least ${min} characters.`;
  return length > 71 ? 'At most 71 characters.' : undefined;
}

export const password: Kind = {
  type: 'password',
  title: 'Password',
  inline: () => 'none',
  width: 120,
  empty: () => '',
  text: () => '',
  parse: (text) => good(text),
  check,
  example: () => 'a-long-secret',
  Editor,
};
