// Plausible values for a collection: what every example on its page is made of.
import { kindOf } from '../../fields';
import type { Collection, Field, Json } from '../../fields/model';

export const ID = 'RECORD_ID';

const NUMBERLESS = ['file', 'autodate'];

/** The fields that a client sends when it creates a record. */
export function writable(collection: Collection): Field[] {
  const guarded = ['tokenKey', 'verified', 'emailVisibility'];
  return collection.fields.filter(
    (f) => !f.primaryKey && !NUMBERLESS.includes(f.type) && !(f.system && guarded.includes(f.name)) && !f.hidden,
  );
}

export function newBody(collection: Collection): Record<string, Json> {
  const body: Record<string, Json> = {};
  for (const field of writable(collection)) body[field.name] = kindOf(field).example(field);
  if (collection.type !== 'auth') return body;
  return {
    email: body.email ?? 'ada@example.com',
    password: 'a-long-secret',
    passwordConfirm: 'a-long-secret',
    ...body,
  };
}

/** A change of one field, the first that says something. */
export function changeBody(collection: Collection): Record<string, Json> {
  const fields = writable(collection).filter((f) => f.type !== 'password' && f.type !== 'email');
  const field = fields.find((f) => f.type === 'text' || f.type === 'select' || f.type === 'bool') ?? fields[0];
  return field ? { [field.name]: kindOf(field).example(field) } : {};
}

export interface Comparison {
  field: string;
  operator: '=' | '>' | '~';
  value: string | number | boolean;
}

/** A filter that most would write first. */
export function comparison(collection: Collection): Comparison {
  const find = (type: string) => collection.fields.find((f) => f.type === type && !f.primaryKey && !f.hidden);
  const select = find('select');
  if (select?.values?.[0] !== undefined) return { field: select.name, operator: '=', value: select.values[0] };
  const bool = find('bool');
  if (bool && !bool.system) return { field: bool.name, operator: '=', value: true };
  const number = find('number');
  if (number) return { field: number.name, operator: '>', value: 10 };
  const text = find('text');
  return text ? { field: text.name, operator: '~', value: 'a' } : { field: 'id', operator: '=', value: ID };
}

export const filterText = ({ field, operator, value }: Comparison) =>
  `${field} ${operator} ${typeof value === 'string' ? `'${value}'` : value}`;

/** The order that shows the newest first, where the collection knows when records were made. */
export function sortKey(collection: Collection): string | undefined {
  return collection.fields.find((f) => f.type === 'autodate' && f.onCreate)?.name;
}

export const relations = (collection: Collection) =>
  collection.fields.filter((f) => f.type === 'relation').map((f) => f.name);

/** A record as the server answers it. */
export function sample(collection: Collection): Record<string, Json> {
  const record: Record<string, Json> = { collectionId: collection.id, collectionName: collection.name, id: ID };
  for (const field of collection.fields) {
    if (field.hidden || field.type === 'password' || field.primaryKey) continue;
    record[field.name] = kindOf(field).example(field);
  }
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
