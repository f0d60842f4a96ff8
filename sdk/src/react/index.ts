/** The public names of `@luge/sdk/react`. */

export { useAuth } from './auth.ts';
export { useConnection } from './connection.ts';
export { LugeProvider, type LugeProviderProps, useLuge } from './context.ts';
export { type Mutation, useMutation } from './mutation.ts';
export { type Presence, usePresence } from './presence.ts';
export { type QueryResult, type RecordResult, useQuery, useRecord } from './query.ts';
