// What may stand at the caret of a filter or a rule: fields, also through relations, operators, values, macros, functions.
import type { Collection, Field } from '../fields/model';
import { isMultiple } from '../fields/model';
import { type Token, tokens } from './tokens';
import { suggestValues } from './values';
import { FUNCTIONS, JOINS, LITERALS, MACROS, MODIFIERS, OPERATORS, REQUEST } from './words';

export type OptionKind =
  | 'field'
  | 'relation'
  | 'operator'
  | 'macro'
  | 'function'
  | 'value'
  | 'join'
  | 'modifier'
  | 'request';

export interface Option {
  label: string;
  insert: string;
  kind: OptionKind;
  detail: string;
}

export interface Completion {
  /** The part of the text that an option replaces. */
  from: number;
  to: number;
  options: Option[];
}

export interface Vocabulary {
  collection: Collection;
  collections: Collection[];
  /** Rules know the request and other collections; a filter of the dashboard too, but they are rarely meant there. */
  rule?: boolean;
}

const LIMIT = 60;

/** The completion at a position of an expression. */
export function complete(source: string, at: number, words: Vocabulary): Completion {
  const all = tokens(source).filter((t) => t.kind !== 'comment' || t.from < at);
  const under = all.find((t) => t.from < at && at <= t.to && !isSign(t, at));
  if (under?.kind === 'comment') return { from: at, to: at, options: [] };
  const before = all.filter((t) => t.to <= (under ? under.from : at));
  const from = under && under.kind !== 'comma' && under.kind !== 'paren' ? under.from : at;
  const typed = source.slice(from, at);
  const expected = expects(before);
  const to = under && from === under.from ? Math.max(at, endOf(under, at)) : at;
  const options = optionsFor(expected, typed, before, words);
  return { from, to, options: rank(options, typed).slice(0, LIMIT) };
}

/** A caret right behind a sign begins something new: what is being typed there is not the sign itself. */
function isSign(token: Token, at: number): boolean {
  const closed = token.kind === 'text' && !token.open && at === token.to;
  return (token.kind === 'paren' || token.kind === 'comma' || closed) && at === token.to;
}

/** A name is replaced as a whole only up to the caret's segment; the rest of what stands there stays. */
function endOf(token: Token, at: number): number {
  return token.kind === 'name' || token.kind === 'macro' || token.kind === 'text' ? token.to : at;
}

type Expected = 'operand' | 'operator' | 'value' | 'join';

/** What comes after these tokens. */
export function expects(before: Token[]): Expected {
  const scope = sinceJoin(before);
  if (scope.inCall) return scope.last === 'comma' || scope.last === 'paren' ? 'operand' : 'join';
  if (scope.count === 0) return 'operand';
  if (scope.count === 1) return 'operator';
  return scope.count === 2 ? 'value' : 'join';
}

/** Operand, operator, operand since the last join or opened group; calls count as one operand. */
function sinceJoin(before: Token[]): { count: number; inCall: boolean; last: Token['kind'] | undefined } {
  let count = 0;
  let calls = 0;
  before.forEach((token, i) => {
    const opensCall = token.text === '(' && before[i - 1]?.kind === 'name' && before[i - 1]?.to === token.from;
    if (opensCall) calls += 1;
    else if (token.text === ')' && calls > 0) calls -= 1;
    else if (calls > 0) return;
    else if (token.kind === 'join' || token.text === '(') count = 0;
    else if (token.text === ')') count = 3;
    else count += 1;
  });
  return { count, inCall: calls > 0, last: before[before.length - 1]?.kind };
}

function optionsFor(expected: Expected, typed: string, before: Token[], words: Vocabulary): Option[] {
  if (expected === 'operator') return OPERATORS.map((w) => option(w.name, 'operator', w.help, `${w.name} `));
  if (expected === 'join') return JOINS.map((w) => option(w.name, 'join', w.help, `${w.name} `));
  const operands = operandOptions(typed, words);
  if (expected === 'operand') return operands;
  const left = before[before.length - 2];
  const field = left ? resolve(left.text, words)?.field : undefined;
  const values = suggestValues(field, words.collections);
  const literals = field && field.type !== 'bool' ? [] : LITERALS.map((w) => option(w.name, 'value', w.help));
  const seen = new Set(values.map((v) => v.label));
  return [
    ...values,
    ...literals.filter((l) => !seen.has(l.label)),
    ...MACROS.map(macro),
    ...operands.filter((o) => o.kind !== 'macro'),
  ];
}

function operandOptions(typed: string, words: Vocabulary): Option[] {
  const dot = Math.max(typed.lastIndexOf('.'), typed.lastIndexOf(':'));
  if (dot >= 0) return memberOptions(typed.slice(0, dot), typed.charAt(dot), words);
  const fields = fieldOptions('', words.collection, words);
  const functions = FUNCTIONS.map((w) => option(w.name, 'function', w.help, w.insert));
  const request = words.rule ? REQUEST.map((w) => option(w.name, 'request', w.help)) : [];
  const others = words.rule ? [option('@collection.', 'request', 'records of any collection')] : [];
  return [...fields, ...request, ...others, ...MACROS.map(macro), ...functions];
}

