// The command palette (Mod+K): every page, every collection, and a few commands.
import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconMoon, IconPlus, IconSearch, IconTable } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useCollections } from '../api/queries';
import { NAV } from './nav';
import { useKeys } from './use-keys';

const icon = { size: 17, stroke: 1.6 } as const;

export function Palette() {
  useKeys();
  return (
    <Spotlight
      shortcut="mod + K"
      actions={useActions()}
      nothingFound="Nothing has such a name."
      highlightQuery
      limit={12}
      scrollable
      maxHeight={440}
      searchProps={{ leftSection: <IconSearch {...icon} />, placeholder: 'Collections, pages, commands…' }}
    />
  );
}

function useActions(): SpotlightActionGroupData[] {
  const navigate = useNavigate();
  const { toggleColorScheme } = useMantineColorScheme();
  const collections = useCollections();
  return [
    {
      group: 'Collections',
      actions: collections.map((each) => ({
        id: each.id,
        label: each.name,
        description: each.type === 'base' ? undefined : each.type,
        leftSection: <IconTable {...icon} />,
        onClick: () => void navigate({ to: '/c/$collection', params: { collection: each.name } }),
      })),
    },
    {
      group: 'Pages',
      actions: NAV.map((item) => ({
        id: item.to,
        label: item.label,
        keywords: item.words,
        leftSection: <item.icon {...icon} />,
        onClick: () => void navigate({ to: item.to }),
      })),
    },
    {
      group: 'Commands',
      actions: [
        {
          id: 'new-collection',
          label: 'New collection',
          leftSection: <IconPlus {...icon} />,
          onClick: () => void navigate({ to: '/collections/new' }),
        },
        {
          id: 'scheme',
          label: 'Switch between light and dark',
          leftSection: <IconMoon {...icon} />,
          onClick: () => toggleColorScheme(),
        },
      ],
    },
  ];
}
