import { StringStream } from '@codemirror/language';
import { describe, expect, it } from 'vitest';
import { rhaiParser } from './language';

/** Every word of a text with what it is, as `kind:word`; spaces and plain words are left out. */
function words(text: string): string[] {
  const state = rhaiParser.startState?.(2);
  if (!state) throw new Error('a parser begins somewhere');
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const stream = new StringStream(line, 4, 2);
    while (!stream.eol()) {
      const kind = rhaiParser.token(stream, state);
      if (stream.pos === stream.start) throw new Error(`no step at ${stream.pos} of ${line}`);
      if (kind) found.push(`${kind}:${stream.current()}`);
      stream.start = stream.pos;
    }
  }
  return found;
}

/** The same of these kinds only. */
const only = (text: string, ...kinds: string[]) =>
  words(text).filter((word) => kinds.includes(word.split(':')[0] ?? ''));

describe('the words of rhai', () => {
  it.each([
    ['let x = 1_000;', ['keyword:let', 'variableName:x', 'operator:=', 'number:1_000', 'punctuation:;']],
    ['fn total(a) { a }', ['keyword:fn', 'variableName.function:total', 'bracket:(']],
    ['records::get("a")', ['namespace:records', 'punctuation::', 'punctuation::', 'variableName.function:get']],
    [
      'e.record.trim()',
      ['variableName:e', 'punctuation:.', 'propertyName:record', 'punctuation:.', 'propertyName.function:trim'],
    ],
    ['true // no', ['bool:true', 'comment:// no']],
    ['0xff 1.5e3', ['number:0xff', 'number:1.5e3']],
    ['#{ a: 1 }', ['bracket:#{', 'variableName:a', 'punctuation::', 'number:1', 'bracket:}']],
  ])('%s', (text, expected) => {
    expect(words(text).slice(0, expected.length)).toEqual(expected);
  });

  it('a comment ends where its last part does, on any line', () => {
    expect(only('/* a /* b */\nstill */ let', 'comment', 'keyword')).toEqual([
      'comment:/* a /* b */',
      'comment:still */',
      'keyword:let',
    ]);
  });

  it('a text ends at a quote that is not escaped', () => {
    expect(only('"a \\" b" let', 'string', 'keyword')).toEqual(['string:"a \\" b"', 'keyword:let']);
  });

  it('code within a text is code, with braces and texts of its own', () => {
    const text = '`no ${if x { `in ${y}` }} more` let';
    expect(only(text, 'string', 'keyword', 'processingInstruction')).toEqual([
      'string:`no ',
      'processingInstruction:${',
      'keyword:if',
      'string:`in ',
      'processingInstruction:${',
      'processingInstruction:}',
      'string:`',
      'processingInstruction:}',
      'string: more`',
      'keyword:let',
    ]);
  });
});
