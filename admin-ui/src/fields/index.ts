// The types of field, one row each: extend here, and in no switch elsewhere.
import { autodate } from './autodate';
import { bool } from './bool';
import { date } from './date';
import { editor } from './editor';
import { email } from './email';
import { file } from './file';
import { geoPoint } from './geo-point';
import { json } from './json';
import type { Kind } from './kind';
import type { Collection, Field, Json, RecordData } from './model';
import { number } from './number';
import { password } from './password';
import { relation } from './relation';
import { select } from './select';
import { text } from './text';
import { url } from './url';

export const KINDS: readonly Kind[] = [
  text,
  editor,
  number,
  bool,
  email,
  url,
  date,
  autodate,
  select,
  file,
  relation,
  json,
  geoPoint,
  password,
];

const byType = new Map(KINDS.map((kind) => [kind.type, kind]));

/** What the dashboard knows about a field; a type that it does not know yet is handled as JSON. */
export function kindOf(field: Field): Kind {
  return byType.get(field.type) ?? json;
}

/** Fields that are never read: they have an editor and no column. */
export const isSecret = (field: Field) =>
  field.type === 'password' || (field.name === 'tokenKey' && field.system === true);

/** The fields with a column, in the collection's order. */
export const columnFields = (collection: Collection) => collection.fields.filter((field) => !isSecret(field));

/** The values of a new record. */
export function emptyRecord(collection: Collection): RecordData {
  const record: RecordData = { id: '' };
  for (const field of collection.fields) if (!isSecret(field)) record[field.name] = kindOf(field).empty(field);
  return record;
}

/** A field's value as one line of text. */
export function valueText(field: Field, value: Json | undefined): string {
  return value === undefined || value === null ? '' : kindOf(field).text(value, field);
}
