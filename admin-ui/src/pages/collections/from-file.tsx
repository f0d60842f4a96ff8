import { Page, PageHeader } from '../../parts';

export function FromFile() {
  return (
    <Page>
      <PageHeader title="Collection from a file" />
    </Page>
  );
}
