import { Page, PageHeader } from '../../parts';

export function Setup() {
  return (
    <Page>
      <PageHeader title="Setup" />
    </Page>
  );
}
