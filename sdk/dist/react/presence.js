/** Presence as a hook. */
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useLuge } from "./context.js";
const NOBODY = new Map();
/**
 * Joins a channel while the component is there, and shows who else is. `null` as state only watches nobody.
 *
 * @example
 * function Who({ name }: { name: string }) {
 *   const { members, channel } = usePresence('room:1', { name });
 *   return <button onClick={() => channel.broadcast('wave')}>{[...members.values()].map((member) => member.name).join(', ')}</button>;
 * }
 */
export function usePresence(name, state) {
    const luge = useLuge();
    const channel = useMemo(() => luge.channel(name), [luge, name]);
    const text = JSON.stringify(state);
    useEffect(() => {
        channel.join(JSON.parse(text));
    }, [channel, text]);
    // Apart, so that another state does not leave and come back.
    useEffect(() => () => channel.leave(), [channel]);
    const subscribe = useCallback((changed) => channel.onPresence(changed), [channel]);
    const members = useSyncExternalStore(subscribe, () => channel.members, () => NOBODY);
    return { members, channel };
}
