// autodate: a moment that the server sets, so it is only shown.
import { TextInput } from '@mantine/core';
import { localText } from './date';
import { bad, type EditorProps, type Kind } from './kind';
import { frameOf } from './labelled';
import { plain } from './model';

function Editor(props: EditorProps) {
  const { field, value } = props;
  const when = [field.onCreate && 'created', field.onUpdate && 'updated'].filter(Boolean).join(' or ');
  const { required: _, withAsterisk: __, ...frame } = frameOf(props);
  return (
    <TextInput
      {...frame}
      readOnly
      variant="filled"
      value={localText(plain(value))}
      placeholder="Not yet"
      description={`Set by the server when a record is ${when || 'written'}`}
    />
  );
}

export const autodate: Kind = {
  type: 'autodate',
  title: 'Autodate',
  inline: () => 'none',
  width: 180,
  empty: () => '',
  text: plain,
  parse: () => bad('The server sets this field.'),
  example: () => '2026-11-25 16:30:00.000Z',
  Editor,
};
