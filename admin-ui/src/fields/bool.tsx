// bool: true or false.
import { Switch } from '@mantine/core';
import type { EditorProps, Kind } from './kind';
import { FieldLabel } from './labelled';
import { plain } from './model';
import { parseBool } from './parse';

function Editor(props: EditorProps) {
  const { field, value, onChange, bare, error, disabled, autoFocus } = props;
  return (
    <Switch
      label={bare ? value === true ? 'true' : 'false' : <FieldLabel name={field.name} type={field.type} />}
      aria-label={field.name}
      description={bare ? undefined : field.help || undefined}
      error={error}
      disabled={disabled}
      data-autofocus={autoFocus || undefined}
      checked={value === true}
      onChange={(e) => onChange(e.currentTarget.checked)}
    />
  );
}

export const bool: Kind = {
  type: 'bool',
  title: 'Bool',
  inline: () => 'toggle',
  width: 100,
  empty: () => false,
  text: plain,
  parse: parseBool,
  example: () => true,
  Editor,
};
