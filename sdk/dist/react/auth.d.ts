/** Who is signed in, as a hook. */
import type { AnySchema, Auth, RecordBase, SchemaOf } from '../index.ts';
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
export declare function useAuth<S extends SchemaOf<S> = AnySchema>(): {
    record: (RecordBase & Record<string, unknown>) | null;
    token: string;
    isValid: boolean;
    auth: Auth<S>;
};
