import { Button, Group, Kbd, Text } from '@mantine/core';
import { modKey } from '../../app/keys';
import classes from './save-bar.module.css';

interface Props {
  problem?: string | undefined;
  discard: () => void;
  review: () => void;
  /** The verb on the button. */
  label?: string;
}

/** Stays in sight while there are changes that are not saved. */
export function SaveBar({ problem, discard, review, label = 'Review' }: Props) {
  return (
    <section className={classes.bar} aria-label="Unsaved changes">
      <Text size="sm" c={problem ? 'var(--luge-bad)' : undefined} className="truncate" role="status">
        {problem ?? 'Changes are not saved yet.'}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Button variant="default" onClick={discard}>
          Discard
        </Button>
        <Button onClick={review} disabled={problem !== undefined} rightSection={<Kbd size="xs">{modKey} S</Kbd>}>
          {label}
        </Button>
      </Group>
    </section>
  );
}
