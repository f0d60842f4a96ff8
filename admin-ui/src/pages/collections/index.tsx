import { Page, PageHeader } from '../../parts';

export function Collections() {
  return (
    <Page>
      <PageHeader title="Collections" />
    </Page>
  );
}
