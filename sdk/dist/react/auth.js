/** Who is signed in, as a hook. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useLuge } from "./context.js";
/**
 * Who is signed in; the component follows every change. With it comes `luge.auth` to change that.
 *
 * @example
 * function Greeting() {
 *   const { record, isValid, auth } = useAuth<Schema>();
 *   if (!isValid) return <button onClick={() => auth.withPassword('users', 'ann@example.com', 'correct horse')}>Sign in</button>;
 *   return <p>Hello {String(record?.name)}</p>;
 * }
 */
export function useAuth() {
    const { auth } = useLuge();
    const subscribe = useCallback((changed) => auth.onChange(changed), [auth]);
    // Stores may make a new object each time: the text is what can be compared.
    const text = useSyncExternalStore(subscribe, () => JSON.stringify(auth.session), () => 'null');
    return useMemo(() => {
        const session = JSON.parse(text);
        return { record: session?.record ?? null, token: session?.token ?? '', isValid: session ? auth.isValid : false, auth };
    }, [text, auth]);
}
