// The types of a field as the dashboard shows them: one row each, in the order of the menu.
import {
  IconAlignLeft,
  IconAt,
  IconBraces,
  IconCalendar,
  IconCalendarBolt,
  IconFileText,
  IconHash,
  IconKey,
  IconLink,
  IconListCheck,
  IconMapPin,
  IconPaperclip,
  IconRelationOneToMany,
  IconToggleLeft,
  type TablerIcon,
} from '@tabler/icons-react';
import type { FieldTypeName } from '../api';

export interface FieldKind {
  type: FieldTypeName;
  label: string;
  icon: TablerIcon;
  /** What it holds, for the menu. */
  note: string;
}

export const FIELD_KINDS: FieldKind[] = [
  { type: 'text', label: 'Text', icon: IconAlignLeft, note: 'A line or a paragraph' },
  { type: 'editor', label: 'Rich text', icon: IconFileText, note: 'Formatted text as HTML' },
  { type: 'number', label: 'Number', icon: IconHash, note: 'Whole or with decimals' },
  { type: 'bool', label: 'Yes or no', icon: IconToggleLeft, note: 'A switch' },
  { type: 'select', label: 'Select', icon: IconListCheck, note: 'One or several of fixed values' },
  { type: 'relation', label: 'Relation', icon: IconRelationOneToMany, note: 'Records of another collection' },
  { type: 'date', label: 'Date', icon: IconCalendar, note: 'A moment, in UTC' },
  { type: 'autodate', label: 'Auto date', icon: IconCalendarBolt, note: 'Set when created or changed' },
  { type: 'email', label: 'Email', icon: IconAt, note: 'A checked address' },
  { type: 'url', label: 'URL', icon: IconLink, note: 'A checked web address' },
  { type: 'file', label: 'File', icon: IconPaperclip, note: 'Uploads and images' },
  { type: 'json', label: 'JSON', icon: IconBraces, note: 'Any structure' },
  { type: 'geoPoint', label: 'Geo point', icon: IconMapPin, note: 'Longitude and latitude' },
  { type: 'password', label: 'Password', icon: IconKey, note: 'Stored as a hash, never shown' },
];

const BY_TYPE = new Map(FIELD_KINDS.map((kind) => [kind.type, kind]));

/** The row of a type. */
export function fieldKind(type: FieldTypeName): FieldKind {
  return BY_TYPE.get(type) ?? { type, label: type, icon: IconAlignLeft, note: '' };
}
