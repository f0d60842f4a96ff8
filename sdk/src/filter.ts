/** The filter language: typed conditions, and values that can never end the text they stand in. */

import type { Field, Fields, Name, SchemaOf } from './schema.ts';

const PATH = Symbol('path');

/** A record as a condition sees it. */
type Row = Record<string, unknown>;

/** Whether a record satisfies a condition; `undefined` where only the server can tell. */
export type Test = (row: Row) => boolean | undefined;

/** A finished condition. */
export class Condition {
  constructor(
    readonly text: string,
    readonly test: Test = () => undefined,
  ) {}
}

/** A piece of the filter language that is used as it is. */
class Raw {
  constructor(readonly text: string) {}
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
export const raw = (text: string): Raw => new Raw(text);

/**
 * A value in the filter language, quoted so that it stays one value whatever it holds.
 *
 * @example
 * const filter = `title = ${quote("it's")}`;
 */
export function quote(value: Scalar): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return decimal(value);
  if (value instanceof Date) return `'${value.toISOString().replace('T', ' ')}'`;
  return `'${String(value).replace(/[\\']/g, '\\$&')}'`;
}

/** A number without an exponent: the language knows none. */
function decimal(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be compared with.`);
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20, maximumSignificantDigits: 21 });
}

/**
 * Puts values into the `{:name}` places of a filter.
 *
 * @example
 * const filter = bind('title ~ {:text} && views > {:least}', { text: 'sled', least: 10 });
 */
export function bind(filter: string, values: Record<string, Scalar>): string {
  return filter.replace(/\{:(\w+)\}/g, (place, name: string) => {
    if (!Object.hasOwn(values, name)) throw new TypeError(`The filter asks for ${place}, which was not given.`);
    return quote(values[name] as Scalar);
  });
}

/** The fields of a collection: every property is a path. */
export function fields<S extends SchemaOf<S>, C extends Name<S>>(path = ''): Fields<S, C> {
  return new Proxy({} as never, {
    get: (_, name) => (name === PATH ? path : fields(path ? `${path}.${String(name)}` : String(name))),
  });
}

/**
 * A field by its path: for paths that are known only at run time, or that lead into JSON.
 *
 * @example
 * await luge.from('posts').where(gt(field('data.rating.stars'), 3)).list();
 */
export const field = (path: string): Field<unknown> => fields<never, never>(path);

function text(operand: unknown): string {
  if (operand instanceof Raw || operand instanceof Condition) return operand.text;
  const path =
    typeof operand === 'object' && operand !== null && !(operand instanceof Date)
      ? (operand as { [PATH]?: string })[PATH]
      : undefined;
  return path ?? quote(operand as Scalar);
}

/** (Without a schema, strict compilers take every field for one that may be missing.) */
type Compare = <T>(field: Field<T> | undefined, value: Operand<NoInfer<T>>) => Condition;

type Search = (field: Field<unknown> | undefined, value: string | Field<unknown> | Raw) => Condition;

const operator =
  (sign: string, holds?: (order: number) => boolean): Compare =>
  (field, value) =>
    new Condition(`${text(field)} ${sign} ${text(value)}`, holds && ((row) => compared(row, text(field), value, holds)));

/** A comparison of a record's own field with a value, as far as a client can make it. */
function compared(row: Row, path: string, value: unknown, holds: (order: number) => boolean): boolean | undefined {
  const have = row[path] ?? '';
  const want = value instanceof Date ? quote(value).slice(1, -1) : (value ?? '');
  // The order of texts is left to the server; whether they are equal is not.
  if (!/^\w+$/.test(path) || typeof have !== typeof want || typeof have === 'object') return undefined;
  if (have === want) return holds(0);
  const [below, above] = [holds(-1), holds(1)];
  if (below === above) return below;
  return typeof have === 'string' && !(value instanceof Date) ? undefined : have < (want as typeof have) ? below : above;
}

/**
 * Equal.
 *
 * @example
 * await luge.from('posts').where((p) => eq(p.status, 'live')).list();
 */
export const eq: Compare = operator('=', (o) => o === 0);

/**
 * Not equal.
 *
 * @example
 * await luge.from('posts').where((p) => ne(p.status, 'draft')).list();
 */
export const ne: Compare = operator('!=', (o) => o !== 0);

/**
 * Greater than.
 *
 * @example
 * await luge.from('posts').where((p) => gt(p.views, 10)).list();
 */
export const gt: Compare = operator('>', (o) => o > 0);

/**
 * Greater than or equal.
 *
 * @example
 * await luge.from('posts').where((p) => gte(p.created, new Date('2026-01-01'))).list();
 */
export const gte: Compare = operator('>=', (o) => o >= 0);

/**
 * Less than.
 *
 * @example
 * await luge.from('posts').where((p) => lt(p.views, 10)).list();
 */
export const lt: Compare = operator('<', (o) => o < 0);

/**
 * Less than or equal.
 *
 * @example
 * await luge.from('posts').where((p) => lte(p.views, 10)).list();
 */
export const lte: Compare = operator('<=', (o) => o <= 0);

/**
 * Contains, whatever the case of letters. A `%` in the value stands for any text.
 *
 * @example
 * await luge.from('posts').where((p) => like(p.title, 'log')).list();
 */
export const like: Search = operator('~');

/**
 * Does not contain.
 *
 * @example
 * await luge.from('posts').where((p) => notLike(p.title, 'draft')).list();
 */
export const notLike: Search = operator('!~');

/**
 * One of several values.
 *
 * @example
 * await luge.from('posts').where((p) => oneOf(p.status, ['live', 'archived'])).list();
 */
export function oneOf<T>(field: Field<T> | undefined, values: readonly Operand<NoInfer<T>>[]): Condition {
  // No value, no match: `id` is never empty.
  return values.length ? or(...values.map((value) => eq(field, value))) : new Condition("id = ''", () => false);
}

/**
 * A field that holds several values has this one among them.
 *
 * @example
 * await luge.from('posts').where((p) => has(p.tags, 'rust')).list();
 */
export const has: Compare = (field, value) => any(eq(each(field), value));

/**
 * Where a path leads to several records or values, one that satisfies the comparison is enough (`?=` and the like);
 * without it, all must.
 *
 * @example
 * await luge.from('posts').where((p) => any(like(p.comments_via_post.text, 'great'))).list();
 */
export function any(condition: Condition): Condition {
  const sign = /^(\S+ )([=!<>~]+ )/;
  if (!sign.test(condition.text)) throw new TypeError('any() takes one comparison, such as any(eq(p.tags, "x")).');
  return new Condition(condition.text.replace(sign, '$1?$2'));
}

type Maybe = Condition | false | null | undefined;

const join =
  (sign: string, empty: string, stop: boolean) =>
  (...conditions: Maybe[]): Condition => {
    const parts = conditions.filter((c): c is Condition => c instanceof Condition);
    if (parts.length < 2) return parts[0] ?? new Condition(empty, () => !stop);
    // One part can decide; what is unknown leaves the whole unknown, unless another part decides.
    const test = (row: Row) => {
      const results = parts.map((part) => part.test(row));
      return results.includes(stop) ? stop : results.includes(undefined) ? undefined : !stop;
    };
    return new Condition(`(${parts.map((c) => c.text).join(` ${sign} `)})`, test);
  };

/**
 * All of the conditions. What is `false`, `null` or `undefined` is left out, so that a condition can depend on something.
 *
 * @example
 * const search = 'sled';
 * await luge.from('posts').where((p) => and(eq(p.status, 'live'), search && like(p.title, search))).list();
 */
export const and: (...conditions: (Maybe | '')[]) => Condition = join('&&', "id != ''", false) as never;

/**
 * At least one of the conditions.
 *
 * @example
 * await luge.from('posts').where((p) => or(eq(p.status, 'live'), gt(p.views, 100))).list();
 */
export const or: (...conditions: (Maybe | '')[]) => Condition = join('||', "id = ''", true) as never;

const modifier = (name: string) => (field: Field<unknown>) => fields<never, never>(`${text(field)}:${name}`) as Field<never>;

/**
 * A text in small letters.
 *
 * @example
 * await luge.from('posts').where((p) => eq(lower(p.title), 'hello')).list();
 */
export const lower = modifier('lower') as (field: Field<string>) => Field<string>;

/**
 * The number of values of a field that holds several.
 *
 * @example
 * await luge.from('posts').where((p) => gt(length(p.tags), 2)).list();
 */
export const length = modifier('length') as (field: Field<unknown>) => Field<number>;

/**
 * Each value of a field that holds several: the comparison must hold for all of them.
 *
 * @example
 * await luge.from('posts').where((p) => like(each(p.tags), 'r%')).list();
 */
export const each = modifier('each') as <T>(field: Field<T> | undefined) => Field<T>;
