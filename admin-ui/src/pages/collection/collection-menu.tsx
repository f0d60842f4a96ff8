// What can be done with a whole collection: rename, duplicate, empty, delete; each says first what follows.
import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconEraser, IconJson, IconPencil, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type Collection, collections, preview, records } from '../../api';
import { collectionsQuery, useCollections } from '../../api/queries';
import { queries } from '../../app/queries';
import { confirm, format, toast } from '../../parts';
import { ask } from '../../parts/ask';
import { copyOf } from './copy';
import { reviewChange } from './review';

export function CollectionMenu({ collection }: { collection: Collection }) {
  const all = useCollections();
  const navigate = useNavigate();
  const open = (name: string) => navigate({ to: '/c/$collection/fields', params: { collection: name } });
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['collections'] }),
      queries.invalidateQueries({ queryKey: ['records'] }),
      queries.invalidateQueries({ queryKey: ['count'] }),
    ]);
  const taken = (name: string) =>
    all.some((each) => each.id !== collection.id && each.name.toLowerCase() === name.toLowerCase());
  const wrong = (name: string) =>
    !/^\w+$/.test(name) ? 'Letters, digits and _ only.' : taken(name) ? 'There is a collection with this name.' : '';

  const rename = () =>
    ask({
      title: `Rename ${collection.name}`,
      label: 'New name',
      value: collection.name,
      action: 'Review',
      check: (name) => wrong(name) || (name === collection.name ? ' ' : ''),
      run: (name) =>
        reviewChange({
          collection: collection.name,
          change: { name },
          done: async (saved) => void (await open(saved)),
        }),
    });

  const duplicate = () =>
    ask({
      title: `Duplicate ${collection.name}`,
      label: 'Name of the copy',
      note: 'Fields, indexes and rules are copied; records are not.',
      value: `${collection.name}_copy`,
      action: 'Duplicate',
      check: (name) => (name === collection.name ? 'There is a collection with this name.' : wrong(name)),
      run: async (name) => {
        const made = await collections.create(copyOf(collection, name));
        await refresh();
        toast.done(`${made.name} was created.`);
        await open(made.name);
      },
    });

  return (
    <Menu position="bottom-end" width={210} shadow="md">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`Actions for ${collection.name}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} />} onClick={rename} disabled={collection.system}>
          Rename…
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={duplicate} disabled={collection.system}>
          Duplicate…
        </Menu.Item>
        <Menu.Item leftSection={<IconJson size={15} />} onClick={() => copyJson(collection)}>
          Copy as JSON
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconEraser size={15} />}
          onClick={() => truncate(collection, all, refresh)}
          disabled={collection.type === 'view' || collection.system}
        >
          Delete all records…
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={15} />}
          onClick={() => remove(collection, all, refresh, () => navigate({ to: '/collections' }))}
          disabled={collection.system}
        >
          Delete the collection…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function copyJson(collection: Collection): Promise<void> {
  await navigator.clipboard.writeText(JSON.stringify(collection, null, 2));
  toast.done(`${collection.name} is in the clipboard as JSON.`);
}

/** Fields of other collections that point here. */
function pointers(collection: Collection, all: Collection[]) {
  return all.flatMap((other) =>
    other.fields
      .filter((field) => field.type === 'relation' && field.collectionId === collection.id)
      .map((field) => ({
        where: `${other.name}.${field.name}`,
        cascades: field.cascadeDelete === true,
        outside: other.id !== collection.id,
      })),
  );
}

async function truncate(collection: Collection, all: Collection[], refresh: () => Promise<unknown>): Promise<void> {
  const amount = await records.count(collection.name).catch(() => null);
  const followers = pointers(collection, all).map(({ where, cascades }) =>
    cascades ? `Records that point here by ${where} are deleted as well.` : `${where} loses its values.`,
  );
  confirm({
    title: `Delete all records of ${collection.name}?`,
    consequences: [
      amount === null
        ? 'All its records are deleted.'
        : `${format.plural(amount, 'record is', 'records are')} deleted.`,
      ...followers,
      'The collection, its fields and rules stay.',
      'This cannot be undone.',
    ],
    action: 'Delete all records',
    danger: true,
    type: collection.name,
    run: async () => {
      try {
        await collections.truncate(collection.name);
        await refresh();
        toast.done(`${collection.name} is empty now.`);
      } catch (error) {
        toast.failed(error);
      }
    },
  });
}

async function remove(
  collection: Collection,
  all: Collection[],
  refresh: () => Promise<unknown>,
  leave: () => Promise<void>,
): Promise<void> {
  const told = await preview({ collection: collection.name, delete: true }).catch(() => null);
  if (told?.error) return toast.failed(new Error(told.error.message));
  const lost = told?.collections[0]?.recordsLost ?? (await records.count(collection.name).catch(() => 0));
  const blockers = pointers(collection, all).filter((pointer) => pointer.outside);
  confirm({
    title: `Delete ${collection.name}?`,
    consequences: [
      `The collection is deleted with its fields, rules and ${format.plural(lost, 'record')}.`,
      'Apps that use its API get 404 from then on.',
      ...blockers.map(({ where }) => `${where} points here: delete that field first, or this will be refused.`),
      'This cannot be undone.',
    ],
    action: 'Delete the collection',
    danger: true,
    type: collection.name,
    run: async () => {
      try {
        await collections.remove(collection.name);
        // Nothing may ask for it any more: it goes from the cache before another page shows the list.
        queries.setQueryData(collectionsQuery.queryKey, (known) => known?.filter((each) => each.id !== collection.id));
        queries.removeQueries({ queryKey: ['count', collection.name] });
        await leave();
        await refresh();
        toast.done(`${collection.name} was deleted.`);
      } catch (error) {
        toast.failed(error);
      }
    },
  });
}
