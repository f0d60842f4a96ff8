/** Presence as a hook. */
import type { Channel, Members } from '../index.ts';
/** What {@link usePresence} gives. */
export interface Presence<State> {
    /** Who is there, by the ids of their connections. */
    readonly members: Members<State>;
    /** The channel, to broadcast and to listen. */
    readonly channel: Channel<State>;
}
/**
 * Joins a channel while the component is there, and shows who else is. `null` as state only watches nobody.
 *
 * @example
 * function Who({ name }: { name: string }) {
 *   const { members, channel } = usePresence('room:1', { name });
 *   return <button onClick={() => channel.broadcast('wave')}>{[...members.values()].map((member) => member.name).join(', ')}</button>;
 * }
 */
export declare function usePresence<State>(name: string, state: State): Presence<State>;
