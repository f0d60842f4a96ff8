import { ActionIcon, CloseButton, Group, ScrollArea, Text, TextInput, Tooltip } from '@mantine/core';
import { IconEye, IconPlus, IconSearch, IconTable, IconUsers } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Collection } from '../api';
import { useCollections } from '../api/queries';
import { NAV } from './nav';
import classes from './navigation.module.css';
import { Wordmark } from './wordmark';

const ICONS = { base: IconTable, auth: IconUsers, view: IconEye } as const;

/** The side: pages, then collections with a search. */
export function Navigation({ close }: { close: () => void }) {
  return (
    <nav className={classes.nav} aria-label="Main">
      <Group justify="space-between" className={classes.brand}>
        <Link to="/" aria-label="Luge: overview" className={classes.home}>
          <Wordmark />
        </Link>
        <CloseButton hiddenFrom="sm" onClick={close} aria-label="Close the navigation" />
      </Group>
      <div className={classes.group}>
        {NAV.map((item) => (
          <Link
            key={item.to}
            to={item.to}
            className={classes.link}
            activeOptions={{ exact: item.exact ?? false, includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <item.icon size={16} stroke={1.7} aria-hidden />
            <span className="truncate">{item.label}</span>
          </Link>
        ))}
      </div>
      <CollectionLinks />
    </nav>
  );
}

function CollectionLinks() {
  const all = useCollections();
  const [search, setSearch] = useState('');
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return all.filter((each) => (wanted ? each.name.toLowerCase().includes(wanted) : !each.system));
  }, [all, search]);
  return (
    <>
      <Group justify="space-between" className={classes.title}>
        <Text size="xs" fw={600} c="dimmed">
          Collections
        </Text>
        <Tooltip label="New collection">
          <ActionIcon component={Link} to="/collections/new" size="sm" aria-label="New collection">
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <TextInput
        size="xs"
        mx={8}
        mb={6}
        placeholder="Find a collection"
        aria-label="Find a collection"
        leftSection={<IconSearch size={13} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ScrollArea className={classes.scroll} type="auto" scrollbarSize={8}>
        <div className={classes.group}>
          {shown.map((collection) => (
            <CollectionLink key={collection.id} collection={collection} />
          ))}
          {shown.length === 0 && (
            <Text size="xs" c="dimmed" px={10} py={6}>
              {search ? 'No collection has such a name.' : 'No collection yet: add one with +.'}
            </Text>
          )}
        </div>
      </ScrollArea>
    </>
  );
}

function CollectionLink({ collection }: { collection: Collection }) {
  const Icon = ICONS[collection.type];
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = path.includes(`/c/${collection.name}/`) || path.endsWith(`/c/${collection.name}`);
  return (
    <Link
      to="/c/$collection"
      params={{ collection: collection.name }}
      className={classes.link}
      title={collection.name}
      aria-current={here ? 'page' : undefined}
    >
      <Icon size={16} stroke={1.7} aria-hidden />
      <span className="truncate">{collection.name}</span>
    </Link>
  );
}
