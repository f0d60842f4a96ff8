// How scripts look in the editor: the colours of their words and of everything that the editor shows around them.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, color: 'var(--luge-accent)', fontWeight: '600' },
    { tag: [tags.string, tags.attributeValue], color: 'var(--luge-good)' },
    { tag: [tags.number, tags.bool], color: 'var(--luge-warn)' },
    { tag: tags.comment, color: 'var(--luge-soft)', fontStyle: 'italic' },
    { tag: tags.function(tags.variableName), color: 'var(--luge-call)' },
    { tag: tags.function(tags.propertyName), color: 'var(--luge-call)' },
    { tag: tags.namespace, color: 'var(--luge-call)' },
    { tag: [tags.tagName, tags.processingInstruction], color: 'var(--luge-accent)' },
    { tag: tags.attributeName, color: 'var(--luge-call)' },
    { tag: [tags.operator, tags.punctuation, tags.bracket], color: 'var(--luge-soft)' },
  ]),
);

const floating = {
  backgroundColor: 'var(--luge-panel)',
  border: '1px solid var(--luge-line-strong)',
  borderRadius: '6px',
};

export const look = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', color: 'var(--luge-text)', backgroundColor: 'var(--luge-panel)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--luge-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--luge-text)' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-cursor': { borderLeftColor: 'var(--luge-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--luge-panel)',
    color: 'var(--luge-soft)',
    border: 'none',
    paddingLeft: '4px',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--luge-accent) 6%, transparent)' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--luge-text)', backgroundColor: 'transparent' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--luge-accent) 24%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'color-mix(in srgb, var(--luge-accent) 18%, transparent)',
    outline: '1px solid var(--luge-line-strong)',
  },
  '.cm-tooltip': {
    ...floating,
    boxShadow: '0 8px 24px rgb(16 24 40 / 14%)',
    color: 'var(--luge-text)',
    zIndex: '300',
    maxWidth: 'min(560px, 92vw)',
  },
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
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { color: 'var(--luge-soft)', fontStyle: 'normal', fontSize: '0.75rem' },
  '.cm-completionInfo': { padding: '8px 10px', fontSize: '0.8125rem', maxWidth: '320px' },
  '.cm-diagnostic': { padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--luge-bad)' },
  '.cm-panels': { backgroundColor: 'var(--luge-sunken)', color: 'var(--luge-text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--luge-line)' },
  '.cm-panel.cm-search': { padding: '6px 28px 6px 10px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-panel.cm-search label': { fontSize: '0.75rem' },
  '.cm-panel.cm-search [name=close]': { color: 'inherit', fontSize: '1rem', right: '8px', top: '4px' },
  '.cm-textfield': {
    ...floating,
    color: 'inherit',
    fontSize: '0.8125rem',
    padding: '3px 6px',
  },
  '.cm-button': {
    ...floating,
    backgroundImage: 'none',
    color: 'inherit',
    fontSize: '0.75rem',
    padding: '3px 8px',
  },
});
