// The words of the filter and rule language, as far as colouring and completion need them. The server has the last word.

export type TokenKind =
  | 'name'
  | 'macro'
  | 'text'
  | 'number'
  | 'operator'
  | 'join'
  | 'paren'
  | 'comma'
  | 'comment'
  | 'wrong';

export interface Token {
  kind: TokenKind;
  from: number;
  to: number;
  text: string;
  /** A quoted text whose end is missing. */
  open?: boolean;
}

const SHAPES: [TokenKind, RegExp][] = [
  ['comment', /\/\/[^\n]*/y],
  ['join', /&&|\|\|/y],
  ['operator', /\?!=|\?!~|\?>=|\?<=|\?=|\?~|\?>|\?<|!=|!~|>=|<=|=|~|>|</y],
  ['paren', /[()]/y],
  ['comma', /,/y],
  ['number', /-?\d+(\.\d+)?(?![\w.])/y],
  ['macro', /@[\w.:]*/y],
  ['name', /[A-Za-z_#][\w.:]*/y],
];

/** The tokens of an expression; whatever has no shape is one `wrong` character. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const token = char === '"' || char === "'" ? quoted(source, at, char) : shaped(source, at);
    found.push(token);
    at = token.to;
  }
  return found;
}

function quoted(source: string, from: number, quote: string): Token {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source.charAt(at) === '\\') at += 1;
    else if (source.charAt(at) === quote) return { kind: 'text', from, to: at + 1, text: source.slice(from, at + 1) };
  }
  return { kind: 'text', from, to: source.length, text: source.slice(from), open: true };
}

function shaped(source: string, from: number): Token {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = from;
    const match = shape.exec(source);
    if (match) return { kind, from, to: from + match[0].length, text: match[0] };
  }
  return { kind: 'wrong', from, to: from + 1, text: source.charAt(from) };
}

/** Whether a text compares something: if not, it is meant as plain words to look for. */
export function isExpression(source: string): boolean {
  return tokens(source).some((t) => t.kind === 'operator' || t.kind === 'join');
}

/** A text as a literal of the language. */
export function literal(value: string): string {
  return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}
