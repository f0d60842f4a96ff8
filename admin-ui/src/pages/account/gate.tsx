import { Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Wordmark } from '../../app/wordmark';
import classes from './gate.module.css';

/** The page before the dashboard: one form in the middle. */
export function Gate({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Luge`;
  }, [title]);
  return (
    <main className={classes.gate}>
      <div className={classes.column}>
        <Wordmark height={30} />
        <Paper withBorder p="lg" radius="md" className={classes.card}>
          <Stack gap="md">
            <div>
              <Title order={1}>{title}</Title>
              {note && (
                <Text size="sm" c="dimmed" mt={4} component="div">
                  {note}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
      </div>
    </main>
  );
}
