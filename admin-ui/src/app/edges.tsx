// What stands in for a page that is loading, failed or does not exist.
import { Button, Loader } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { EmptyState, ErrorNote } from '../parts';

export function PageLoading() {
  return (
    <div style={{ display: 'grid', placeItems: 'center', minHeight: '40vh' }}>
      <Loader size="sm" aria-label="Loading" />
    </div>
  );
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div style={{ padding: 24 }}>
      <ErrorNote title="This page could not be shown" error={error} retry={retry} />
    </div>
  );
}

export function NotFound() {
  return (
    <EmptyState
      title="There is nothing at this address"
      actions={
        <Button component={Link} to="/">
          To the overview
        </Button>
      }
    >
      The page may have been renamed or deleted.
    </EmptyState>
  );
}
