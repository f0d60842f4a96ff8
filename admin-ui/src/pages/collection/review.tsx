// What a change will do, asked from the server before it is applied: every destructive step is named with its numbers.
import { Alert, Button, Group, Loader, ScrollArea, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ApiError, type CollectionDraft, collections, type Preview, preview } from '../../api';
import { queries } from '../../app/queries';
import { ErrorNote, toast } from '../../parts';
import { ChangeList, destroys } from './review-list';

interface Review {
  collection: string;
  change: CollectionDraft;
  /** Called with the new name after it was applied. */
  done: (name: string) => void | Promise<void>;
}

/** Shows what a change would do and applies it when that is wanted. */
export function reviewChange(review: Review): void {
  const id = `review-${crypto.randomUUID()}`;
  modals.open({
    modalId: id,
    title: `Changes of ${review.collection}`,
    size: 'lg',
    children: <Body review={review} close={() => modals.close(id)} />,
  });
}

function Body({ review, close }: { review: Review; close: () => void }) {
  const { collection, change, done } = review;
  const ask = useQuery({
    queryKey: ['preview', collection, change],
    queryFn: () => preview({ collection, change }),
    gcTime: 0,
    staleTime: 0,
  });
  const apply = useMutation({
    mutationFn: () => collections.update(collection, change),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['collections'] });
      void queries.invalidateQueries({ queryKey: ['records'] });
      await done(saved.name);
      toast.done(`${saved.name} was changed.`);
      close();
    },
  });
  if (ask.isPending) return <Loader size="sm" aria-label="Asking the server what would happen" />;
  // A server without the preview still can apply.
  const known = ask.data;
  const dangerous = known?.collections.some(destroys) ?? false;
  return (
    <Stack gap="md">
      {ask.error && (
        <ErrorNote title="The server could not tell what would happen" error={ask.error} retry={ask.refetch} />
      )}
      {known && <Told known={known} />}
      {apply.error && <ErrorNote title="Nothing was changed" error={apply.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          Back to the editor
        </Button>
        <Button
          color={dangerous ? 'red.8' : undefined}
          disabled={!known || known.error !== null}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
          data-autofocus
        >
          {dangerous ? 'Apply and lose data' : 'Apply'}
        </Button>
      </Group>
    </Stack>
  );
}

/** What the server said, for this dialog and for imports. */
export function Told({ known }: { known: Preview }) {
  if (known.error) {
    const { status, message, data } = known.error;
    return <ErrorNote title="This would be refused" error={new ApiError(status, message, data, null)} />;
  }
  const changed = known.collections.filter((each) => each.action !== 'none');
  if (changed.length === 0)
    return (
      <Alert color="glacier" variant="light">
        <Text size="sm">Nothing would change.</Text>
      </Alert>
    );
  return (
    <ScrollArea.Autosize mah="60vh" type="auto">
      <Stack gap="md">
        {changed.map((each) => (
          <ChangeList key={each.id || each.name} change={each} named={known.collections.length > 1} />
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}
