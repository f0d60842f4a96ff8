import { ButtonLink, EmptyState, ErrorNote, Panel } from '../../parts';
import { RequestTable } from '../requests/request-table';
import { useTail } from '../requests/use-tail';

const SHOWN = 8;

/** The latest requests, as they come. */
export function LatestRequests() {
  const { items, error, retry } = useTail(SHOWN * 3);
  return (
    <Panel
      title="Latest requests"
      actions={
        <ButtonLink to="/requests" size="xs" variant="default">
          All requests
        </ButtonLink>
      }
      flush
    >
      {error ? (
        <ErrorNote title="The requests could not be loaded" error={error} retry={retry} />
      ) : items.length === 0 ? (
        <EmptyState title="No request yet">As soon as an app asks something, it appears here.</EmptyState>
      ) : (
        <RequestTable items={items.slice(-SHOWN).reverse()} />
      )}
    </Panel>
  );
}
