import { Page, PageHeader } from '../../parts';

export function Fields() {
  return (
    <Page>
      <PageHeader title="Fields" />
    </Page>
  );
}
