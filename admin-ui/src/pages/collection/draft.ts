// A collection while it is edited: fields with keys of their own, and what changed against the stored one.
import type { Collection, CollectionDraft, DraftField, Field, FieldTypeName } from '../../api';
import { blank } from './field-options';
import { readIndex } from './index-sql';

/** A field in the editor: `key` stays the same while its name changes; a new one has no id yet. */
export type EditedField = Partial<Field> & { key: string; name: string; type: FieldTypeName };

export interface Draft {
  fields: EditedField[];
  indexes: string[];
}

export function draftOf(collection: Collection): Draft {
  return {
    fields: collection.fields.map((field) => ({ ...field, key: field.id })),
    indexes: collection.indexes,
  };
}

let made = 0;

/** A new field with a free name. */
export function newField(type: FieldTypeName, fields: EditedField[]): EditedField {
  made += 1;
  const used = new Set(fields.map((field) => field.name.toLowerCase()));
  const base = type === 'geoPoint' ? 'location' : type === 'bool' ? 'active' : type;
  let name = base;
  for (let n = 2; used.has(name.toLowerCase()); n += 1) name = `${base}${n}`;
  return { key: `new-${made}`, name, type, ...blank(type) };
}

/** A copy of a field beside it. */
export function copyField(field: EditedField, fields: EditedField[]): EditedField {
  const { id: _id, system: _system, primaryKey: _primary, ...rest } = field;
  return {
    ...rest,
    ...{ key: newField(field.type, fields).key },
    name: newField(field.type, [...fields, { ...field, name: field.type }]).name,
  };
}

/** The body of the request that makes the stored collection into the draft. */
export function changeOf(draft: Draft, stored: Collection): CollectionDraft {
  return {
    fields: draft.fields.map(({ key: _key, ...field }): DraftField => field),
    indexes: followed(draft, stored),
  };
}

/** Indexes follow the fields: a renamed one is renamed in them, and with a deleted one they go. */
function followed({ fields, indexes }: Draft, stored: Collection): string[] {
  const now = new Map(fields.map((field) => [field.id, field.name]));
  const gone = stored.fields.filter((field) => !now.has(field.id)).map((field) => field.name);
  const renamed = stored.fields.filter((field) => (now.get(field.id) ?? field.name) !== field.name);
  return indexes
    .filter((sql) => !readIndex(sql).columns.some((column) => gone.includes(column)))
    .map((sql) =>
      renamed.reduce(
        (text, field) => text.replaceAll(`\`${field.name}\``, `\`${now.get(field.id) ?? field.name}\``),
        sql,
      ),
    );
}

export function sameAs(draft: Draft, collection: Collection): boolean {
  return JSON.stringify(draft) === JSON.stringify(draftOf(collection));
}

/** The first thing that keeps a draft from being sent, by key of the field. */
export function problems(fields: EditedField[]): Map<string, string> {
  const found = new Map<string, string>();
  const names = new Map<string, string>();
  for (const field of fields) {
    const lower = field.name.toLowerCase();
    if (!/^\w+$/.test(field.name)) found.set(field.key, 'Letters, digits and _ only.');
    else if (names.has(lower)) found.set(field.key, 'There is another field with this name.');
    else if (field.type === 'select' && (field.values ?? []).length === 0)
      found.set(field.key, 'A select needs values.');
    else if (field.type === 'relation' && !field.collectionId)
      found.set(field.key, 'Choose the collection that it points to.');
    else if (field.type === 'autodate' && !field.onCreate && !field.onUpdate)
      found.set(field.key, 'Choose when it is set.');
    names.set(lower, field.key);
  }
  return found;
}
