// Above the grid: filter, number of records, state of the live connection, views, columns, export and "New record".
import { ActionIcon, Button, Checkbox, Divider, Popover, ScrollArea, Text, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconColumns3, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { FieldIcon } from '../../fields/icon';
import type { Collection } from '../../fields/model';
import type { FeedStatus } from '../../live/feed';
import type { Address } from './address';
import type { Question } from './data';
import { ExportMenu } from './export-menu';
import { ViewsMenu } from './filter/views-menu';
import { type Layout, ordered, toggled } from './grid/columns';
import type { Rows } from './grid/rows';
import classes from './records.module.css';

interface Props {
  collection: Collection;
  question: Question;
  layout: Layout;
  setLayout: (next: (old: Layout) => Layout) => void;
  rows: Rows;
  status: FeedStatus;
  readOnly: boolean;
  text: string;
  address: (next: Address) => void;
  create: () => void;
  children: ReactNode;
}

export function Toolbar(props: Props) {
  const { collection, question, rows, status, readOnly, create, children } = props;
  // Only the number: rows that come and go while one scrolls do not concern the toolbar.
  useSyncExternalStore(rows.subscribe, () => rows.total);
  useHotkeys(readOnly ? [] : [['n', create]]);
  return (
    <div className={classes.tools}>
      {children}
      <div className={classes.side}>
        <span className={classes.count} aria-live="polite" data-testid="total">
          {rows.total === undefined
            ? '…'
            : `${rows.total.toLocaleString('en')} ${rows.total === 1 ? 'record' : 'records'}`}
        </span>
        <Live status={status} />
        <ViewsMenu collection={collection} filter={props.text} sort={question.sort} apply={props.address} />
        <ColumnsMenu {...props} />
        <ExportMenu question={question} selection={undefined} />
        {!readOnly && (
          <Tooltip label="New record (N)">
            <Button leftSection={<IconPlus size={15} />} onClick={create}>
              New record
            </Button>
          </Tooltip>
        )}
      </div>
    </div>
  );
}

const SAYS: Record<FeedStatus, [string, string]> = {
  live: ['Live', 'Changes by others appear at once'],
  connecting: ['Connecting', 'The live connection is being made'],
  lost: ['Reconnecting', 'The live connection is lost; what was missed is caught up as soon as it is back'],
};

function Live({ status }: { status: FeedStatus }) {
  const [word, hint] = SAYS[status];
  return (
    <Tooltip label={hint}>
      <span className={classes.live} data-status={status} role="status">
        <span className={classes.dot} aria-hidden />
        <span className={classes.word}>{word}</span>
      </span>
    </Tooltip>
  );
}

function ColumnsMenu({ collection, layout, setLayout }: Props) {
  const fields = ordered(collection, layout);
  const hidden = layout.hidden.filter((id) => fields.some((f) => f.id === id)).length;
  return (
    <Popover position="bottom-end" withinPortal shadow="md" width={260} trapFocus>
      <Popover.Target>
        <Tooltip label={hidden > 0 ? `Columns (${hidden} hidden)` : 'Columns'}>
          <ActionIcon size={34} variant="default" aria-label="Columns">
            <IconColumns3 size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={8}>
        <ScrollArea.Autosize mah={360}>
          {fields.map((field) => (
            <Checkbox
              key={field.id}
              size="xs"
              my={6}
              mx={4}
              checked={!layout.hidden.includes(field.id)}
              onChange={() => setLayout((old) => toggled(old, field.id))}
              label={
                <>
                  <FieldIcon type={field.primaryKey ? 'id' : field.type} size={13} /> {field.name}
                </>
              }
            />
          ))}
        </ScrollArea.Autosize>
        <Divider my={6} />
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => setLayout(() => ({ order: [], widths: {}, hidden: [] }))}
        >
          Reset widths and order
        </Button>
        <Text size="xs" c="dimmed" px={4} pt={4}>
          Drag a column’s head to move it.
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
