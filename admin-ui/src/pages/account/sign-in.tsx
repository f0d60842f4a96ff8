import { Page, PageHeader } from '../../parts';

export function SignIn() {
  return (
    <Page>
      <PageHeader title="Sign in" />
    </Page>
  );
}
