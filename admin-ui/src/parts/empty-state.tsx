import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: string;
  /** What this is for and how to begin. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** Stands where there is nothing yet, and teaches what to do. */
export function EmptyState({ icon, title, children, actions }: Props) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center" maw={520} mx="auto">
      {icon && <span style={{ color: 'var(--luge-accent)', lineHeight: 0 }}>{icon}</span>}
      <Title order={2}>{title}</Title>
      {children && (
        <Text size="md" c="dimmed" component="div">
          {children}
        </Text>
      )}
      {actions && (
        <Group mt="xs" gap="xs" justify="center">
          {actions}
        </Group>
      )}
    </Stack>
  );
}
