import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

interface Props {
  title?: string;
  note?: ReactNode;
  actions?: ReactNode;
  /** Without inner space, for tables and charts that reach the edges. */
  flush?: boolean;
  children: ReactNode;
}

/** A bordered surface that groups what belongs together. */
export function Panel({ title, note, actions, flush, children }: Props) {
  return (
    <section className={classes.panel} aria-label={title}>
      {(title || actions) && (
        <Group justify="space-between" gap="xs" wrap="nowrap" className={classes.head}>
          <div style={{ minWidth: 0 }}>
            {title && <Title order={3}>{title}</Title>}
            {note && (
              <Text size="sm" c="dimmed">
                {note}
              </Text>
            )}
          </div>
          {actions && (
            <Group gap={6} wrap="nowrap" style={{ flex: 'none' }}>
              {actions}
            </Group>
          )}
        </Group>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
