// editor: rich text, kept as HTML.

import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { type EditorProps, good, type Kind } from './kind';
import { Labelled } from './labelled';
import { plain } from './model';

const RichText = lazy(() => import('./rich-text'));

function Editor(props: EditorProps) {
  return (
    <Labelled {...props}>
      {() => (
        <Suspense fallback={<Skeleton height={160} />}>
          <RichText {...props} />
        </Suspense>
      )}
    </Labelled>
  );
}

export const editor: Kind = {
  type: 'editor',
  title: 'Rich text',
  inline: () => 'panel',
  width: 260,
  empty: () => '',
  text: plain,
  parse: (text) => good(text),
  example: () => '<p>Some <strong>rich</strong> text</p>',
  Editor,
};
