// What may come next in a script: keywords, events, functions of modules, collections, fields. From what the server knows.
import type { Completions } from '../api';

export interface Words {
  known: Completions;
  /** Collections with the names of their fields. */
  collections: { name: string; fields: string[] }[];
}

export interface Choice {
  label: string;
  kind: 'keyword' | 'event' | 'function' | 'module' | 'collection' | 'field' | 'name';
  /** A signature, in short. */
  detail?: string;
  /** What it does, in a sentence. */
  info?: string;
  /** What is inserted, in the form of CodeMirror's snippets; without it the label is. */
  snippet?: string;
}

export interface Found {
  from: number;
  choices: Choice[];
}

/** What `req` of a route has. */
const REQUEST = ['params', 'query', 'headers', 'body', 'raw', 'auth', 'ip', 'method', 'path'];
/** Methods of texts, arrays and maps that rhai brings along. */
const METHODS =
  'len is_empty push pop map filter reduce for_each find some all sort keys values contains split trim to_upper to_lower replace starts_with ends_with sub_string to_string to_int to_float'.split(
    ' ',
  );
/** A call whose first argument is a collection. */
const OF_COLLECTION = /(?:\b(?:on|after)_\w+|\brecords::\w+|\btx\.\w+)\(\s*"(\w*)$/;
const OF_JOB = /\bjobs::push\(\s*"([\w-]*)$/;

/** Completes a script at a position. */
export function complete(text: string, position: number, words: Words): Found {
  const before = text.slice(0, position);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return (
    quoted(text, line, position, words) ?? (silent(line) ? nothing(position) : inCode(text, line, position, words))
  );
}

const nothing = (from: number): Found => ({ from, choices: [] });

/** In a text that names something. */
function quoted(text: string, line: string, position: number, words: Words): Found | null {
  const collection = OF_COLLECTION.exec(line);
  if (collection) {
    const choices: Choice[] = words.collections.map(({ name }) => ({ label: name, kind: 'collection' }));
    return { from: position - (collection[1] ?? '').length, choices };
  }
  const job = OF_JOB.exec(line);
  if (!job) return null;
  const names = [...text.matchAll(/\bjob\(\s*"([\w-]+)"/g)].map((found) => found[1] ?? '');
  return {
    from: position - (job[1] ?? '').length,
    choices: [...new Set(names)].map((label) => ({ label, kind: 'name' })),
  };
}

/** Within a comment or a text there is nothing to complete, except in the `${…}` of a template. */
function silent(line: string): boolean {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at];
    if (quote === '') {
      if (sign === '/' && line[at + 1] === '/') return true;
      if (sign === '"' || sign === '`') quote = sign;
    } else if (sign === '\\' && quote === '"') at += 1;
    else if (sign === quote) quote = '';
  }
  if (quote === '`') return line.lastIndexOf('${') < Math.max(line.lastIndexOf('}'), line.lastIndexOf('`'));
  return quote !== '';
}

function inCode(text: string, line: string, position: number, words: Words): Found {
  const module = /\b(\w+)::(\w*)$/.exec(line);
  if (module) return { from: position - (module[2] ?? '').length, choices: functionsOf(module[1] ?? '', words) };
  const property = /(?:\b([A-Za-z_]\w*)(?:\.(\w+))?|[)\]"`])\??\.(\w*)$/.exec(line);
  if (property) {
    const [, first = '', second, typed = ''] = property;
    return { from: position - typed.length, choices: propertiesOf(text, position, first, second, words) };
  }
  const word = /[A-Za-z_]\w*$/.exec(line)?.[0] ?? '';
  if (/[\d.]$/.test(line.slice(0, line.length - word.length))) return nothing(position);
  return { from: position - word.length, choices: anything(text, word, words) };
}

function functionsOf(module: string, { known }: Words): Choice[] {
  return known.functions
    .filter((one) => one.module === module)
    .map((one) => ({
      label: one.name,
      kind: 'function',
      detail: one.signature.slice(one.signature.indexOf('(')),
      info: one.text,
      snippet: snippetOf(one.name, one.signature, (name) => `\${${name}}`),
    }));
}

function propertiesOf(
  text: string,
  position: number,
  first: string,
  second: string | undefined,
  words: Words,
): Choice[] {
  const plain = (labels: string[]): Choice[] => labels.map((label) => ({ label, kind: 'field' }));
  const of = second ?? first;
  if (of === 'record' || of === 'before') return plain(fieldsAt(text, position, words));
  if (first === 'e' && second === undefined) return plain(words.known.event);
  if (first === 'req' && second === undefined) return plain(REQUEST);
  return METHODS.map((label) => ({ label, kind: 'function', snippet: `${label}(\${})` }));
}

/** The fields of the collection that the handler around this position is for. */
function fieldsAt(text: string, position: number, { collections }: Words): string[] {
  const handlers = [...text.slice(0, position).matchAll(/\b(?:on|after)_\w+\(\s*"(\w+)"/g)];
  const name = handlers.at(-1)?.[1];
  return collections.find((one) => one.name === name)?.fields ?? ['id'];
}

function anything(text: string, typed: string, { known }: Words): Choice[] {
  const events: Choice[] = known.events.map((one) => ({
    label: one.name,
    kind: 'event',
    detail: one.signature.slice(one.signature.indexOf('(')),
    info: one.text,
    snippet: `${snippetOf(one.name, one.signature, EVENT_ARGUMENT)};`,
  }));
  const modules = [...new Set(known.functions.map((one) => one.module))].filter((name) => name !== '');
  return [
    ...events,
    ...functionsOf('', { known, collections: [] }),
    ...modules.map((name): Choice => ({ label: `${name}::`, kind: 'module', detail: 'module' })),
    ...known.keywords.map((label): Choice => ({ label, kind: 'keyword' })),
    ...own(text, typed, known).map((label): Choice => ({ label, kind: 'name' })),
  ];
}

/** Names that the script itself brings in. */
function own(text: string, typed: string, known: Completions): string[] {
  const found = [...text.matchAll(/\b(?:let|const|fn)\s+(\w+)|\|\s*(\w+)\s*\|/g)].map((one) => one[1] ?? one[2] ?? '');
  const taken = new Set(known.keywords);
  return [...new Set(found)].filter((name) => name !== typed && name.length > 1 && !taken.has(name));
}

const EVENT_ARGUMENT = (name: string): string => {
  if (name === 'method') return '"${GET}"';
  if (name === 'path') return '"/api/${path}"';
  if (name === 'expression') return '"${0 4 * * *}"';
  return `"\${${name}}"`;
};

/** A call as a snippet: every argument that is needed can be filled in, a function gets its body. */
export function snippetOf(name: string, signature: string, argument: (name: string) => string): string {
  const inside = signature.slice(signature.indexOf('(') + 1, signature.lastIndexOf(')'));
  const parts = inside
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.endsWith('?'));
  const filled = parts.map((part) =>
    part.includes('|') ? `${part.replace('…', '').trim()} {\n\t\${}\n}` : argument(part),
  );
  return `${name}(${filled.length === 0 && inside !== '' ? '${}' : filled.join(', ')})`;
}
