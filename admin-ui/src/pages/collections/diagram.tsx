import { Page, PageHeader } from '../../parts';

export function Diagram() {
  return (
    <Page>
      <PageHeader title="Diagram" />
    </Page>
  );
}
