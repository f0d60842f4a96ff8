// Values that a field can be compared with, as far as its own definition tells them.
import type { Collection, Field } from '../fields/model';
import type { Option } from './complete';
import { literal } from './tokens';

export function suggestValues(field: Field | undefined, collections: Collection[]): Option[] {
  if (!field) return [];
  if (field.type === 'select') return (field.values ?? []).map((v) => value(literal(v), 'a value of this field'));
  if (field.type === 'bool') return [value('true', 'yes'), value('false', 'no')];
  if (field.type === 'relation') {
    const target = collections.find((c) => c.id === field.collectionId);
    return [value('""', `no record${target ? ` of ${target.name}` : ''}`)];
  }
  if (field.type === 'number') return [value('0', 'zero, also when it was never set')];
  if (field.type === 'json') return [value('null', 'nothing')];
  return [value('""', 'empty')];
}

function value(label: string, detail: string): Option {
  return { label, insert: label, kind: 'value', detail };
}
