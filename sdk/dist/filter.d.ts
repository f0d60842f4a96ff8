/** The filter language: typed conditions, and values that can never end the text they stand in. */
import type { Field, Fields, Name, SchemaOf } from './schema.ts';
/** A record as a condition sees it. */
type Row = Record<string, unknown>;
/** Whether a record satisfies a condition; `undefined` where only the server can tell. */
export type Test = (row: Row) => boolean | undefined;
/** A finished condition. */
export declare class Condition {
    readonly text: string;
    readonly test: Test;
    constructor(text: string, test?: Test);
}
/** A piece of the filter language that is used as it is. */
declare class Raw {
    readonly text: string;
    constructor(text: string);
}
/** What a filter can compare with. */
export type Scalar = string | number | boolean | Date | null;
/** A value, another field, or a piece of the language from {@link raw}. */
export type Operand<T> = Comparable<T> | Field<unknown> | Raw;
type Comparable<T> = unknown extends T ? Scalar : T extends string ? T | Date | null : T extends Scalar ? T | null : never;
/**
 * A piece of the filter language as it is: a macro, a function, an arithmetic of dates. Never put input of people into it.
 *
 * @example
 * const today = await luge.from('posts').where((p) => gte(p.created, raw('@todayStart'))).list();
 */
export declare const raw: (text: string) => Raw;
/**
 * A value in the filter language, quoted so that it stays one value whatever it holds.
 *
 * @example
 * const filter = `title = ${quote("it's")}`;
 */
export declare function quote(value: Scalar): string;
/**
 * Puts values into the `{:name}` places of a filter.
 *
 * @example
 * const filter = bind('title ~ {:text} && views > {:least}', { text: 'sled', least: 10 });
 */
export declare function bind(filter: string, values: Record<string, Scalar>): string;
/** The fields of a collection: every property is a path. */
export declare function fields<S extends SchemaOf<S>, C extends Name<S>>(path?: string): Fields<S, C>;
/**
 * A field by its path: for paths that are known only at run time, or that lead into JSON.
 *
 * @example
 * await luge.from('posts').where(gt(field('data.rating.stars'), 3)).list();
 */
export declare const field: (path: string) => Field<unknown>;
/** (Without a schema, strict compilers take every field for one that may be missing.) */
type Compare = <T>(field: Field<T> | undefined, value: Operand<NoInfer<T>>) => Condition;
/**
 * Equal.
 *
 * @example
 * await luge.from('posts').where((p) => eq(p.status, 'live')).list();
 */
export declare const eq: Compare;
/**
 * Not equal.
 *
 * @example
 * await luge.from('posts').where((p) => ne(p.status, 'draft')).list();
 */
export declare const ne: Compare;
/**
 * Greater than.
 *
 * @example
 * await luge.from('posts').where((p) => gt(p.views, 10)).list();
 */
export declare const gt: Compare;
/**
 * Greater than or equal.
 *
 * @example
 * await luge.from('posts').where((p) => gte(p.created, new Date('2026-01-01'))).list();
 */
export declare const gte: Compare;
/**
 * Less than.
 *
 * @example
 * await luge.from('posts').where((p) => lt(p.views, 10)).list();
 */
export declare const lt: Compare;
/**
 * Less than or equal.
 *
 * @example
 * await luge.from('posts').where((p) => lte(p.views, 10)).list();
 */
export declare const lte: Compare;
/**
 * Contains, whatever the case of letters. A `%` in the value stands for any text.
 *
 * @example
 * await luge.from('posts').where((p) => like(p.title, 'log')).list();
 */
export declare const like: Compare;
/**
 * Does not contain.
 *
 * @example
 * await luge.from('posts').where((p) => notLike(p.title, 'draft')).list();
 */
export declare const notLike: Compare;
/**
 * One of several values.
 *
 * @example
 * await luge.from('posts').where((p) => oneOf(p.status, ['live', 'archived'])).list();
 */
export declare function oneOf<T>(field: Field<T> | undefined, values: readonly Operand<NoInfer<T>>[]): Condition;
/**
 * A field that holds several values has this one among them.
 *
 * @example
 * await luge.from('posts').where((p) => has(p.tags, 'rust')).list();
 */
export declare const has: Compare;
/**
 * Where a path leads to several records or values, one that satisfies the comparison is enough (`?=` and the like);
 * without it, all must.
 *
 * @example
 * await luge.from('posts').where((p) => any(like(p.comments_via_post.text, 'great'))).list();
 */
export declare function any(condition: Condition): Condition;
type Maybe = Condition | false | null | undefined;
/**
 * All of the conditions. What is `false`, `null` or `undefined` is left out, so that a condition can depend on something.
 *
 * @example
 * const search = 'sled';
 * await luge.from('posts').where((p) => and(eq(p.status, 'live'), search && like(p.title, search))).list();
 */
export declare const and: (...conditions: (Maybe | '')[]) => Condition;
/**
 * At least one of the conditions.
 *
 * @example
 * await luge.from('posts').where((p) => or(eq(p.status, 'live'), gt(p.views, 100))).list();
 */
export declare const or: (...conditions: (Maybe | '')[]) => Condition;
/**
 * A text in small letters.
 *
 * @example
 * await luge.from('posts').where((p) => eq(lower(p.title), 'hello')).list();
 */
export declare const lower: (field: Field<string>) => Field<string>;
/**
 * The number of values of a field that holds several.
 *
 * @example
 * await luge.from('posts').where((p) => gt(length(p.tags), 2)).list();
 */
export declare const length: (field: Field<unknown>) => Field<number>;
/**
 * Each value of a field that holds several: the comparison must hold for all of them.
 *
 * @example
 * await luge.from('posts').where((p) => like(each(p.tags), 'r%')).list();
 */
export declare const each: <T>(field: Field<T> | undefined) => Field<T>;
export {};
