/** The client that a tree of components uses. */
import { type ReactNode } from 'react';
import type { AnySchema, Luge, SchemaOf } from '../index.ts';
/** What {@link LugeProvider} takes. */
export interface LugeProviderProps {
    luge: Luge<never>;
    children?: ReactNode;
}
/**
 * Gives its children a client.
 *
 * @example
 * const app = <LugeProvider luge={luge}>Hello</LugeProvider>;
 */
export declare function LugeProvider<S extends SchemaOf<S>>({ luge, children }: {
    luge: Luge<S>;
    children?: ReactNode;
}): ReactNode;
/**
 * The client of the nearest provider.
 *
 * @example
 * function SignOut() {
 *   const luge = useLuge<Schema>();
 *   return <button onClick={() => luge.auth.signOut()}>Sign out</button>;
 * }
 */
export declare function useLuge<S extends SchemaOf<S> = AnySchema>(): Luge<S>;
