// What scripts do later: schedules, the queue of jobs, what failed for good, and how far the handlers after writes are.
import { Drawer } from '@mantine/core';
import { IconClockPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Cron, type JobList, jobs } from '../../api';
import { PageLoading } from '../../app/edges';
import { ButtonLink, EmptyState, ErrorNote, format, Page, PageHeader, Panel, Tile, TileRow } from '../../parts';
import { Crons } from './crons';
import { Dead } from './dead';
import { DeadDetail, JobDetail } from './detail';
import { Queue } from './queue';

const LIMIT = 200;
const EVERY = 3_000;

export function Jobs() {
  const crons = useQuery({ queryKey: ['crons'], queryFn: jobs.crons, refetchInterval: EVERY });
  const list = useQuery({ queryKey: ['jobs'], queryFn: () => jobs.list(LIMIT), refetchInterval: EVERY });
  const error = crons.error ?? list.error;
  const again = () => {
    void crons.refetch();
    void list.refetch();
  };
  return (
    <Page>
      <PageHeader title="Jobs" note="What scripts do later: on a schedule, from the queue, and after writes." />
      <div className="stack">
        {error && !(crons.data && list.data) && (
          <ErrorNote title="The jobs could not be loaded" error={error} retry={again} />
        )}
        {(crons.isPending || list.isPending) && <PageLoading />}
        {crons.data && list.data && nothing(crons.data, list.data) && <Nothing />}
        {crons.data && list.data && <Lists crons={crons.data} list={list.data} now={list.dataUpdatedAt} />}
      </div>
    </Page>
  );
}

const nothing = (crons: Cron[], { items, dead }: JobList) => crons.length + items.length + dead.length === 0;

function Nothing() {
  return (
    <Panel>
      <EmptyState
        icon={<IconClockPlay size={36} stroke={1.4} />}
        title="Nothing runs later yet"
        actions={
          <ButtonLink to="/scripts" variant="default">
            To the scripts
          </ButtonLink>
        }
      >
        Scripts run on a schedule, put work into a queue that outlives a restart, and react to writes once they are on
        disk.
      </EmptyState>
    </Panel>
  );
}

function Lists({ crons, list, now }: { crons: Cron[]; list: JobList; now: number }) {
  const { open } = useSearch({ from: '/inside/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const show = (id: string | undefined) => void navigate({ search: id ? { open: id } : {}, replace: true });
  const job = list.items.find(({ id }) => id === open);
  const letter = list.dead.find(({ deadId }) => deadId === open);
  return (
    <>
      <Figures crons={crons} list={list} />
      <Crons items={crons} now={now} />
      <Dead items={list.dead} limit={LIMIT} now={now} open={show} />
      <Queue items={list.items} limit={LIMIT} now={now} open={show} />
      <Drawer
        opened={job !== undefined || letter !== undefined}
        onClose={() => show(undefined)}
        position="right"
        title={letter ? 'Failed for good' : 'Job'}
        size="md"
      >
        {job && <JobDetail job={job} />}
        {letter && <DeadDetail letter={letter} />}
      </Drawer>
    </>
  );
}

const many = (items: unknown[]) =>
  items.length === LIMIT ? `${format.count(LIMIT)} or more` : format.count(items.length);

function Figures({ crons, list }: { crons: Cron[]; list: JobList }) {
  const { done, head, retried } = list.after;
  const failing = crons.filter((cron) => cron.error !== null).length;
  const behind = Math.max(0, head - done);
  return (
    <TileRow columns={4}>
      <Tile
        label="Schedules"
        value={format.count(crons.length)}
        note={failing === 0 ? 'none failed last time' : `${format.count(failing)} failed last time`}
        tone={failing > 0 ? 'bad' : undefined}
      />
      <Tile label="Waiting" value={many(list.items)} note={overdue(list)} />
      <Tile
        label="Failed for good"
        value={many(list.dead)}
        note={list.dead.length === 0 ? 'nothing to do' : 'can be run again'}
        tone={list.dead.length > 0 ? 'bad' : undefined}
      />
      <Tile
        label="Handlers after writes"
        value={behind === 0 ? 'Up to date' : `${format.count(behind)} behind`}
        tone={behind === 0 ? 'good' : undefined}
        note={
          retried === 0
            ? `at ${format.count(done)}`
            : `at ${format.count(done)}, ${format.plural(retried, 'retry', 'retries')}`
        }
      />
    </TileRow>
  );
}

function overdue(list: JobList): string {
  const tried = list.items.filter((job) => job.attempts > 0).length;
  return tried === 0 ? 'in the queue' : `${format.count(tried)} to be tried again`;
}
