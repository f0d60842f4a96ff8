import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { explain } from './toast';

interface Props {
  title: string;
  error: unknown;
  /** Tries again what failed. */
  retry?: () => void;
}

/** Says what failed, why, and lets one act on it. */
export function ErrorNote({ title, error, retry }: Props) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere', flex: '1 1 16rem' }}>
          {explain(error)}
        </Text>
        {retry && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
