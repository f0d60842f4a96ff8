// The words of rhai for CodeMirror: comments that nest, texts with `${…}` in them, and how far a line is indented.
import { StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';

const KEYWORDS = new Set(
  'let const if else switch while loop for in do until break continue return throw try catch fn private this'.split(
    ' ',
  ),
);
const VALUES = new Set(['true', 'false']);
/** In place of a depth: the text of a template, outside of its `${…}`. */
const TEXT = -1;

export interface RhaiState {
  /** How many comments are open. */
  comment: number;
  quoted: boolean;
  /** Templates that are open, each as TEXT, and within it the depth of braces in its `${…}`. */
  templates: number[];
  /** How many brackets of any kind are open. */
  depth: number;
  /** What the word after this one is: a name of a module or a property says so. */
  after: '' | 'dot' | 'fn';
}

export const rhaiParser: StreamParser<RhaiState> = {
  name: 'rhai',
  startState: () => ({ comment: 0, quoted: false, templates: [], depth: 0, after: '' }),
  copyState: (state) => ({ ...state, templates: [...state.templates] }),
  token(stream, state) {
    if (state.comment > 0) return comment(stream, state);
    if (state.quoted) return quoted(stream, state);
    if (state.templates.at(-1) === TEXT) return template(stream, state);
    if (stream.eatSpace()) return null;
    return code(stream, state);
  },
  indent(state, textAfter, context) {
    if (state.comment > 0 || state.quoted || state.templates.at(-1) === TEXT) return null;
    const closes = /^\s*[)\]}]/.test(textAfter) ? 1 : 0;
    return Math.max(0, state.depth - closes) * context.unit;
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
    indentOnInput: /^\s*[)\]}]$/,
  },
};

export const rhai = StreamLanguage.define(rhaiParser);

function code(stream: StringStream, state: RhaiState): string | null {
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*')) {
    state.comment = 1;
    return comment(stream, state);
  }
  const number = /^(?:0x[\da-f_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?)/i;
  if (stream.match(number)) return 'number';
  if (stream.match(/^'(?:\\.[^']*|[^'\\])'/)) return 'string';
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (word) return named(Array.isArray(word) ? word[0] : '', stream, state);
  return sign(stream, state);
}

/** A word: what stands before and after it says what it is. */
function named(word: string, stream: StringStream, state: RhaiState): string {
  const { after } = state;
  state.after = '';
  const called = Boolean(stream.match(/^\s*\(/, false));
  if (after === 'dot') return called ? 'propertyName.function' : 'propertyName';
  if (after === 'fn') return 'variableName.function';
  if (KEYWORDS.has(word)) {
    if (word === 'fn') state.after = 'fn';
    return 'keyword';
  }
  if (VALUES.has(word)) return 'bool';
  if (stream.match(/^\s*::/, false)) return 'namespace';
  return called ? 'variableName.function' : 'variableName';
}

function sign(stream: StringStream, state: RhaiState): string | null {
  const next = stream.next();
  state.after = '';
  if (next === '"') {
    state.quoted = true;
    return quoted(stream, state);
  }
  if (next === '`') {
    state.templates.push(TEXT);
    return template(stream, state);
  }
  if (next === '#' && stream.eat('{')) return opened(state, '{');
  if (next && '([{'.includes(next)) return opened(state, next);
  if (next && ')]}'.includes(next)) return closed(state, next);
  if (next === '.' && !stream.match('.', false)) {
    state.after = 'dot';
    return 'punctuation';
  }
  if (next && ',;:'.includes(next)) return 'punctuation';
  if (next === '?' && stream.match('.', false)) return 'operator';
  stream.match(/^[=!<>&|+*/%^?~.-]/);
  return 'operator';
}

function opened(state: RhaiState, bracket: string): string {
  state.depth += 1;
  const at = state.templates.length - 1;
  const depth = state.templates[at];
  if (bracket === '{' && depth !== undefined) state.templates[at] = depth + 1;
  return 'bracket';
}

function closed(state: RhaiState, bracket: string): string {
  const at = state.templates.length - 1;
  const depth = state.templates[at];
  if (bracket === '}' && depth !== undefined) {
    if (depth === 0) {
      // The end of a `${…}`: what follows is text again.
      state.templates.pop();
      return 'processingInstruction';
    }
    state.templates[at] = depth - 1;
  }
  state.depth = Math.max(0, state.depth - 1);
  return 'bracket';
}

function comment(stream: StringStream, state: RhaiState): string {
  while (!stream.eol() && state.comment > 0) {
    if (stream.match('/*')) state.comment += 1;
    else if (stream.match('*/')) state.comment -= 1;
    else stream.next();
  }
  return 'comment';
}

function quoted(stream: StringStream, state: RhaiState): string {
  while (!stream.eol()) {
    const next = stream.next();
    if (next === '\\') stream.next();
    if (next === '"') {
      state.quoted = false;
      break;
    }
  }
  return 'string';
}

function template(stream: StringStream, state: RhaiState): string {
  if (stream.match('${')) {
    state.templates.push(0);
    return 'processingInstruction';
  }
  while (!stream.eol()) {
    if (stream.match('${', false)) break;
    // Two of them are one in the text.
    if (stream.match('``')) continue;
    if (stream.next() === '`') {
      state.templates.pop();
      break;
    }
  }
  return 'string';
}
