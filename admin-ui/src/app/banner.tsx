import { Button, Group } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { tryNow, useReach, whenRestored } from '../live/connection';
import { toast } from '../parts';
import { wasReloaded } from './arrive';
import classes from './banner.module.css';

/** Says that the server cannot be reached, and that it is back. */
export function Banner() {
  const reach = useReach();
  useEffect(() => {
    const tell = () => toast.done('The server is back. Everything is up to date.');
    if (wasReloaded()) tell();
    return whenRestored(tell);
  }, []);
  if (reach === 'online') return null;
  return (
    <div className={classes.banner} role="status">
      <Group gap="xs" justify="center">
        <IconPlugConnectedX size={16} aria-hidden />
        <span>The connection to the server is lost. Trying again…</span>
        <Button size="compact-xs" variant="white" color="dark" onClick={tryNow}>
          Try now
        </Button>
      </Group>
    </div>
  );
}
