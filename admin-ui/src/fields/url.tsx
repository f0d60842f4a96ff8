// url: one address of the web.
import { ActionIcon, TextInput } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { type EditorProps, good, type Kind } from './kind';
import { frameOf } from './labelled';
import { plain } from './model';
import { checkUrl } from './parse';

function Editor(props: EditorProps) {
  const address = plain(props.value);
  // Only what a browser opens harmlessly: a stored "javascript:" address stays text.
  const opens = /^https?:\/\//i.test(address) && checkUrl(address) === undefined;
  const link = (
    <ActionIcon component="a" href={address} target="_blank" rel="noopener noreferrer" aria-label="Open the address">
      <IconExternalLink size={16} />
    </ActionIcon>
  );
  return (
    <TextInput
      {...frameOf(props)}
      type="url"
      placeholder="https://example.com"
      value={address}
      onChange={(e) => props.onChange(e.currentTarget.value)}
      rightSection={opens ? link : null}
    />
  );
}

export const url: Kind = {
  type: 'url',
  title: 'URL',
  inline: () => 'input',
  width: 220,
  empty: () => '',
  text: plain,
  parse: (text) => good(text.trim()),
  check: (value) => checkUrl(plain(value)),
  example: () => 'https://example.com',
  Editor,
};
