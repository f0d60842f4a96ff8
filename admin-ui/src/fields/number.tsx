// number: a decimal or a whole number.
import { NumberInput } from '@mantine/core';
import type { EditorProps, Kind } from './kind';
import { frameOf } from './labelled';
import { type Field, type Json, plain } from './model';
import { parseNumber } from './parse';

function Editor(props: EditorProps) {
  const { field, value, onChange } = props;
  const { formNoValidate: _, ...frame } = frameOf(props);
  return (
    <NumberInput
      {...frame}
      allowDecimal={!field.onlyInt}
      value={typeof value === 'number' ? value : plain(value)}
      onChange={(next) => onChange(next === '' ? 0 : next)}
      onFocus={(e) => e.currentTarget.select()}
    />
  );
}

function check(value: Json, field: Field): string | undefined {
  if (typeof value === 'string' && value !== '') return 'This is not a number.';
  if (typeof value !== 'number' || value === 0) return undefined;
  if (typeof field.min === 'number' && value < field.min) return `At least ${field.min}.`;
  return typeof field.max === 'number' && value > field.max ? `At most ${field.max}.` : undefined;
}

export const number: Kind = {
  type: 'number',
  title: 'Number',
  inline: () => 'input',
  width: 120,
  align: 'right',
  empty: () => 0,
  text: plain,
  parse: parseNumber,
  check,
  example: (field) => (typeof field.min === 'number' ? field.min : field.onlyInt ? 42 : 9.5),
  Editor,
};
