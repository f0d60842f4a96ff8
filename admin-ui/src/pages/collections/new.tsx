import { Page, PageHeader } from '../../parts';

export function NewCollection() {
  return (
    <Page>
      <PageHeader title="New collection" />
    </Page>
  );
}
