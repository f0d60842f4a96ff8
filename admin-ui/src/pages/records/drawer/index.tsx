// One record: its values with the right editor for each, what would change, its history, and what else can be done to it.
import { Drawer, Loader, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { emptyRecord } from '../../../fields';
import type { Collection, RecordData } from '../../../fields/model';
import { recordLabel } from '../../../fields/model';
import { confirm, ErrorNote } from '../../../parts';
import type { Acts } from '../acts';
import type { Address } from '../address';
import { one } from '../data';
import { restorable } from '../diff';
import type { Rows } from '../grid/rows';
import { Form } from './form';

const History = lazy(() => import('./history'));
const Account = lazy(() => import('./account'));

interface Props {
  collection: Collection;
  collections: Collection[];
  /** `new` for a record that is being made. */
  id: string;
  part: string | undefined;
  rows: Rows;
  acts: Acts;
  address: (next: Address, replace?: boolean) => void;
}

/** What the next new record begins with: set by "Duplicate". */
let template: RecordData | undefined;

export default function RecordDrawer(props: Props) {
  const { collection, id, part, rows, address } = props;
  const [dirty, setDirty] = useState(false);
  const isNew = id === 'new';
  const [started] = useState<RecordData | undefined>(() => {
    const begun = template;
    template = undefined;
    return begun;
  });
  const query = useQuery({
    queryKey: ['record', collection.id, id],
    queryFn: () => one(collection, id),
    enabled: !isNew,
  });
  // The grid hears of changes by others: what it shows is the newest.
  const seen = rows.row(rows.indexOf(id));
  const stored = isNew ? undefined : newest(query.data, seen);

  const close = () => {
    const leave = () => address({ record: '', part: '' });
    if (!dirty) return leave();
    confirm({
      title: 'Leave without saving?',
      consequences: ['What you changed in this record is lost.'],
      action: 'Leave',
      danger: true,
      run: leave,
    });
  };
  const duplicate = (record: RecordData) => {
    template = { ...record, id: '' };
    address({ record: 'new', part: '' });
  };
  const title = isNew ? `New record in ${collection.name}` : stored ? recordLabel(stored, collection) : id;
  return (
    <Drawer.Root opened onClose={close} position="right" size="lg" closeOnEscape trapFocus>
      <Drawer.Overlay backgroundOpacity={0.2} />
      <Drawer.Content aria-label={title}>
        <Drawer.Header style={{ borderBottom: '1px solid var(--luge-line)' }}>
          <Drawer.Title className="truncate" fw={620} lh={1.6}>
            {title}
          </Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </Drawer.Header>
        <Drawer.Body pt="md" pb={0}>
          {query.error && (
            <ErrorNote title="The record could not be loaded" error={query.error} retry={() => void query.refetch()} />
          )}
          {!isNew && !stored && !query.error && <Loader size="sm" aria-label="Loading" />}
          {(isNew || stored) && (
            <Tabs
              value={part ?? 'values'}
              onChange={(next) => address({ part: next === 'values' ? '' : (next ?? '') }, true)}
              keepMounted={false}
            >
              {!isNew && (
                <Tabs.List mb="md">
                  <Tabs.Tab value="values">Values</Tabs.Tab>
                  {collection.type === 'auth' && <Tabs.Tab value="account">Account</Tabs.Tab>}
                  {collection.type !== 'view' && <Tabs.Tab value="history">History</Tabs.Tab>}
                </Tabs.List>
              )}
              <Tabs.Panel value="values">
                <Form
                  {...props}
                  stored={stored}
                  start={
                    started
                      ? { ...emptyRecord(collection), ...restorable(collection, started), id: '' }
                      : emptyRecord(collection)
                  }
                  onDirty={setDirty}
                  close={close}
                  duplicate={duplicate}
                  reload={() => void query.refetch()}
                />
              </Tabs.Panel>
              {stored && (
                <Suspense fallback={<Loader size="sm" />}>
                  <Tabs.Panel value="history">
                    <History collection={collection} record={stored} />
                  </Tabs.Panel>
                  <Tabs.Panel value="account">
                    <Account collection={collection} record={stored} reload={() => void query.refetch()} />
                  </Tabs.Panel>
                </Suspense>
              )}
            </Tabs>
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** The grid's row when it is there: it is kept live. */
function newest(loaded: RecordData | undefined, seen: RecordData | undefined): RecordData | undefined {
  if (!loaded || !seen) return loaded ?? seen;
  return typeof seen.updated === 'string' && typeof loaded.updated === 'string' && loaded.updated > seen.updated
    ? loaded
    : seen;
}
