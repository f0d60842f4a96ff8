// One file: its text, what is wrong with it, and saving it.
import { ActionIcon, Alert, Button, Group, Kbd, Menu, Skeleton, Text, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowsExchange, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useState } from 'react';
import { ApiError, type Diagnostic, type Script, scripts } from '../../api';
import { useCollections } from '../../api/queries';
import { modKey } from '../../app/keys';
import { ErrorNote, Panel } from '../../parts';
import { type Acts, keyOf } from './acts';
import { Mistakes } from './mistakes';
import classes from './scripts.module.css';
import type { Drafts } from './use-drafts';
import { useSave } from './use-save';

const Code = lazy(() => import('./code'));

interface Props {
  file: string;
  goTo: { line: number; column: number } | undefined;
  drafts: Drafts;
  acts: Acts;
}

export function Editor(props: Props) {
  const { file, drafts } = props;
  const asked = useQuery({
    queryKey: keyOf(file),
    queryFn: () => scripts.view(file),
    refetchInterval: 5_000,
    staleTime: 0,
  });
  const draft = drafts.of(file);
  const gone = asked.error instanceof ApiError && asked.error.status === 404;
  const stored = gone ? draft?.base : (asked.data ?? draft?.base);
  if (!stored && asked.error)
    return (
      <Panel>
        <ErrorNote title={`${file} could not be opened`} error={asked.error} retry={() => void asked.refetch()} />
      </Panel>
    );
  if (!stored) return <Skeleton className={classes.editor} aria-label="Loading" />;
  return <Opened key={file} {...props} stored={stored} gone={gone} />;
}

function Opened({ file, goTo, drafts, acts, stored, gone }: Props & { stored: Script; gone: boolean }) {
  const draft = drafts.of(file);
  const text = draft?.text ?? stored.text;
  const [found, setFound] = useState<Diagnostic[]>([]);
  const { busy, refused, forget, save } = useSave(stored, drafts);
  const words = useWords();
  const conflict = draft !== undefined && stored.text !== draft.base.text && stored.text !== draft.text;
  useHotkeys([['mod+S', () => void save()]], []);
  const change = useCallback(
    (next: string) => {
      forget();
      drafts.write(stored, next);
    },
    [forget, drafts.write, stored],
  );
  return (
    <section className={classes.frame} aria-label={file}>
      <Group className={classes.bar} gap="xs" wrap="nowrap" justify="space-between">
        <Group gap={8} wrap="nowrap" miw={0}>
          <Text fw={600} className="truncate mono">
            {file}
          </Text>
          {draft && (
            <Text size="xs" fw={600} c="var(--luge-warn)" style={{ flex: 'none' }}>
              not saved
            </Text>
          )}
        </Group>
        <Group gap={6} wrap="nowrap">
          {draft && (
            <Button size="compact-sm" variant="default" onClick={() => drafts.drop(file)}>
              Discard
            </Button>
          )}
          <Button
            size="compact-sm"
            onClick={() => void save()}
            disabled={!draft}
            loading={busy}
            rightSection={
              <Kbd size="xs" visibleFrom="sm">
                {modKey} S
              </Kbd>
            }
          >
            Save
          </Button>
          <FileMenu file={file} acts={acts} />
        </Group>
      </Group>
      {gone && (
        <Alert color="yellow" variant="light" role="alert" radius={0} title={`${file} was deleted elsewhere`}>
          Saving makes it again.
        </Alert>
      )}
      {conflict && <Conflict keep={() => void save({ over: true })} take={() => drafts.drop(file)} file={file} />}
      {refused.length > 0 && (
        <div className={classes.note}>
          <Mistakes title="Not saved: there is a mistake" diagnostics={refused}>
            <Group gap="xs">
              <Button size="compact-sm" variant="default" onClick={() => void save({ force: true })}>
                Save anyway
              </Button>
              <Text size="xs" c="dimmed">
                The scripts that run now go on running until it is right.
              </Text>
            </Group>
          </Mistakes>
        </div>
      )}
      <div className={classes.editor}>
        <Suspense fallback={<Skeleton height="100%" />}>
          <Code
            file={file}
            text={text}
            change={change}
            save={() => void save()}
            told={setFound}
            words={words}
            goTo={goTo}
          />
        </Suspense>
      </div>
      <Status found={found} />
    </section>
  );
}

function useWords() {
  const known = useQuery({
    queryKey: ['completions'],
    queryFn: scripts.completions,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const collections = useCollections();
  if (!known.data) return undefined;
  const named = collections.map(({ name, fields }) => ({ name, fields: fields.map((field) => field.name) }));
  return { known: known.data, collections: named };
}

function Status({ found }: { found: Diagnostic[] }) {
  const [first] = found;
  return (
    <div className={classes.status} role="status" data-wrong={first !== undefined}>
      {first ? `Line ${first.line}, column ${first.column}: ${first.message}` : 'No mistake found'}
    </div>
  );
}

function Conflict({ file, keep, take }: { file: string; keep: () => void; take: () => void }) {
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      radius={0}
      icon={<IconArrowsExchange size={18} />}
      title={`${file} was changed elsewhere`}
    >
      <Text size="sm" mb="xs">
        Somebody saved another version while you were writing. Only one of the two can stay.
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={keep}>
          Save mine over it
        </Button>
        <Button size="compact-sm" variant="default" onClick={take}>
          Take the other one
        </Button>
      </Group>
    </Alert>
  );
}

function FileMenu({ file, acts }: { file: string; acts: Acts }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="More">
          <ActionIcon aria-label={`More for ${file}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => acts.rename(file)}>
          Rename
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => acts.remove(file)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
