// What a pasted line means for a record: a value per column, or why it does not fit.
import { kindOf } from '../../fields';
import type { Collection, Json, RecordData } from '../../fields/model';
import { restorable } from './diff';
import type { Column } from './grid/columns';

export interface Pasted {
  change: Record<string, Json>;
  problems: Record<string, string>;
}

export function pasted(line: string[], columns: Column[]): Pasted {
  const found: Pasted = { change: {}, problems: {} };
  line.forEach((text, i) => {
    const field = columns[i]?.field;
    if (!field || field.primaryKey || field.type === 'autodate') return;
    const kind = kindOf(field);
    const parsed = kind.parse(text, field);
    const wrong = parsed.ok ? kind.check?.(parsed.value, field) : parsed.problem;
    if (parsed.ok && wrong === undefined) found.change[field.name] = parsed.value;
    else found.problems[field.name] = wrong ?? 'This does not fit.';
  });
  return found;
}

/** The body that brings a deleted record back. A password cannot be read, so an account gets one that nobody knows. */
export function revived(collection: Collection, record: RecordData): Record<string, Json> {
  const body = restorable(collection, record);
  if (collection.type !== 'auth') return body;
  const password = `${crypto.randomUUID()}${crypto.randomUUID()}`.slice(0, 60);
  return { ...body, password, passwordConfirm: password };
}
