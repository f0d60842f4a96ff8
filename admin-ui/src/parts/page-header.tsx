import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './page-header.module.css';

interface Props {
  title: string;
  /** What the browser's tab says, when it is more than the title. */
  tab?: string;
  /** Beside the title: a badge, a count. */
  aside?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
}

/** The head of a page: its title, a note and its actions. */
export function PageHeader({ title, tab, aside, note, actions }: Props) {
  const label = tab ?? title;
  useEffect(() => {
    document.title = `${label} · Luge`;
  }, [label]);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Group gap="xs" wrap="nowrap">
          <Title order={1} className="truncate">
            {title}
          </Title>
          {aside}
        </Group>
        {note && (
          <Text size="sm" c="dimmed" component="div">
            {note}
          </Text>
        )}
      </div>
      {actions && (
        <Group gap="xs" wrap="wrap" className={classes.actions}>
          {actions}
        </Group>
      )}
    </header>
  );
}
