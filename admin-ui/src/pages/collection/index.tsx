// The frame of one collection: its name and the tabs around records, fields, rules, API and options.
import { Badge } from '@mantine/core';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { useCollection } from '../../api/queries';
import { NotFound } from '../../app/edges';
import { PageHeader } from '../../parts';
import { CollectionMenu } from './collection-menu';
import classes from './frame.module.css';

interface Tab {
  to:
    | '/c/$collection'
    | '/c/$collection/fields'
    | '/c/$collection/rules'
    | '/c/$collection/api'
    | '/c/$collection/options';
  label: string;
  only?: 'auth';
}

const TABS: Tab[] = [
  { to: '/c/$collection', label: 'Records' },
  { to: '/c/$collection/fields', label: 'Fields' },
  { to: '/c/$collection/rules', label: 'Rules' },
  { to: '/c/$collection/options', label: 'Sign-in', only: 'auth' },
  { to: '/c/$collection/api', label: 'API' },
];

export function CollectionFrame() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  if (!collection) return <NotFound />;
  return (
    <div className={classes.frame}>
      <div className={classes.head}>
        <PageHeader
          actions={<CollectionMenu collection={collection} />}
          title={collection.name}
          aside={collection.type !== 'base' && <Badge color="gray">{collection.type}</Badge>}
        />
        <nav className={classes.tabs} aria-label={`Parts of ${collection.name}`}>
          {TABS.filter((tab) => !tab.only || tab.only === collection.type).map((tab) => (
            <Link
              key={tab.to}
              to={tab.to}
              params={{ collection: collection.name }}
              className={classes.tab}
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              {tab.label}
            </Link>
          ))}
        </nav>
      </div>
      <Outlet />
    </div>
  );
}
