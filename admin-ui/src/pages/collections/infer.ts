// What fields the columns of a file want to be, and a row's values as those fields.
import type { DraftField, FieldTypeName } from '../../api';
import type { Rows } from './parse-file';

/** One column of the file and the field that it becomes. */
export interface Column {
  source: string;
  name: string;
  type: FieldTypeName;
  include: boolean;
  onlyInt: boolean;
  /** The values of a select. */
  values: string[];
  /** How many rows hold something here. */
  filled: number;
  sample: string;
}

/** Types that a column can become. */
export const COLUMN_TYPES: FieldTypeName[] = [
  'text',
  'number',
  'bool',
  'date',
  'select',
  'email',
  'url',
  'json',
  'editor',
];

const MOST_CHOICES = 12;
const RESERVED = /^(id|collectionid|collectionname|expand|null|true|false)$/i;

/** Looks at every value: a type is only taken when all of them have it. */
export function inferColumns({ columns, rows }: Rows): Column[] {
  const taken = new Set<string>();
  return columns.map((source) => {
    const values = rows
      .map((row) => row[source])
      .filter((value) => value !== null && value !== undefined && value !== '');
    const type = typeOf(values);
    return {
      source,
      name: freeName(source, taken),
      type,
      include: true,
      onlyInt: type === 'number' && values.every((value) => Number.isInteger(Number(value))),
      values: distinct(values),
      filled: values.length,
      sample: values.length > 0 ? textOf(values[0]).slice(0, 80) : '',
    };
  });
}

function freeName(source: string, taken: Set<string>): string {
  const plain = source
    .normalize('NFKD')
    .replace(/[^\w]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/_{2,}/g, '_');
  const base = !plain || RESERVED.test(plain) || /^\d/.test(plain) ? `field_${plain || taken.size + 1}` : plain;
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${base}_${n}`;
  taken.add(name.toLowerCase());
  return name;
}

function typeOf(values: unknown[]): FieldTypeName {
  if (values.length === 0) return 'text';
  const every = (test: (value: unknown) => boolean) => values.every(test);
  if (every((value) => typeof value === 'boolean' || /^(true|false|yes|no)$/i.test(String(value)))) return 'bool';
  // Digits with a leading zero are codes, not numbers.
  if (
    every(
      (value) =>
        typeof value === 'number' ||
        (typeof value === 'string' && /^-?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]?\d+)?$/i.test(value.trim())),
    )
  )
    return 'number';
  if (every((value) => typeof value === 'object')) return 'json';
  if (!every((value) => typeof value === 'string'))
    return values.some((value) => typeof value === 'object') ? 'json' : 'text';
  const texts = values as string[];
  if (texts.every(isDate)) return 'date';
  if (texts.every((text) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text))) return 'email';
  if (texts.every((text) => /^https?:\/\/\S+$/i.test(text))) return 'url';
  const choices = distinct(texts);
  // Few values that come again and again are choices.
  if (
    choices.length <= MOST_CHOICES &&
    texts.length >= choices.length * 5 &&
    choices.every((choice) => choice.length <= 40)
  )
    return 'select';
  return 'text';
}

function isDate(text: string): boolean {
  const known =
    /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ||
    /^[A-Z][a-z]{2} \d{1,2},? \d{4}$/.test(text);
  return known && !Number.isNaN(Date.parse(text));
}

function distinct(values: unknown[]): string[] {
  const found = new Set<string>();
  for (const value of values) {
    found.add(textOf(value));
    if (found.size > MOST_CHOICES) break;
  }
  return [...found];
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A column as a field of the new collection. */
export function fieldOf(column: Column): DraftField {
  const { name, type } = column;
  if (type === 'select') return { name, type, maxSelect: 1, values: column.values };
  if (type === 'number') return { name, type, onlyInt: column.onlyInt };
  // 0 stands for the server's own limit of 5000; imported texts may be longer.
  return type === 'text' ? { name, type, max: 100_000 } : { name, type };
}

/** A row as the body of a record. */
export function bodyOf(row: Record<string, unknown>, columns: Column[]): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const column of columns) if (column.include) body[column.name] = converted(row[column.source], column.type);
  return body;
}

function converted(value: unknown, type: FieldTypeName): unknown {
  if (value === null || value === undefined || value === '') return type === 'json' ? null : '';
  if (type === 'bool') return /^(true|yes|1)$/i.test(String(value));
  if (type === 'number') return Number(value);
  if (type === 'json') return value;
  if (type === 'date') {
    const at = new Date(textOf(value));
    return Number.isNaN(at.getTime()) ? '' : at.toISOString();
  }
  return textOf(value);
}
