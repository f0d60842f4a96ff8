/** The client that a tree of components uses. */

import { createContext, createElement, type ReactNode, useContext } from 'react';
import type { AnySchema, Luge, SchemaOf } from '../index.ts';

const Context = createContext<Luge<never> | null>(null);

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
export function LugeProvider<S extends SchemaOf<S>>({ luge, children }: { luge: Luge<S>; children?: ReactNode }): ReactNode {
  return createElement(Context.Provider, { value: luge as unknown as Luge<never> }, children);
}

/**
 * The client of the nearest provider.
 *
 * @example
 * function SignOut() {
 *   const luge = useLuge<Schema>();
 *   return <button onClick={() => luge.auth.signOut()}>Sign out</button>;
 * }
 */
export function useLuge<S extends SchemaOf<S> = AnySchema>(): Luge<S> {
  const luge = useContext(Context);
  if (!luge) throw new Error('There is no <LugeProvider luge={…}> around this component.');
  return luge as unknown as Luge<S>;
}
