// How the server is: traffic, errors, latency, connections, disk, slow queries and the latest requests.
import { Alert, SegmentedControl, SimpleGrid } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { type Stats, stats } from '../../api';
import { PageLoading } from '../../app/edges';
import { ErrorNote, format, Page, PageHeader, Panel } from '../../parts';
import { Areas } from './areas';
import { LatestRequests } from './latest';
import { SlowQueries } from './slow-queries';
import { Tiles } from './tiles';
import { Welcome } from './welcome';

const Chart = lazy(() => import('./chart').then((module) => ({ default: module.Chart })));

const SPANS = [
  { value: '15', label: '15 min' },
  { value: '60', label: '1 h' },
  { value: '360', label: '6 h' },
  { value: '1440', label: '24 h' },
];

export function Overview() {
  const { minutes = 60 } = useSearch({ from: '/inside/' });
  const navigate = useNavigate({ from: '/' });
  const asked = useQuery({
    queryKey: ['stats', minutes],
    queryFn: () => stats.view(minutes),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });
  const known = asked.data;
  return (
    <Page>
      <PageHeader
        title="Overview"
        note={known && `Luge ${known.version}, up for ${format.duration(known.uptime)}`}
        actions={
          <SegmentedControl
            size="xs"
            aria-label="Span of time"
            data={SPANS}
            value={String(minutes)}
            onChange={(value) =>
              void navigate({ search: value === '60' ? {} : { minutes: Number(value) }, replace: true })
            }
          />
        }
      />
      <div className="stack">
        <Welcome />
        {asked.error && !known && (
          <ErrorNote title="The figures could not be loaded" error={asked.error} retry={asked.refetch} />
        )}
        {asked.isPending && <PageLoading />}
        {known && <Figures known={known} />}
        <SlowQueries />
        <LatestRequests />
      </div>
    </Page>
  );
}

function Figures({ known }: { known: Stats }) {
  return (
    <>
      {known.notices.map((notice) => (
        <Alert key={notice} color="yellow" variant="light" title="Repaired at the start">
          {notice}
        </Alert>
      ))}
      <Tiles known={known} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Requests per minute" flush>
          <Suspense fallback={<div style={{ height: 210 }} />}>
            <Chart minutes={known.minutes} kind="requests" />
          </Suspense>
        </Panel>
        <Panel title="Time to answer" flush>
          <Suspense fallback={<div style={{ height: 210 }} />}>
            <Chart minutes={known.minutes} kind="latency" />
          </Suspense>
        </Panel>
      </SimpleGrid>
      <Areas areas={known.areas} />
    </>
  );
}
