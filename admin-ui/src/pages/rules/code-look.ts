// How a rule looks: colours of its words, and the marks of a trial that show which part decided.
import { RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { tokens } from '../../expression/tokens';

export interface Mark {
  from: number;
  to: number;
  /** Whether this part held. */
  value: boolean;
  /** Whether it made the result. */
  decided: boolean;
}

export const setMarks = StateEffect.define<Mark[]>();

export const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(current, transaction) {
    let next = transaction.docChanged ? Decoration.none : current;
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = marksOf(effect.value, transaction.newDoc.length);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marksOf(marks: Mark[], length: number): DecorationSet {
  const ranges = marks
    .filter((m) => m.from < m.to && m.to <= length)
    .map((m) => {
      const name = `cm-try-${m.value ? 'yes' : 'no'}${m.decided ? ' cm-try-decided' : ''}`;
      return Decoration.mark({ class: name }).range(m.from, m.to);
    });
  return Decoration.set(ranges, true);
}

export const tokenColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = coloured(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = coloured(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function coloured(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const token of tokens(view.state.doc.toString())) {
    builder.add(token.from, token.to, Decoration.mark({ class: `cm-word-${token.kind}` }));
  }
  return builder.finish();
}

const panel = {
  backgroundColor: 'var(--luge-panel)',
  border: '1px solid var(--luge-line-strong)',
  borderRadius: '6px',
};

export const look = EditorView.theme({
  '&': { ...panel, fontSize: '0.8125rem', color: 'var(--luge-text)' },
  '&.cm-focused': { outline: '2px solid var(--luge-accent)', outlineOffset: '-1px' },
  '.cm-content': {
    fontFamily: 'var(--luge-mono)',
    padding: '8px 4px',
    minHeight: '36px',
    caretColor: 'var(--luge-text)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--luge-text)' },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)', fontFamily: 'var(--mantine-font-family)' },
  '.cm-word-macro': { color: 'var(--luge-accent)' },
  '.cm-word-text': { color: 'var(--luge-good)' },
  '.cm-word-number': { color: 'var(--luge-warn)' },
  '.cm-word-operator, .cm-word-join': { color: 'var(--luge-soft)', fontWeight: '600' },
  '.cm-word-comment': { color: 'var(--luge-soft)', fontStyle: 'italic' },
  '.cm-word-wrong': { color: 'var(--luge-bad)' },
  '.cm-try-yes': { borderBottom: '2px dotted var(--luge-good)' },
  '.cm-try-no': { borderBottom: '2px dotted var(--luge-bad)' },
  '.cm-try-yes.cm-try-decided': {
    borderBottomStyle: 'solid',
    backgroundColor: 'color-mix(in srgb, var(--luge-good) 16%, transparent)',
  },
  '.cm-try-no.cm-try-decided': {
    borderBottomStyle: 'solid',
    backgroundColor: 'color-mix(in srgb, var(--luge-bad) 16%, transparent)',
  },
  '.cm-tooltip': { ...panel, boxShadow: '0 8px 24px rgb(16 24 40 / 14%)', color: 'var(--luge-text)', zIndex: '300' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--luge-mono)',
    fontSize: '0.8125rem',
    maxHeight: '240px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--luge-accent-soft)',
    color: 'var(--luge-text)',
  },
  '.cm-completionDetail': {
    color: 'var(--luge-soft)',
    fontStyle: 'normal',
    fontFamily: 'var(--mantine-font-family)',
    fontSize: '0.75rem',
  },
  '.cm-diagnostic': { padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--luge-bad)' },
});
