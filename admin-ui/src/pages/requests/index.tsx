import { Page, PageHeader } from '../../parts';

export function Requests() {
  return (
    <Page>
      <PageHeader title="Requests" />
    </Page>
  );
}
