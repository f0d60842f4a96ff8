// Export: the file is gathered page by page, with its progress, and can be stopped.
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { columnFields } from '../../fields';
import { toast } from '../../parts';
import type { Question } from './data';
import { download, exportFile, type Format } from './export';
import type { Selection } from './grid/selection';

interface Props {
  question: Question;
  /** Of the selection; without one, of everything that the filter matches. */
  selection: Selection | undefined;
}

export function ExportMenu({ question, selection }: Props) {
  const [count, setCount] = useState<number>();
  const flight = useRef<AbortController>(undefined);
  const run = async (format: Format) => {
    const stop = new AbortController();
    flight.current = stop;
    setCount(0);
    try {
      const fields = columnFields(question.collection);
      const file = await exportFile(question, fields, selection, format, { signal: stop.signal, progress: setCount });
      download(file, `${question.collection.name}.${format}`);
      toast.done(`Exported to ${question.collection.name}.${format}.`);
    } catch (error) {
      if (!stop.signal.aborted) toast.failed(error);
    } finally {
      setCount(undefined);
    }
  };
  if (count !== undefined) {
    return (
      <Tooltip label="Stop the export">
        <Button variant="default" loaderProps={{ size: 14 }} onClick={() => flight.current?.abort()}>
          {count.toLocaleString('en')} exported
        </Button>
      </Tooltip>
    );
  }
  return (
    <Menu position="bottom-end" withinPortal width={200}>
      <Menu.Target>
        {selection ? (
          <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} />}>
            Export
          </Button>
        ) : (
          <ActionIcon size={34} variant="default" aria-label="Export" title="Export">
            <IconDownload size={17} />
          </ActionIcon>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {selection ? 'The selection' : question.filter ? 'Everything that matches' : 'All records'}
        </Menu.Label>
        <Menu.Item onClick={() => void run('csv')}>As CSV</Menu.Item>
        <Menu.Item onClick={() => void run('json')}>As JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
