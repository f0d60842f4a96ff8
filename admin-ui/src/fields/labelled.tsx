// The frame around an editor that is no Mantine input of its own: label, help and error, tied together for a screen reader.
import { Input } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { EditorProps } from './kind';

export interface Frame {
  id: string;
  label: ReactNode;
  description?: ReactNode;
}

/** What every editor passes to its input: nothing is shown over a cell, where the column's head is the label. */
export function frameOf({ field, bare, error, disabled, autoFocus }: EditorProps) {
  return {
    label: bare ? undefined : <FieldLabel name={field.name} type={field.type} />,
    'aria-label': field.name,
    description: bare ? undefined : field.help || undefined,
    required: !bare && field.required,
    withAsterisk: !bare && field.required,
    error,
    disabled,
    'data-autofocus': autoFocus || undefined,
    autoFocus,
    // The browser's own bubble would hide the server's more exact message.
    formNoValidate: true,
  };
}

export function FieldLabel({ name, type }: { name: string; type: string }) {
  return (
    <span>
      {name} <span style={{ color: 'var(--luge-soft)', fontWeight: 400, fontSize: '0.85em' }}>{type}</span>
    </span>
  );
}

export function Labelled(props: EditorProps & { note?: ReactNode; children: (labelId: string) => ReactNode }) {
  const id = useId();
  const { field, bare, error, note, children } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as freely, and its legend is no label.
    <div role="group" aria-labelledby={bare ? undefined : id} aria-label={bare ? field.name : undefined}>
      {!bare && (
        <Input.Label component="div" id={id} required={field.required ?? false}>
          <FieldLabel name={field.name} type={field.type} />
        </Input.Label>
      )}
      {!bare && field.help && <Input.Description mb={4}>{field.help}</Input.Description>}
      {children(id)}
      {note && <Input.Description mt={4}>{note}</Input.Description>}
      {error && <Input.Error mt={4}>{error}</Input.Error>}
    </div>
  );
}
