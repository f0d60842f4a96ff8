import { Button, FileButton, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { EmptyState } from '../../parts';
import classes from './drop-zone.module.css';

const ACCEPT = '.csv,.tsv,.txt,.json,.ndjson,.jsonl,text/csv,application/json';

/** Takes a file by drop or by choice. */
export function DropZone({ open, problem }: { open: (file: File) => void; problem: string }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) open(file);
  };
  return (
    <section
      aria-label="File"
      className={classes.zone}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <EmptyState
        icon={<IconFileImport size={36} stroke={1.4} />}
        title="Drop a CSV or JSON file here"
        actions={
          <FileButton onChange={(file) => file && open(file)} accept={ACCEPT}>
            {(props) => <Button {...props}>Choose a file</Button>}
          </FileButton>
        }
      >
        CSV with a first line of names (comma, semicolon or tab), a JSON list of objects, or one object per line. It is
        read in this browser.
        <div role="alert">
          {problem && (
            <Text size="sm" c="var(--luge-bad)" mt="xs">
              {problem}
            </Text>
          )}
        </div>
      </EmptyState>
    </section>
  );
}
