/** The client that a tree of components uses. */
import { createContext, createElement, useContext } from 'react';
const Context = createContext(null);
/**
 * Gives its children a client.
 *
 * @example
 * const app = <LugeProvider luge={luge}>Hello</LugeProvider>;
 */
export function LugeProvider({ luge, children }) {
    return createElement(Context.Provider, { value: luge }, children);
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
export function useLuge() {
    const luge = useContext(Context);
    if (!luge)
        throw new Error('There is no <LugeProvider luge={…}> around this component.');
    return luge;
}
