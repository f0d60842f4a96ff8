/** The order of a live result, kept by the client as the server would. */

import type { RecordBase } from '../schema.ts';

/** Any record, to be asked for fields by name. */
export type Row = RecordBase & Record<string, unknown>;

interface Key {
  name: string;
  sign: 1 | -1;
}

/** How records stand to each other. `keys` is `undefined` when only the server can tell. */
export interface Order {
  /** The fields that are compared. */
  names: string[];
  /** Compares by the fields alone; `NaN` when these two cannot be compared here. */
  byKeys(a: Row, b: Row): number;
  /** The same, and equal ones by id: no two records are equal. */
  total(a: Row, b: Row): number;
}

/** The order of a `sort`; `undefined` when it needs what a record does not hold: other records, chance, creation. */
export function orderOf(sort: string): Order | undefined {
  const keys = sort.split(',').map((text): Key => {
    const name = text.trim().replace(/^[-+]/, '');
    return { name, sign: text.trim().startsWith('-') ? -1 : 1 };
  });
  if (!keys.every((key) => /^\w+$/.test(key.name))) return undefined;
  const byKeys = (a: Row, b: Row) => {
    for (const { name, sign } of keys) {
      const order = compare(a[name], b[name]);
      if (order !== 0) return order * sign;
    }
    return 0;
  };
  return { names: keys.map((key) => key.name), byKeys, total: (a, b) => byKeys(a, b) || compare(a.id, b.id) };
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (typeof a !== typeof b) return NaN;
  if (typeof a === 'string') return compareTexts(a, b as string);
  if (typeof a === 'number' || typeof a === 'boolean') return a < (b as number | boolean) ? -1 : 1;
  return NaN;
}

/** As the server compares: by code points. JavaScript's `<` compares halves of them. */
function compareTexts(a: string, b: string): number {
  let i = 0;
  while (a[i] === b[i]) i++;
  // In the middle of a pair the whole characters are compared.
  if (i > 0 && isLow(a.charCodeAt(i)) && isLow(b.charCodeAt(i))) i--;
  const [x, y] = [a.codePointAt(i) ?? -1, b.codePointAt(i) ?? -1];
  return x < y ? -1 : 1;
}

const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
