import { Button, Group, Text } from '@mantine/core';
import type { ToastAction } from './toast';

interface Props {
  message: string;
  action?: ToastAction | undefined;
  close: () => void;
}

/** What a toast shows: its message and, where there is one, its action. */
export function ToastBody({ message, action, close }: Props) {
  const run = () => {
    action?.run();
    close();
  };
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message}
      </Text>
      {action && (
        <Button size="compact-sm" variant="light" onClick={run}>
          {action.label}
        </Button>
      )}
    </Group>
  );
}
