import { Page, PageHeader } from '../../parts';

export function Options() {
  return (
    <Page>
      <PageHeader title="Sign-in" />
    </Page>
  );
}
