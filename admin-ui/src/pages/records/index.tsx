// The records of one collection: a grid over all of them, a filter, and a drawer for one.
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useCollection, useCollections } from '../../api/queries';
import { PageLoading } from '../../app/edges';
import { filterOf } from '../../expression/search';
import { valueText } from '../../fields';
import { LookupContext } from '../../fields/lookup';
import type { Collection } from '../../fields/model';
import { Acts, type Problems } from './acts';
import { useAddress } from './address';
import { BulkBar } from './bulk-bar';
import { FilterBar } from './filter/filter-bar';
import { loadLayout, moved, resized, saveLayout, shownColumns, toggled } from './grid/columns';
import { Grid } from './grid/grid';
import type { HeadActions } from './grid/head';
import { count, EVERYTHING, extend, isSelected, NONE, type Selection, toggle } from './grid/selection';
import { toTsv } from './grid/tables';
import { useLookupOf } from './lookup';
import { ids } from './range';
import classes from './records.module.css';
import { States } from './states';
import { Toolbar } from './toolbar';
import { useRows } from './use-rows';

const RecordDrawer = lazy(() => import('./drawer'));

export function Records() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  if (!collection) return <PageLoading />;
  return <RecordsOf key={collection.id} collection={collection} />;
}

function RecordsOf({ collection }: { collection: Collection }) {
  const collections = useCollections();
  const [address, setAddress] = useAddress();
  const text = address.filter ?? '';
  const sort = address.sort ?? '';
  const [layout, setLayout] = useState(() => loadLayout(collection));
  const columns = useMemo(() => shownColumns(collection, layout), [collection, layout]);
  const targets = useMemo(() => targetsOf(collection, collections), [collection, collections]);
  const expand = useMemo(() => expandOf(collection), [collection]);
  const filter = useMemo(() => filterOf(text, collection), [text, collection]);
  const question = useMemo(() => ({ collection, filter, sort, expand }), [collection, filter, sort, expand]);
  const { rows, status } = useRows(question);
  const [selection, setSelection] = useState<Selection>(NONE);
  const anchor = useRef<{ index: number; on: boolean }>({ index: 0, on: true });
  const [problems, setProblems] = useState<Problems>(new Map());
  const [acts] = useState(() => new Acts(collection, rows, setProblems));
  acts.collection = collection;
  acts.rows = rows;
  acts.expand = expand;
  const [editAll, setEditAll] = useState<string>();
  const openFilter = useRef<(text: string) => void>(() => {});

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other rows to select.
  useEffect(() => setSelection(NONE), [filter]);
  useEffect(() => saveLayout(collection, layout), [collection, layout]);

  const head: HeadActions = useMemo(
    () => ({
      sort: (next) => setAddress({ sort: next }),
      resize: (field, width) => setLayout((old) => resized(old, field, width)),
      move: (field, before) => setLayout((old) => moved(collection, old, field, before)),
      hide: (field) => setLayout((old) => toggled(old, field)),
      filter: (field) => openFilter.current(text ? `${text} && ${field} ` : `${field} `),
      editAll: (field) => setEditAll(field),
    }),
    [collection, setAddress, text],
  );

  const select = async (index: number, range: boolean) => {
    const record = rows.row(index);
    if (!range) {
      if (!record) return;
      anchor.current = { index, on: !isSelected(selection, record.id) };
      return setSelection(toggle(selection, record.id));
    }
    const found = await ids(question, rows, anchor.current.index, index);
    setSelection((old) => extend(old, found, anchor.current.on));
  };
  const total = rows.total ?? 0;
  const selected = count(selection, total);
  const copy = (at: { row: number; column: number }) => {
    const picked = loadedSelection(rows, selection, total);
    const list = picked.length > 0 ? picked : [rows.row(at.row)].filter((r) => r !== undefined);
    const fields =
      picked.length > 0 || at.column < 0
        ? columns.map((c) => c.field)
        : columns.slice(at.column, at.column + 1).map((c) => c.field);
    return toTsv(list.map((record) => fields.map((field) => valueText(field, record[field.name]))));
  };
  const readOnly = collection.type === 'view';
  const open = useCallback((id: string) => setAddress({ record: id }), [setAddress]);

  return (
    <LookupContext.Provider value={useLookupOf(collections)}>
      <div className={classes.page}>
        <Toolbar
          collection={collection}
          question={question}
          layout={layout}
          setLayout={setLayout}
          rows={rows}
          status={status}
          readOnly={readOnly}
          text={text}
          address={setAddress}
          create={() => open('new')}
        >
          <FilterBar
            collection={collection}
            collections={collections}
            value={text}
            apply={(next) => setAddress({ filter: next })}
            handle={(opener) => {
              openFilter.current = opener;
            }}
          />
        </Toolbar>
        <States
          rows={rows}
          collection={collection}
          filtered={text !== ''}
          create={readOnly ? undefined : () => open('new')}
          clear={() => setAddress({ filter: '' })}
        >
          <Grid
            collection={collection}
            targets={targets}
            rows={rows}
            columns={columns}
            sort={sort}
            selection={selection}
            problems={problems}
            readOnly={readOnly}
            head={head}
            act={{
              select: (index, range) => void select(index, range),
              selectAll: () => setSelection(selected === total ? NONE : EVERYTHING),
              clear: () => setSelection(NONE),
              open: (record) => open(record.id),
              save: (record, field, value) => void acts.save(record, field, value),
              remove: (index) => {
                const record = rows.row(index);
                if (record && !readOnly && selected === 0) void acts.remove([record]);
              },
              undo: () => void acts.takeBack(),
              copy,
              paste: (at, pastedText) => void acts.paste(at, columns, pastedText),
            }}
          />
        </States>
        <BulkBar
          question={question}
          rows={rows}
          acts={acts}
          columns={columns}
          selection={selection}
          selected={selected}
          setSelection={setSelection}
          readOnly={readOnly}
          editing={editAll}
          setEditing={setEditAll}
        />
        {address.record && (
          <Suspense>
            <RecordDrawer
              key={address.record}
              collection={collection}
              collections={collections}
              id={address.record}
              part={address.part}
              rows={rows}
              acts={acts}
              address={setAddress}
            />
          </Suspense>
        )}
      </div>
    </LookupContext.Provider>
  );
}

function targetsOf(collection: Collection, all: Collection[]): ReadonlyMap<string, Collection> {
  const found = new Map<string, Collection>();
  for (const field of collection.fields) {
    const target = field.type === 'relation' ? all.find((c) => c.id === field.collectionId) : undefined;
    if (target) found.set(field.id, target);
  }
  return found;
}

const expandOf = (collection: Collection) =>
  collection.fields
    .filter((field) => field.type === 'relation')
    .map((field) => field.name)
    .join(',');

/** The selected rows that are loaded, in their order. */
function loadedSelection(rows: ReturnType<typeof useRows>['rows'], selection: Selection, total: number) {
  if (count(selection, total) === 0) return [];
  return rows.loaded().filter((record) => isSelected(selection, record.id));
}
