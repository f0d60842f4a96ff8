// Who is connected and to what, and a client to try a subscription.
import { SimpleGrid } from '@mantine/core';
import { Page, PageHeader } from '../../parts';
import { Connections } from './connections';
import { Trial } from './trial';

export function Realtime() {
  return (
    <Page>
      <PageHeader
        title="Realtime"
        note="Clients get each change that they may see, in order, and catch up after a break."
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <Trial />
        <Connections />
      </SimpleGrid>
    </Page>
  );
}
