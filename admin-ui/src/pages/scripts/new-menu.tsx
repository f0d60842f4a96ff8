import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { EXAMPLES } from './examples';
import { GROUPS } from './names';

/** Begins a file of any kind, empty or from an example. */
export function NewMenu({ create }: { create: (file: string, text?: string) => void }) {
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />} rightSection={<IconChevronDown size={14} />}>
          New
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {GROUPS.map((group) => (
          <Menu.Item key={group.folder} onClick={() => create(group.folder)}>
            {group.one}
            <Text size="xs" c="dimmed">
              {group.note}
            </Text>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>Examples</Menu.Label>
        {EXAMPLES.map((example) => (
          <Menu.Item key={example.file} onClick={() => create(example.file, example.text)}>
            {example.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
