// The scripts of the server: their files, an editor that knows what they may say, and what they write to their log.
import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type ScriptList, scripts } from '../../api';
import { PageLoading } from '../../app/edges';
import { ErrorNote, Page, PageHeader, Panel } from '../../parts';
import { actsOf } from './acts';
import { Editor } from './editor';
import { FileList } from './file-list';
import { Log } from './log';
import { Mistakes } from './mistakes';
import { NewMenu } from './new-menu';
import { Nothing } from './nothing';
import classes from './scripts.module.css';
import { type Drafts, useDrafts } from './use-drafts';

export function Scripts() {
  const drafts = useDrafts();
  const queries = useQueryClient();
  const navigate = useNavigate({ from: '/scripts' });
  const asked = useQuery({ queryKey: ['scripts'], queryFn: scripts.list, refetchInterval: 5_000 });
  const list = asked.data;
  const unsaved = drafts.files.length;
  useBlocker({
    // Another file of this page loses nothing.
    shouldBlockFn: ({ next }) =>
      unsaved > 0 && next.pathname !== '/scripts' && !window.confirm('Leave without saving the scripts?'),
    enableBeforeUnload: unsaved > 0,
  });
  const open = (file: string | undefined) => navigate({ search: file === undefined ? {} : { file } });
  const acts = actsOf({ files: list?.files ?? [], drafts, queries, open });
  return (
    <Page wide>
      <PageHeader
        title="Scripts"
        note={
          list && (
            <>
              In the folder{' '}
              <span className="mono" title={list.dir}>
                {short(list.dir)}
              </span>
              . A file is loaded again as soon as it is saved, here or there.
            </>
          )
        }
        actions={list && <NewMenu create={acts.create} />}
      />
      <div className="stack">
        {asked.error && !list && (
          <ErrorNote title="The scripts could not be loaded" error={asked.error} retry={() => void asked.refetch()} />
        )}
        {asked.isPending && <PageLoading />}
        {list && list.files.length === 0 && unsaved === 0 && <Nothing create={acts.create} />}
        {list && (list.files.length > 0 || unsaved > 0) && <Files list={list} drafts={drafts} acts={acts} />}
        {list && <Log />}
      </div>
    </Page>
  );
}

/** The end of a path says where one is; the whole of it is in the title. */
function short(dir: string): string {
  const parts = dir.split('/');
  return parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : dir;
}

function Files({ list, drafts, acts }: { list: ScriptList; drafts: Drafts; acts: ReturnType<typeof actsOf> }) {
  const { file = list.files[0]?.file, line } = useSearch({ from: '/inside/scripts' });
  // The same place can be asked for twice: each navigation has a key of its own.
  const visit = useLocation({ select: ({ state }) => state.__TSR_key });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new visit is a new wish
  const goTo = useMemo(() => (line === undefined ? undefined : { line, column: 1 }), [line, visit]);
  return (
    <>
      {list.diagnostics.length > 0 && (
        <Mistakes title="These scripts have mistakes" diagnostics={list.diagnostics}>
          {!list.loaded && (
            <Text size="sm" c="dimmed">
              The scripts that were loaded before go on running.
            </Text>
          )}
        </Mistakes>
      )}
      <div className={classes.columns}>
        <FileList list={list} opened={file} unsaved={drafts.files} />
        {file === undefined ? (
          <Panel>Choose a file.</Panel>
        ) : (
          <Editor key={file} file={file} goTo={goTo} drafts={drafts} acts={acts} />
        )}
      </div>
    </>
  );
}
