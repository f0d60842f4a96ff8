/** Who is signed in, as a hook. */

import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { AnySchema, Auth, RecordBase, SchemaOf } from '../index.ts';
import { useLuge } from './context.ts';

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
export function useAuth<S extends SchemaOf<S> = AnySchema>(): {
  record: (RecordBase & Record<string, unknown>) | null;
  token: string;
  isValid: boolean;
  auth: Auth<S>;
} {
  const { auth } = useLuge<S>();
  const subscribe = useCallback((changed: () => void) => auth.onChange(changed), [auth]);
  // Stores may make a new object each time: the text is what can be compared.
  const text = useSyncExternalStore(
    subscribe,
    () => JSON.stringify(auth.session),
    () => 'null',
  );
  return useMemo(() => {
    const session = JSON.parse(text);
    return { record: session?.record ?? null, token: session?.token ?? '', isValid: session ? auth.isValid : false, auth };
  }, [text, auth]);
}
