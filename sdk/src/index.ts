/** The public names of `@luge/sdk`. */

export {
  type AuthStore,
  type CookieOptions,
  type CookieStore,
  cookieStore,
  localStore,
  memoryStore,
  type Session,
} from './auth/store.ts';
export { Auth, type AuthMethods, type AuthRecord, type SignedIn } from './auth.ts';
export type { Results, Step, StepOptions, Steps } from './batch.ts';
export type { Change, ChangesOptions } from './changes.ts';
export { createLuge, type Health, Luge, type LugeOptions } from './client.ts';
export { Collection, type HistoryEntry, type RecordWriteOptions, type Revised } from './collection.ts';
export { type CollectionInput, type CollectionModel, Collections, type FieldModel, Settings } from './collections.ts';
export { type ErrorCode, type FieldProblem, LugeError } from './error.ts';
export { type FileOptions, Files } from './files.ts';
export {
  and,
  any,
  bind,
  Condition,
  each,
  eq,
  field,
  gt,
  gte,
  has,
  length,
  like,
  lower,
  lt,
  lte,
  ne,
  notLike,
  type Operand,
  oneOf,
  or,
  quote,
  raw,
  type Scalar,
} from './filter.ts';
export type { LiveState, LiveStatus } from './live/state.ts';
export type { Mutated } from './mutate.ts';
export { type LiveOptions, type Page, Query } from './query.ts';
export { Channel, type Heard, type Members } from './realtime/channel.ts';
export { type ConnectionStatus, Realtime, type RealtimeOptions } from './realtime.ts';
export type {
  AnySchema,
  CollectionTypes,
  CreateOf,
  Expanded,
  ExpandPath,
  Field,
  Fields,
  Name,
  RecordBase,
  RecordOf,
  Relation,
  SchemaOf,
  SortKey,
  UpdateOf,
} from './schema.ts';
export type { Answer, CallOptions, QueryValue, SendOptions, WriteOptions } from './transport.ts';
export { newId } from './wait.ts';
