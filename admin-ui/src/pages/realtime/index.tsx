import { Page, PageHeader } from '../../parts';

export function Realtime() {
  return (
    <Page>
      <PageHeader title="Realtime" />
    </Page>
  );
}
