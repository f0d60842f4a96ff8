// What a plugin may reach, as a list with a picture each.
import { Badge, Text } from '@mantine/core';
import {
  IconClock,
  IconFile,
  IconKey,
  IconMail,
  IconPencil,
  IconRoute,
  IconTable,
  IconTerminal2,
  IconWorld,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Statement } from './permissions';
import classes from './plugins.module.css';

const ICONS: Record<Statement['key'], TablerIcon> = {
  network: IconWorld,
  read: IconTable,
  write: IconPencil,
  routes: IconRoute,
  secrets: IconKey,
  env: IconTerminal2,
  mail: IconMail,
  cron: IconClock,
  files: IconFile,
};

export function Reach({ list, none }: { list: Statement[]; none: string }) {
  if (list.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    );
  return (
    <ul className={classes.reach}>
      {list.map(({ key, says, items }) => {
        const Icon = ICONS[key];
        return (
          <li key={key}>
            <Icon size={17} stroke={1.7} aria-hidden />
            <div>
              {says}
              {items.length > 0 && ' '}
              {items.map((item) => (
                <Badge key={item} color="gray" className={classes.item}>
                  {item}
                </Badge>
              ))}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