/** What follows `path.` or `path:`. */
function memberOptions(path: string, sign: string, words: Vocabulary): Option[] {
  const resolved = resolve(path, words);
  if (sign === ':') return modifierOptions(path, resolved?.field);
  if (path === '@request') return REQUEST.map((w) => option(w.name, 'request', w.help));
  if (path === '@request.auth') return authOptions(words);
  if (path === '@collection') return words.collections.map((c) => option(`@collection.${c.name}.`, 'request', c.type));
  if (resolved?.target) return fieldOptions(`${path}.`, resolved.target, words);
  if (resolved?.field?.type === 'geoPoint') {
    return ['lon', 'lat'].map((part) => option(`${path}.${part}`, 'field', 'number'));
  }
  return [];
}

function modifierOptions(path: string, field: Field | undefined): Option[] {
  const request = path.startsWith('@request.');
  const type = field ? (isMultiple(field) ? 'multiple' : field.type) : '';
  return MODIFIERS.filter((m) => m.fits(type, request)).map((m) => option(`${path}${m.name}`, 'modifier', m.help));
}

function authOptions(words: Vocabulary): Option[] {
  const found = new Map<string, Option>();
  for (const name of ['collectionName', 'collectionId'])
    found.set(name, option(`@request.auth.${name}`, 'request', 'text'));
  for (const collection of words.collections.filter((c) => c.type === 'auth')) {
    for (const o of fieldOptions('@request.auth.', collection, words)) if (!found.has(o.label)) found.set(o.label, o);
  }
  return [...found.values()];
}

function fieldOptions(prefix: string, collection: Collection, words: Vocabulary): Option[] {
  const own = collection.fields
    .filter((f) => f.type !== 'password')
    .map((f) => option(`${prefix}${f.name}`, f.type === 'relation' ? 'relation' : 'field', detailOf(f, words)));
  return [...own, ...backOptions(prefix, collection, words)];
}

/** Records elsewhere that point here: `comments_via_post`. */
function backOptions(prefix: string, collection: Collection, words: Vocabulary): Option[] {
  return words.collections.flatMap((other) =>
    other.fields
      .filter((f) => f.type === 'relation' && f.collectionId === collection.id)
      .map((f) => option(`${prefix}${other.name}_via_${f.name}`, 'relation', `${other.name} that point here`)),
  );
}

function detailOf(field: Field, words: Vocabulary): string {
  if (field.type !== 'relation') return isMultiple(field) ? `${field.type}, several` : field.type;
  const target = words.collections.find((c) => c.id === field.collectionId);
  return target ? `→ ${target.name}` : 'relation';
}

/** What a path names: a field, and the collection that it leads on to. */
export function resolve(path: string, words: Vocabulary): { field?: Field; target?: Collection } | undefined {
  const bare = path.split(':')[0] ?? '';
  let parts = bare.split('.');
  let collection: Collection | undefined = words.collection;
  if (bare.startsWith('@request.body.')) parts = parts.slice(2);
  else if (bare.startsWith('@request.auth.')) return resolveAuth(parts.slice(2), words);
  else if (bare.startsWith('@collection.')) {
    const name = (path.split('.')[1] ?? '').split(':')[0];
    collection = words.collections.find((c) => c.name === name);
    parts = parts.slice(2);
    if (parts.length === 0) return collection && { target: collection };
  } else if (bare === '@request.body') return { target: words.collection };
  return walk(parts, collection, words);
}

function resolveAuth(parts: string[], words: Vocabulary) {
  for (const collection of words.collections.filter((c) => c.type === 'auth')) {
    const found = walk(parts, collection, words);
    if (found) return found;
  }
  return undefined;
}

function walk(parts: string[], start: Collection | undefined, words: Vocabulary) {
  let collection = start;
  let field: Field | undefined;
  for (const part of parts) {
    if (!collection) return undefined;
    const back = /^(\w+)_via_(\w+)$/.exec(part);
    field = collection.fields.find((f) => f.name === part);
    if (back && !field) collection = words.collections.find((c) => c.name === back[1]);
    else if (!field) return undefined;
    else collection = words.collections.find((c) => c.id === field?.collectionId);
  }
  const found: { field?: Field; target?: Collection } = {};
  if (field) found.field = field;
  if (collection) found.target = collection;
  return found;
}

const macro = (w: { name: string; help: string }) => option(w.name, 'macro', w.help);

function option(label: string, kind: OptionKind, detail: string, insert?: string): Option {
  return { label, insert: insert ?? label, kind, detail };
}

/** Those that begin with what was typed first, then those that hold it; the order within stays. */
function rank(options: Option[], typed: string): Option[] {
  const word = typed.toLowerCase();
  if (word === '') return options;
  const starts = options.filter((o) => o.label.toLowerCase().startsWith(word));
  const holds = options.filter((o) => !starts.includes(o) && o.label.toLowerCase().includes(word));
  const found = [...starts, ...holds];
  // Nothing is left to say about a word that stands there complete.
  return found.length === 1 && found[0]?.insert === typed ? [] : found;
}
