// email: one address.
import { TextInput } from '@mantine/core';
import { type EditorProps, good, type Kind } from './kind';
import { frameOf } from './labelled';
import { plain } from './model';
import { checkEmail } from './parse';

function Editor(props: EditorProps) {
  return (
    <TextInput
      {...frameOf(props)}
      type="email"
      autoComplete="off"
      placeholder="name@example.com"
      value={plain(props.value)}
      onChange={(e) => props.onChange(e.currentTarget.value)}
    />
  );
}

export const email: Kind = {
  type: 'email',
  title: 'Email',
  inline: () => 'input',
  width: 220,
  empty: () => '',
  text: plain,
  parse: (text) => good(text.trim()),
  check: (value) => checkEmail(plain(value)),
  example: () => 'ada@example.com',
  Editor,
};
