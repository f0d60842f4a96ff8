// What differs between two states of a record: shown before saving, in the history, and sent as the change.
import { isSecret, kindOf, valueText } from '../../fields';
import { type Collection, type Field, type Json, type RecordData, sameValue } from '../../fields/model';

export interface Difference {
  field: Field;
  from: string;
  to: string;
}

/** The fields that the edited state changes, with what to send. A password counts only when it was typed. */
export function changesOf(
  collection: Collection,
  stored: RecordData | undefined,
  edited: RecordData,
): Record<string, Json> {
  const patch: Record<string, Json> = {};
  for (const field of collection.fields) {
    const value = edited[field.name];
    if (value === undefined || field.type === 'autodate') continue;
    if (isSecret(field)) {
      if (field.type === 'password' && value !== '') patch[field.name] = value;
      continue;
    }
    const before = stored ? stored[field.name] : kindOf(field).empty(field);
    if (!sameValue(before, value)) patch[field.name] = value;
  }
  return patch;
}

export function differences(
  collection: Collection,
  stored: RecordData | undefined,
  patch: Record<string, Json>,
): Difference[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const field = collection.fields.find((f) => f.name === name);
    if (!field) return [];
    if (isSecret(field)) return [{ field, from: '••••••', to: '(new password)' }];
    return [{ field, from: stored ? valueText(field, stored[name]) : '', to: valueText(field, value) }];
  });
}

/** What a deleted record needs to be created again: everything that was stored, under the same id. */
export function restorable(collection: Collection, record: RecordData): Record<string, Json> {
  const body: Record<string, Json> = {};
  for (const field of collection.fields) {
    const value = record[field.name];
    if (value !== undefined && field.type !== 'autodate' && !isSecret(field)) body[field.name] = value;
  }
  return body;
}
