// file: names of stored files. This server does not take uploads yet, so names can only be seen and removed.
import { CloseButton, Group, Text } from '@mantine/core';
import { IconFile } from '@tabler/icons-react';
import { bad, type EditorProps, type Kind } from './kind';
import { Labelled } from './labelled';
import { asList, isMultiple } from './model';

function Editor(props: EditorProps) {
  const { field, value, onChange, disabled } = props;
  const names = asList(value);
  const without = (name: string) => names.filter((n) => n !== name);
  const remove = (name: string) => onChange(isMultiple(field) ? without(name) : '');
  return (
    <Labelled {...props} note="This server does not store files yet: names can be read and removed, not uploaded.">
      {() =>
        names.length === 0 ? (
          <Text size="sm" c="dimmed">
            No files
          </Text>
        ) : (
          names.map((name) => (
            <Group key={name} gap={6} wrap="nowrap">
              <IconFile size={16} aria-hidden />
              <Text size="sm" className="truncate">
                {name}
              </Text>
              <CloseButton size="sm" aria-label={`Remove ${name}`} disabled={disabled} onClick={() => remove(name)} />
            </Group>
          ))
        )
      }
    </Labelled>
  );
}

export const file: Kind = {
  type: 'file',
  title: 'File',
  inline: () => 'none',
  width: 180,
  empty: (field) => (isMultiple(field) ? [] : ''),
  text: (value) => asList(value).join(', '),
  parse: () => bad('Files cannot be pasted.'),
  example: (field) => (isMultiple(field) ? [] : ''),
  Editor,
};
