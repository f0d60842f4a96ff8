// select: one or several of given values.
import { MultiSelect, Select } from '@mantine/core';
import type { EditorProps, Kind } from './kind';
import { frameOf } from './labelled';
import { asList, type Field, isMultiple, type Json } from './model';
import { parseSelect } from './parse';

function Editor(props: EditorProps) {
  const { field, value, onChange, autoFocus, bare } = props;
  const { formNoValidate: _, ...frame } = frameOf(props);
  const chosen = asList(value);
  // Values that the field no longer offers stay visible, or saving would drop them unseen.
  const data = [...new Set([...(field.values ?? []), ...chosen])];
  const comboboxProps = { withinPortal: !bare, middlewares: { flip: !bare } };
  const common = {
    ...frame,
    data,
    searchable: true,
    clearable: true,
    comboboxProps,
    defaultDropdownOpened: autoFocus ?? false,
  };
  return isMultiple(field) ? (
    <MultiSelect
      {...common}
      placeholder={chosen.length === 0 ? 'Choose' : undefined}
      maxValues={field.maxSelect}
      value={chosen}
      onChange={(next) => onChange(next)}
    />
  ) : (
    <Select {...common} placeholder="Choose" value={chosen[0] ?? null} onChange={(next) => onChange(next ?? '')} />
  );
}

export const select: Kind = {
  type: 'select',
  title: 'Select',
  inline: (field) => (isMultiple(field) ? 'panel' : 'choose'),
  width: 160,
  empty: (field) => (isMultiple(field) ? [] : ''),
  text: (value) => asList(value).join(', '),
  parse: parseSelect,
  example: exampleOf,
  Editor,
};

function exampleOf(field: Field): Json {
  const values = field.values ?? [];
  return isMultiple(field) ? values.slice(0, Math.min(2, field.maxSelect ?? 2)) : (values[0] ?? '');
}
