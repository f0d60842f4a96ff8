// A script in CodeMirror: coloured, completed, and checked by the server a moment after one stops typing.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippet,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit, StreamLanguage } from '@codemirror/language';
import { html } from '@codemirror/legacy-modes/mode/xml';
import { linter, lintGutter, type Diagnostic as Mark } from '@codemirror/lint';
import { search, searchKeymap } from '@codemirror/search';
import { EditorSelection, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type Diagnostic, scripts } from '../../api';
import { type Choice, complete, type Words } from '../../rhai/complete';
import { rhai } from '../../rhai/language';
import { colours, look } from './code-look';

/** What the server is asked less often than every key, in milliseconds. */
const PAUSE = 350;

export interface CodeProps {
  file: string;
  text: string;
  change: (text: string) => void;
  save: () => void;
  /** Hears what is wrong, each time that was asked. */
  told: (diagnostics: Diagnostic[]) => void;
  /** What completion knows; nothing is completed before it arrives. */
  words: Words | undefined;
  /** A line to show; each new object is a new wish. */
  goTo: { line: number; column: number } | undefined;
}

/** One file; another one needs a new component, by its key. */
export default function Code(props: CodeProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // The editor lives longer than a render: it always asks for the newest of these.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!host.current) return;
    const state = EditorState.create({ doc: latest.current.text, extensions: extensions(latest) });
    const created = new EditorView({ state, parent: host.current });
    view.current = created;
    return () => created.destroy();
  }, []);

  const { text, goTo } = props;
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    if (goTo && view.current) show(view.current, goTo);
  }, [goTo]);

  return <div ref={host} style={{ height: '100%' }} />;
}

function show(editor: EditorView, { line, column }: { line: number; column: number }): void {
  const { doc } = editor.state;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const position = Math.min(at.from + Math.max(column - 1, 0), at.to);
  editor.dispatch({
    selection: EditorSelection.cursor(position),
    effects: EditorView.scrollIntoView(position, { y: 'center' }),
  });
  editor.focus();
}

function extensions(latest: { current: CodeProps }): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  const { file } = latest.current;
  const save = () => {
    latest.current.save();
    return true;
  };
  return [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    indentUnit.of('    '),
    EditorState.tabSize.of(4),
    search({ top: true }),
    ...languageOf(file, latest),
    linter((editor) => marks(editor, latest), { delay: PAUSE }),
    keymap.of([
      { key: 'Mod-s', run: save, preventDefault: true },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({
      'aria-label': `Text of ${file}`,
      tabindex: '0',
      spellcheck: 'false',
      autocapitalize: 'off',
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.change(update.state.doc.toString());
    }),
    colours,
    look,
  ];
}

function languageOf(file: string, latest: { current: CodeProps }): Extension[] {
  if (file.endsWith('.html')) return [StreamLanguage.define(html)];
  if (!file.endsWith('.rhai')) return [EditorView.lineWrapping];
  const source = (context: CompletionContext) => {
    const { words } = latest.current;
    if (!words) return null;
    const found = complete(context.state.doc.toString(), context.pos, words);
    const asked = context.explicit || found.from < context.pos || /[.:"]$/.test(context.state.sliceDoc(0, context.pos));
    if (found.choices.length === 0 || !asked) return null;
    return { from: found.from, options: found.choices.map(option), validFor: /^\w*$/ };
  };
  return [rhai, autocompletion({ override: [source], icons: false, maxRenderedOptions: 60 })];
}

function option(choice: Choice): Completion {
  return {
    label: choice.label,
    ...(choice.detail !== undefined && { detail: choice.detail }),
    ...(choice.info !== undefined && { info: choice.info }),
    ...(choice.snippet !== undefined && { apply: snippet(choice.snippet) }),
  };
}

async function marks(editor: EditorView, latest: { current: CodeProps }): Promise<Mark[]> {
  const text = editor.state.doc.toString();
  const { file, told } = latest.current;
  // A server that is away says nothing about the text; the banner says that it is away.
  const found = await scripts.check(file, text).catch(() => null);
  // The text may have changed while the server was asked.
  if (found === null || editor.state.doc.toString() !== text) return [];
  told(found);
  return found.map((one) => mark(editor, one));
}

/** A mistake as a range: the word at its place, or the last sign of its line. */
function mark(editor: EditorView, { line, column, message }: Diagnostic): Mark {
  const { doc } = editor.state;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const start = Math.min(at.from + Math.max(column - 1, 0), at.to);
  const word = editor.state.wordAt(start);
  const from = word?.from ?? (start === at.to && at.from < start ? start - 1 : start);
  return { from, to: word?.to ?? Math.min(from + 1, doc.length), severity: 'error', message };
}
