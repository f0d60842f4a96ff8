// Where a text stops being JSON: browsers say it each in their own way, and often not at all.

const SPACE = /[\s]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

export interface Mistake {
  at: number;
  wanted: string;
}

/** The first mistake; undefined where the text is JSON. */
export function jsonMistake(text: string): Mistake | undefined {
  let at = 0;
  const skip = (shape: RegExp): boolean => {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (match) at += match[0].length;
    return match !== null;
  };
  const sign = (): string => {
    skip(SPACE);
    return text.charAt(at);
  };
  const wanted = (what: string): Mistake => ({ at, wanted: what });

  const members = (close: string, member: () => Mistake | undefined): Mistake | undefined => {
    at += 1;
    if (sign() === close) {
      at += 1;
      return undefined;
    }
    for (;;) {
      const mistake = member();
      if (mistake) return mistake;
      const next = sign();
      if (next !== close && next !== ',') return wanted(`a comma or ${close}`);
      at += 1;
      if (next === close) return undefined;
    }
  };
  const pair = (): Mistake | undefined => {
    sign();
    if (!skip(STRING)) return wanted('a name in double quotes');
    if (sign() !== ':') return wanted('a colon');
    at += 1;
    return value();
  };
  const value = (): Mistake | undefined => {
    const first = sign();
    if (first === '{') return members('}', pair);
    if (first === '[') return members(']', value);
    return skip(STRING) || skip(SCALAR) ? undefined : wanted('a value');
  };
  const mistake = value();
  if (mistake) return mistake;
  return sign() === '' ? undefined : wanted('the end');
}
