import { Page, PageHeader } from '../../parts';

export function Overview() {
  return (
    <Page>
      <PageHeader title="Overview" />
    </Page>
  );
}
