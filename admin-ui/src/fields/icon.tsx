// A small sign for each type of field.
import {
  IconAlignLeft,
  IconAt,
  IconBraces,
  IconCalendar,
  IconCalendarBolt,
  IconFile,
  IconHash,
  IconKey,
  IconLetterT,
  IconLink,
  IconListCheck,
  IconLock,
  IconMapPin,
  IconShare2,
  IconToggleLeft,
  type TablerIcon,
} from '@tabler/icons-react';

const ICONS: Record<string, TablerIcon> = {
  id: IconKey,
  text: IconLetterT,
  editor: IconAlignLeft,
  number: IconHash,
  bool: IconToggleLeft,
  email: IconAt,
  url: IconLink,
  date: IconCalendar,
  autodate: IconCalendarBolt,
  select: IconListCheck,
  file: IconFile,
  relation: IconShare2,
  json: IconBraces,
  geoPoint: IconMapPin,
  password: IconLock,
};

export function FieldIcon({
  type,
  className,
  size = 14,
}: {
  type: string;
  className?: string | undefined;
  size?: number;
}) {
  const Icon = ICONS[type] ?? IconBraces;
  return <Icon size={size} stroke={1.8} className={className} aria-hidden />;
}
