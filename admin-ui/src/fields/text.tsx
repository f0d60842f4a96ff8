// text: one line or several.
import { Textarea } from '@mantine/core';
import { type EditorProps, good, type Kind } from './kind';
import { frameOf } from './labelled';
import { type Field, type Json, plain } from './model';

function Editor(props: EditorProps) {
  const { field, value, onChange } = props;
  const hint = field.autogeneratePattern ? 'Made by the server when left empty' : undefined;
  return (
    <Textarea
      {...frameOf(props)}
      autosize
      minRows={1}
      maxRows={14}
      placeholder={hint}
      value={plain(value)}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}

function check(value: Json, field: Field): string | undefined {
  const length = [...plain(value)].length;
  if (length === 0) return undefined;
  if (typeof field.min === 'number' && field.min > length) return `At least ${field.min} characters, now ${length}.`;
  const max = typeof field.max === 'number' && field.max > 0 ? field.max : 5000;
  return length > max ? `At most ${max} characters, now ${length}.` : undefined;
}

export const text: Kind = {
  type: 'text',
  title: 'Text',
  inline: () => 'input',
  width: 220,
  empty: () => '',
  text: plain,
  parse: (text) => good(text),
  check,
  example: (field) => (field.primaryKey ? 'RECORD_ID' : exampleFor(field.name)),
  Editor,
};

/** A text that fits the name of its field. */
export function exampleFor(name: string): string {
  const word = name.toLowerCase();
  if (word.includes('name')) return 'Ada Lovelace';
  if (word.includes('title')) return 'A first title';
  if (word.includes('slug')) return 'a-first-title';
  if (word.includes('phone')) return '+41 44 123 45 67';
  if (word.includes('city')) return 'Davos';
  if (word.includes('country')) return 'Switzerland';
  if (word.includes('color') || word.includes('colour')) return 'blue';
  return 'some text';
}
