// Plain words in the filter bar: they are looked for in every field that can hold words.
import type { Collection, Field } from '../fields/model';
import { isExpression, literal } from './tokens';

const WORDS = ['text', 'email', 'url', 'editor', 'select', 'json'];

export function searchFields(collection: Collection): Field[] {
  return collection.fields.filter((f) => WORDS.includes(f.type) && !(f.system && f.name === 'tokenKey'));
}

/** The filter that a text of the bar means: itself if it compares something, else a search for its words. */
export function filterOf(text: string, collection: Collection): string {
  const trimmed = text.trim();
  if (trimmed === '' || isExpression(trimmed)) return trimmed;
  const word = literal(trimmed);
  const parts = searchFields(collection).map((f) => `${f.name} ~ ${word}`);
  const number = Number(trimmed);
  const numbers = Number.isFinite(number) ? collection.fields.filter((f) => f.type === 'number') : [];
  return [...parts, ...numbers.map((f) => `${f.name} = ${number}`)].join(' || ');
}
