// The fields and indexes of a collection: edited here, reviewed with what will happen, then applied.
import { useHotkeys } from '@mantine/hooks';
import { useBlocker, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Collection } from '../../api';
import { useCollection } from '../../api/queries';
import { Page } from '../../parts';
import { changeOf, type Draft, draftOf, problems, sameAs } from './draft';
import { FieldList } from './field-list';
import { Indexes } from './indexes';
import { reviewChange } from './review';
import { SaveBar } from './save-bar';
import { ViewFields } from './view-fields';

export function Fields() {
  const { collection: name } = useParams({ from: '/inside/c/$collection' });
  const collection = useCollection(name);
  if (!collection) return null;
  if (collection.type === 'view') return <ViewFields collection={collection} />;
  // Whenever the stored collection changes, by us or by another, the editor begins anew from it.
  return <Editor key={`${collection.id} ${collection.updated}`} collection={collection} />;
}

function Editor({ collection }: { collection: Collection }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(collection));
  const navigate = useNavigate();
  const dirty = !sameAs(draft, collection);
  const wrong = problems(draft.fields);
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving the changes of the fields?'),
    enableBeforeUnload: dirty,
  });
  const review = () => {
    if (!dirty || wrong.size > 0) return;
    reviewChange({
      collection: collection.name,
      change: changeOf(draft, collection),
      done: (saved) => navigate({ to: '/c/$collection/fields', params: { collection: saved }, ignoreBlocker: true }),
    });
  };
  useHotkeys([['mod+S', review]], []);
  return (
    <Page>
      <FieldList collection={collection} draft={draft} change={setDraft} wrong={wrong} />
      <Indexes collection={collection} draft={draft} change={setDraft} />
      {dirty && (
        <SaveBar problem={[...wrong.values()][0]} discard={() => setDraft(draftOf(collection))} review={review} />
      )}
    </Page>
  );
}
