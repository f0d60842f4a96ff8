// The text of a rule in CodeMirror: coloured, completed, checked by the server a moment after one stops typing.
import { autocompletion, type CompletionContext, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type Diagnostic, linter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { checkExpression, type Verdict } from '../../expression/check';
import { complete } from '../../expression/complete';
import { look, marked, setMarks, tokenColours } from './code-look';
import type { RuleEditorProps } from './rule-editor';

/** What the server is asked less often than every key. */
const PAUSE = 300;

export default function CodeEditor(props: RuleEditorProps & { text: string; change: (text: string) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // The editor lives longer than a render: it always asks for the newest of these.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!host.current) return;
    const label = latest.current.label;
    const state = EditorState.create({ doc: latest.current.text, extensions: extensions(latest, label) });
    const created = new EditorView({ state, parent: host.current });
    view.current = created;
    return () => created.destroy();
  }, []);

  const { text, marks } = props;
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    view.current?.dispatch({ effects: setMarks.of(marks ?? []) });
  }, [marks]);

  return <div ref={host} />;
}

function extensions(
  latest: { current: RuleEditorProps & { change: (text: string) => void } },
  label: string,
): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  const source = (context: CompletionContext) => {
    const { collection, collections } = latest.current;
    const found = complete(context.state.doc.toString(), context.pos, { collection, collections, rule: true });
    if (found.options.length === 0 || (found.from === context.pos && !context.explicit && !wants(context))) return null;
    return {
      from: found.from,
      to: found.to,
      options: found.options.map((o) => ({ label: o.label, apply: o.insert, detail: o.detail, type: o.kind })),
      filter: false,
    };
  };
  const check = async (editor: EditorView): Promise<Diagnostic[]> => {
    const text = editor.state.doc.toString();
    const { collection, kind, draft, verdict } = latest.current;
    if (text.trim() === '') {
      verdict?.({ ok: true });
      return [];
    }
    const found = await checkExpression(collection.name, kind, text, undefined, draft).catch(
      (): Verdict => ({ ok: true }),
    );
    // The text may have changed while the server was asked.
    if (editor.state.doc.toString() !== text) return [];
    verdict?.(found);
    return found.ok ? [] : [diagnostic(found, text.length)];
  };
  return [
    EditorView.cspNonce.of(nonce),
    history(),
    closeBrackets(),
    autocompletion({ override: [source], activateOnTyping: true, icons: false, maxRenderedOptions: 40 }),
    linter(check, { delay: PAUSE }),
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.change(update.state.doc.toString());
    }),
    placeholder('Everyone. Type an expression, such as @request.auth.id != ""'),
    tokenColours,
    marked,
    look,
  ];
}

/** Options appear by themselves after a space too, once something stands there. */
function wants(context: CompletionContext): boolean {
  return /[\s(.:]$/.test(context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos));
}

function diagnostic(verdict: Verdict, length: number): Diagnostic {
  const from = Math.min(verdict.from ?? 0, length);
  const to = Math.min(Math.max(verdict.to ?? from, from), length);
  // A mistake at the very end has no character of its own to underline.
  return {
    from: from === length && from > 0 ? from - 1 : from,
    to,
    severity: 'error',
    message: verdict.message ?? 'This is not right.',
  };
}
