/** The types that `luge types` writes, and what the rest of the SDK derives from them. */

/** What every record has. */
export interface RecordBase {
  id: string;
  collectionId: string;
  collectionName: string;
}

/** Where a relation field, or a back-relation such as `comments_via_post`, leads. */
export interface Relation {
  to: string;
  many: boolean;
}

/** What a schema says of one collection. */
export interface CollectionTypes {
  record: RecordBase;
  create: object;
  update: object;
  relations: object;
}

/** The schema of a client that was made without one: every name is allowed, every value is unknown. */
export interface AnySchema {
  [collection: string]: {
    record: RecordBase & Record<string, unknown>;
    create: Record<string, unknown>;
    update: Record<string, unknown>;
    relations: Record<string, { to: string; many: boolean }>;
  };
}

/** What a schema must be. (An index signature would refuse interfaces.) */
export type SchemaOf<S> = { [K in keyof S]: CollectionTypes };

/** The names of a schema's collections. */
export type Name<S> = keyof S & string;

/** Whether a schema has no fixed names. */
type IsAny<S> = string extends keyof S ? true : false;

/**
 * A record of a collection.
 *
 * @example
 * const title = (post: RecordOf<Schema, 'posts'>) => post.title;
 */
export type RecordOf<S extends SchemaOf<S>, C extends Name<S>> = S[C]['record'];

/**
 * What `create` takes.
 *
 * @example
 * const draft: CreateOf<Schema, 'posts'> = { title: 'Hello' };
 */
export type CreateOf<S extends SchemaOf<S>, C extends Name<S>> = S[C]['create'];

/**
 * What `update` takes.
 *
 * @example
 * const change: UpdateOf<Schema, 'posts'> = { 'views+': 1 };
 */
export type UpdateOf<S extends SchemaOf<S>, C extends Name<S>> = S[C]['update'];

type Relations<S extends SchemaOf<S>, C extends Name<S>> = S[C]['relations'];

type Target<S, R> = R extends { to: infer T } ? T & Name<S> : never;

type Deeper = [never, 0, 1, 2];

/** The paths that `expand` accepts: `author`, `author.team`, `comments_via_post.author`. */
export type ExpandPath<S extends SchemaOf<S>, C extends Name<S>, Depth extends number = 2> =
  IsAny<S> extends true
    ? string
    : {
        [K in keyof Relations<S, C> & string]:
          | K
          | (Depth extends 0 ? never : `${K}.${ExpandPath<S, Target<S, Relations<S, C>[K]>, Deeper[Depth] & number>}`);
      }[keyof Relations<S, C> & string];

type Head<P extends string> = P extends `${infer H}.${string}` ? H : P;
type Tail<P extends string, K extends string> = P extends `${K}.${infer T}` ? T : never;

/** A record with its expanded relations. One that the reader may not see is missing. */
export type Expanded<S extends SchemaOf<S>, C extends Name<S>, P extends string> = RecordOf<S, C> &
  ([P] extends [never] ? unknown : { expand: ExpandOf<S, C, P> });

/** What stands under `expand`. */
export type ExpandOf<S extends SchemaOf<S>, C extends Name<S>, P extends string> =
  IsAny<S> extends true
    ? Record<string, unknown>
    : {
        [K in Head<P> & keyof Relations<S, C> & string]?: Relations<S, C>[K] extends { many: true }
          ? Expanded<S, Target<S, Relations<S, C>[K]>, Tail<P, K>>[]
          : Expanded<S, Target<S, Relations<S, C>[K]>, Tail<P, K>>;
      };

type Key<S extends SchemaOf<S>, C extends Name<S>> = keyof RecordOf<S, C> & string;
type Signed<K extends string> = K | `-${K}` | `+${K}`;

/** What `orderBy` accepts: a field, with `-` in front for the highest first; also paths and `@random`. */
export type SortKey<S extends SchemaOf<S>, C extends Name<S>> = Signed<
  Key<S, C> | `${Key<S, C>}.${string}` | `${Key<S, C>}:lower` | '@random' | '@rowid'
>;

declare const VALUE: unique symbol;

/** A field in a filter; its type parameter is what it may be compared with. */
export interface Field<T> {
  readonly [VALUE]?: T;
}

/** A field of unknown type, and everything below it. */
export type AnyField = Field<unknown> & { readonly [name: string]: AnyField };

type FieldFor<T> = unknown extends T
  ? AnyField
  : NonNullable<T> extends readonly (infer I)[]
    ? Field<I>
    : NonNullable<T> extends object
      ? Field<T> & { readonly [K in keyof T]-?: Field<T[K]> }
      : Field<T>;

/** The fields of a collection as `where` hands them over, with relations to walk through. */
export type Fields<S extends SchemaOf<S>, C extends Name<S>> =
  IsAny<S> extends true
    ? { readonly [name: string]: AnyField }
    : {
        readonly [K in keyof RecordOf<S, C>]-?: FieldFor<RecordOf<S, C>[K]> &
          (K extends keyof Relations<S, C> ? Fields<S, Target<S, Relations<S, C>[K]>> : unknown);
      } & {
        readonly [K in Exclude<keyof Relations<S, C>, keyof RecordOf<S, C>>]: Fields<S, Target<S, Relations<S, C>[K]>>;
      };
