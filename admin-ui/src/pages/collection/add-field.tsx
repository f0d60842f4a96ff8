import { Button, Menu, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { FieldTypeName } from '../../api';
import { FIELD_KINDS } from '../../parts';
import classes from './add-field.module.css';

/** Chooses the type of a new field. */
export function AddField({ add }: { add: (type: FieldTypeName) => void }) {
  return (
    <Menu position="bottom-end" width={460} shadow="md" classNames={{ dropdown: classes.menu }}>
      <Menu.Target>
        <Button size="xs" leftSection={<IconPlus size={15} />}>
          Add field
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.grid}>
          {FIELD_KINDS.map((kind) => (
            <Menu.Item key={kind.type} leftSection={<kind.icon size={17} />} onClick={() => add(kind.type)}>
              <Text size="sm" fw={560}>
                {kind.label}
              </Text>
              <Text size="xs" c="dimmed">
                {kind.note}
              </Text>
            </Menu.Item>
          ))}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}
