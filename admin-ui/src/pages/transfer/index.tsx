import { Page, PageHeader } from '../../parts';

export function Transfer() {
  return (
    <Page>
      <PageHeader title="Import and export" />
    </Page>
  );
}
