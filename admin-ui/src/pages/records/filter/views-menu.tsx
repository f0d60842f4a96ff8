// Views: a filter and an order under a name.
import { ActionIcon, Button, Group, Menu, TextInput, Tooltip } from '@mantine/core';
import { IconBookmark, IconBookmarkFilled, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Collection } from '../../../fields/model';
import { toast } from '../../../parts';
import { saveViews, type View, views } from './saved';

interface Props {
  collection: Collection;
  filter: string;
  sort: string;
  apply: (view: { filter: string; sort: string }) => void;
}

export function ViewsMenu({ collection, filter, sort, apply }: Props) {
  const [all, setAll] = useState(() => views(collection));
  const [name, setName] = useState('');
  const current = all.find((view) => view.filter === filter && view.sort === sort);
  const keep = (next: View[]) => {
    setAll(next);
    saveViews(collection, next);
  };
  const save = () => {
    const title = name.trim();
    if (title === '') return;
    keep([...all.filter((view) => view.name !== title), { name: title, filter, sort }]);
    setName('');
    toast.done(`Saved the view “${title}”.`);
  };
  const Icon = current ? IconBookmarkFilled : IconBookmark;
  return (
    <Menu position="bottom-end" withinPortal width={280} closeOnItemClick trapFocus={false}>
      <Menu.Target>
        <Tooltip label={current ? `View: ${current.name}` : 'Saved views'}>
          <ActionIcon size={34} variant="default" aria-label="Saved views">
            <Icon size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {all.length === 0 && <Menu.Label>No saved views yet</Menu.Label>}
        {all.map((view) => (
          <Group key={view.name} gap={2} wrap="nowrap">
            <Menu.Item flex={1} onClick={() => apply({ filter: view.filter, sort: view.sort })}>
              {view.name}
            </Menu.Item>
            <ActionIcon
              size="sm"
              aria-label={`Delete the view ${view.name}`}
              onClick={() => keep(all.filter((v) => v !== view))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Menu.Divider />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Group gap={6} p={6} wrap="nowrap">
            <TextInput
              size="xs"
              flex={1}
              aria-label="Name of the view"
              placeholder="Name for this filter and order"
              value={name}
              onKeyDown={(event) => event.stopPropagation()}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button size="compact-xs" type="submit" disabled={name.trim() === ''}>
              Save
            </Button>
          </Group>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
