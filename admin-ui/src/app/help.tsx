import { Group, Kbd, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { modKey } from './keys';

/** Every key of the dashboard: what the help shows. Pages add their own rows here. */
export const KEYS: { keys: string[]; does: string }[] = [
  { keys: [modKey, 'K'], does: 'Search collections and commands' },
  { keys: ['?'], does: 'Show this help' },
  { keys: ['G', 'O'], does: 'Go to the overview' },
  { keys: ['G', 'C'], does: 'Go to the collections' },
  { keys: ['G', 'R'], does: 'Go to the requests' },
  { keys: [modKey, 'S'], does: 'Save what is open' },
  { keys: ['N'], does: 'New record' },
  { keys: ['Enter'], does: 'Edit the cell; with Shift, open the record' },
  { keys: ['Space'], does: 'Select the row; Shift and arrows select a range' },
  { keys: [modKey, 'Z'], does: 'Undo the last change of records' },
  { keys: ['Alt', '←/→'], does: 'Move the column in whose head you are; with Shift, resize it' },
  { keys: ['Esc', 'Tab'], does: 'Leave the editor of a script, where Tab indents' },
  { keys: ['Esc'], does: 'Close what is open' },
];

export function openHelp(): void {
  modals.open({ modalId: 'keyboard-help', title: 'Keyboard', children: <Keys /> });
}

function Keys() {
  return (
    <Stack gap="xs">
      {KEYS.map(({ keys, does }) => (
        <Group key={does} justify="space-between">
          <Text size="sm">{does}</Text>
          <Group gap={4}>
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
