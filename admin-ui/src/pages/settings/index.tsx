import { Page, PageHeader } from '../../parts';

export function Settings() {
  return (
    <Page>
      <PageHeader title="Settings" />
    </Page>
  );
}
