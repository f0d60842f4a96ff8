// How an app uses one collection, ready to paste.
import { useParams } from '@tanstack/react-router';
import { CodeBlock, Page } from '../../parts';

export function Api() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  return (
    <Page>
      <CodeBlock label="curl" code={`curl '${location.origin}/api/collections/${name}/records'`} />
    </Page>
  );
}
