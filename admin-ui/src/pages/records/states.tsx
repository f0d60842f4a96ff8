// What stands in place of the grid: nothing yet, nothing found, or an error that says what to do.
import { Button, Kbd } from '@mantine/core';
import { IconFilterOff, IconTablePlus } from '@tabler/icons-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Collection } from '../../fields/model';
import { EmptyState, ErrorNote } from '../../parts';
import type { Rows } from './grid/rows';

interface Props {
  rows: Rows;
  collection: Collection;
  filtered: boolean;
  create?: (() => void) | undefined;
  clear: () => void;
  children: ReactNode;
}

export function States({ rows, collection, filtered, create, clear, children }: Props) {
  useSyncExternalStore(rows.subscribe, () => (rows.total === undefined ? rows.error : rows.total === 0));
  const retry = () => void rows.refresh();
  if (rows.error && rows.total === undefined) {
    const title = filtered ? 'The filter could not be applied' : 'The records could not be loaded';
    return <ErrorNote title={title} error={rows.error} retry={retry} />;
  }
  if (rows.total !== 0) return children;
  if (filtered) {
    return (
      <EmptyState
        icon={<IconFilterOff size={36} stroke={1.4} />}
        title="Nothing matches this filter"
        actions={
          <Button variant="default" onClick={clear}>
            Clear the filter
          </Button>
        }
      >
        A record that starts to match appears here by itself.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconTablePlus size={36} stroke={1.4} />}
      title={`No records in ${collection.name} yet`}
      actions={create && <Button onClick={create}>New record</Button>}
    >
      Add one here, let an app write through the API, or load a file with{' '}
      <code>luge import data.csv --into {collection.name}</code>. Whatever is written anywhere appears here at once.{' '}
      {create && (
        <span>
          Press <Kbd size="xs">N</Kbd> for a new record.
        </span>
      )}
    </EmptyState>
  );
}
