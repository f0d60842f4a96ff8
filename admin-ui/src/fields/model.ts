// What a collection's fields and values look like on the wire, as far as editors and the grid care.

import type { Collection, Field } from '../api';

export type { Collection, Field };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A record as the API answers it. */
export interface RecordData {
  id: string;
  collectionId?: string;
  collectionName?: string;
  expand?: { [name: string]: Json };
  [field: string]: Json | undefined;
}

/** Whether a field holds a list of values. */
export function isMultiple(field: Field): boolean {
  const listable = field.type === 'select' || field.type === 'relation' || field.type === 'file';
  return listable && (field.maxSelect ?? 0) > 1;
}

/** A list of texts out of a single or a multiple value. */
export function asList(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.filter((v): v is string => typeof v === 'string' && v !== '');
  return typeof value === 'string' && value !== '' ? [value] : [];
}

/** Whether two values are the same on the wire, whatever the order of their keys. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => sameValue(item, b[i]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameValue(a[key], b[key]));
}

/** The fields that may stand for a record in one line: those marked presentable, else the usual names. */
export function labelFields(collection: Collection): Field[] {
  const marked = collection.fields.filter((f) => f.presentable && !f.hidden);
  if (marked.length > 0) return marked;
  const usual = ['name', 'title', 'username', 'label', 'email', 'slug'];
  for (const name of usual) {
    const found = collection.fields.find((f) => f.name === name && !f.hidden);
    if (found) return [found];
  }
  const text = collection.fields.find((f) => f.type === 'text' && !f.primaryKey && !f.hidden);
  return text ? [text] : [];
}

/** A record in one line. */
export function recordLabel(record: RecordData, collection: Collection | undefined): string {
  const fields = collection ? labelFields(collection) : [];
  const parts = fields.map((f) => plain(record[f.name])).filter((text) => text !== '');
  return parts.length > 0 ? parts.join(' · ') : record.id;
}

/** Any value as one line of text. */
export function plain(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
