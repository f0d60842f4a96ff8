/** Presence as a hook. */

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Channel, LugeError, Members } from '../index.ts';
import { useLuge } from './context.ts';

/** What {@link usePresence} gives. */
export interface Presence<State> {
  /** Who is there, by the ids of their connections. */
  readonly members: Members<State>;
  /** Why the server does not let one in. */
  readonly error: LugeError | null;
  /** The channel, to broadcast and to listen. */
  readonly channel: Channel<State>;
}

const NOBODY: Members<unknown> = new Map();

/**
 * Joins a channel while the component is there, and shows who else is.
 *
 * @example
 * function Who({ name }: { name: string }) {
 *   const { members, channel } = usePresence('room:1', { name });
 *   return <button onClick={() => channel.broadcast('wave')}>{[...members.values()].map((member) => member.name).join(', ')}</button>;
 * }
 */
export function usePresence<State>(name: string, state: State): Presence<State> {
  const luge = useLuge();
  const channel = useMemo(() => luge.channel<State>(name), [luge, name]);
  const text = JSON.stringify(state);
  useEffect(() => {
    channel.join(JSON.parse(text) as State);
  }, [channel, text]);
  // Apart, so that another state does not leave and come back.
  useEffect(() => () => channel.leave(), [channel]);
  const subscribe = useCallback(
    (changed: () => void) => {
      const ends = [channel.onPresence(changed), channel.onError(changed)];
      return () => ends.forEach((end) => void end());
    },
    [channel],
  );
  const members = useSyncExternalStore(
    subscribe,
    () => channel.members,
    () => NOBODY as Members<State>,
  );
  const error = useSyncExternalStore(
    subscribe,
    () => channel.error,
    () => null,
  );
  return { members, error, channel };
}
