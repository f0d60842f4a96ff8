// Every option of every field type, as a table: the editor draws what stands here.
import type { Field, FieldTypeName } from '../../api';

export type OptionKind = 'number' | 'size' | 'text' | 'switch' | 'list' | 'values' | 'collection' | 'multiple' | 'date';

export interface Option {
  key: keyof Field;
  label: string;
  kind: OptionKind;
  help?: string;
  placeholder?: string;
}

const number = (key: keyof Field, label: string, help?: string, placeholder?: string): Option => ({
  key,
  label,
  kind: 'number',
  help,
  placeholder,
});
const text = (key: keyof Field, label: string, help?: string, placeholder?: string): Option => ({
  key,
  label,
  kind: 'text',
  help,
  placeholder,
});
const toggle = (key: keyof Field, label: string, help?: string): Option => ({ key, label, kind: 'switch', help });
const list = (key: keyof Field, label: string, help?: string, placeholder?: string): Option => ({
  key,
  label,
  kind: 'list',
  help,
  placeholder,
});
const size = (label: string, standard: string): Option => ({
  key: 'maxSize',
  label,
  kind: 'size',
  placeholder: standard,
  help: `Empty: ${standard}.`,
});

const DOMAINS: Option[] = [
  list('onlyDomains', 'Only these domains', 'Not together with the next one.', 'example.com'),
  list('exceptDomains', 'All domains but these', undefined, 'spam.example'),
];

/** How many values: one, or several up to a number. */
const AMOUNT: Option = { key: 'maxSelect', label: 'How many', kind: 'multiple' };

const REQUIRED: Record<string, string> = {
  bool: 'The value must be yes',
  number: 'The value must not be 0',
  geoPoint: 'The point must not be 0, 0',
};

export const OPTIONS: Record<FieldTypeName, Option[]> = {
  text: [
    number('min', 'Shortest', 'Characters.'),
    number('max', 'Longest', 'Characters. Empty: 5,000.', '5000'),
    text('pattern', 'Pattern', 'A regular expression for the whole value.', '^[a-z]+$'),
    text('autogeneratePattern', 'Made by pattern', 'Fills the field when it is empty on creation.', '[a-z0-9]{15}'),
  ],
  number: [number('min', 'Least'), number('max', 'Most'), toggle('onlyInt', 'Whole numbers only')],
  bool: [],
  email: DOMAINS,
  url: DOMAINS,
  editor: [size('Largest size', '5 MB'), toggle('convertURLs', 'Remove the domain from links to this server')],
  date: [
    { key: 'min', label: 'Earliest', kind: 'date' },
    { key: 'max', label: 'Latest', kind: 'date' },
  ],
  autodate: [
    toggle('onCreate', 'Set when the record is created'),
    toggle('onUpdate', 'Set when the record is changed'),
  ],
  select: [{ key: 'values', label: 'Values', kind: 'values', help: 'Type one and press Enter.' }, AMOUNT],
  json: [size('Largest size', '1 MB')],
  relation: [
    { key: 'collectionId', label: 'Collection', kind: 'collection', help: 'Cannot be changed afterwards.' },
    AMOUNT,
    number('minSelect', 'At least', 'How many records have to be chosen.'),
    toggle(
      'cascadeDelete',
      'Delete this record with the one it points to',
      'When the last record that it points to is deleted.',
    ),
  ],
  file: [
    AMOUNT,
    size('Largest size of each', '5 MB'),
    list('mimeTypes', 'Types', 'Empty: every type.', 'image/png'),
    list('thumbs', 'Thumbnails', 'Sizes such as 100x100, 300x0 or 0x200f.', '100x100'),
    toggle('protected', 'Protected', 'Only by links with a short-lived token.'),
  ],
  geoPoint: [],
  password: [
    number('min', 'Shortest', 'Characters.', '8'),
    number('max', 'Longest', 'Characters. Empty: 71.', '71'),
    text('pattern', 'Pattern', 'A regular expression for the whole value.'),
  ],
};

/** What `required` means for a type. */
export function requiredHelp(type: FieldTypeName): string {
  return REQUIRED[type] ?? 'The value must not be empty';
}

/** A field's options in a few words, for the row that is closed. */
export function summary(field: Partial<Field>, nameOf: (id: string) => string): string {
  const parts: string[] = [];
  if (field.type === 'relation' && field.collectionId) parts.push(`→ ${nameOf(field.collectionId)}`);
  if (field.type === 'select')
    parts.push((field.values ?? []).slice(0, 4).join(', ') + ((field.values?.length ?? 0) > 4 ? '…' : ''));
  if ((field.maxSelect ?? 0) > 1) parts.push(`up to ${field.maxSelect}`);
  if (field.type === 'autodate')
    parts.push([field.onCreate && 'on creation', field.onUpdate && 'on change'].filter(Boolean).join(' and '));
  if (field.type === 'number' && field.onlyInt) parts.push('whole');
  if (field.min || field.max) parts.push(`${field.min || ''} … ${field.max || ''}`.trim());
  if (field.pattern) parts.push('pattern');
  return parts.filter(Boolean).join(' · ');
}

/** The options that a new field of a type begins with. */
export function blank(type: FieldTypeName): Partial<Field> {
  const maxSelect = 1;
  if (type === 'select') return { values: [], maxSelect };
  if (type === 'relation' || type === 'file') return { maxSelect };
  return type === 'autodate' ? { onCreate: true, onUpdate: false } : {};
}
