// Texts to values, by type of field: what a paste, an inline edit or a bulk edit of the grid means.

import { jsonMistake } from './json-mistake';
import { bad, good, type Parsed } from './kind';
import type { Field, Json } from './model';
import { isMultiple } from './model';

export function parseNumber(text: string, field: Field): Parsed {
  const trimmed = text.trim().replace(/\s/g, '');
  if (trimmed === '') return good(0);
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return bad(`“${text}” is not a number.`);
  if (field.onlyInt && !Number.isInteger(value)) return bad('Only whole numbers.');
  return good(value);
}

export function parseBool(text: string): Parsed {
  const word = text.trim().toLowerCase();
  if (['true', '1', 'yes', 't', 'y', 'on'].includes(word)) return good(true);
  if (['false', '0', 'no', 'f', 'n', 'off', ''].includes(word)) return good(false);
  return bad(`“${text}” is neither true nor false.`);
}

/** A list, written as JSON or with commas. */
export function parseList(text: string): string[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    const parsed = parseJson(trimmed);
    if (parsed.ok && Array.isArray(parsed.value)) return parsed.value.map((v) => String(v));
  }
  return trimmed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function parseSelect(text: string, field: Field): Parsed {
  const values = field.values ?? [];
  const chosen = isMultiple(field) ? parseList(text) : [text.trim()].filter((v) => v !== '');
  const unknown = chosen.find((v) => !values.includes(v));
  if (unknown !== undefined) return bad(`“${unknown}” is none of ${values.join(', ')}.`);
  if (isMultiple(field) && chosen.length > (field.maxSelect ?? 1)) return bad(`At most ${field.maxSelect} values.`);
  return good(isMultiple(field) ? chosen : (chosen[0] ?? ''));
}

export function parseIds(text: string, field: Field): Parsed {
  const ids = parseList(text);
  if (isMultiple(field)) return good(ids);
  return ids.length > 1 ? bad('Only one record.') : good(ids[0] ?? '');
}

export function parseJson(text: string): Parsed {
  if (text.trim() === '') return good(null);
  try {
    return good(JSON.parse(text) as Json);
  } catch {
    return bad(jsonProblem(text));
  }
}

/** What is wrong with a text that should be JSON, with line and column. */
function jsonProblem(text: string): string {
  const mistake = jsonMistake(text);
  if (!mistake) return 'This is not JSON.';
  const before = text.slice(0, mistake.at).split('\n');
  const column = (before[before.length - 1] ?? '').length + 1;
  return `Line ${before.length}, column ${column}: ${mistake.wanted} was expected.`;
}

/** A moment in the server's layout, from anything that names one: without a zone, UTC. */
export function parseDate(text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return good('');
  const zoned = /(z|[+-]\d{2}:?\d{2})$/i.test(trimmed);
  const iso = /^\d{4}-\d{2}-\d{2}( |T|$)/.test(trimmed);
  const candidate =
    iso && !zoned ? `${trimmed.replace(' ', 'T')}${trimmed.length === 10 ? 'T00:00:00' : ''}Z` : trimmed;
  const time = new Date(iso ? candidate.replace(' ', 'T') : candidate);
  if (Number.isNaN(time.getTime())) return bad(`“${text}” is not a date, such as 2026-11-25 16:30.`);
  return good(wireDate(time));
}

/** `2026-11-25 16:30:00.000Z` */
export function wireDate(time: Date): string {
  return time.toISOString().replace('T', ' ');
}

export function parsePoint(text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return good({ lon: 0, lat: 0 });
  if (trimmed.startsWith('{')) return pointOf(parseJson(trimmed));
  const numbers = trimmed.split(/[,;\s]+/).map(Number);
  const [lat, lon] = numbers;
  if (numbers.length !== 2 || lat === undefined || lon === undefined) return bad('Write latitude, longitude.');
  return pointOf(good({ lat, lon }));
}

function pointOf(parsed: Parsed): Parsed {
  if (!parsed.ok) return parsed;
  const point = parsed.value;
  if (point === null || typeof point !== 'object' || Array.isArray(point)) return bad('Write latitude, longitude.');
  const { lat, lon } = point;
  if (typeof lat !== 'number' || !(Math.abs(lat) <= 90)) return bad('The latitude is between -90 and 90.');
  if (typeof lon !== 'number' || !(Math.abs(lon) <= 180)) return bad('The longitude is between -180 and 180.');
  return good({ lat, lon });
}

export function checkEmail(text: string): string | undefined {
  return text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'This is not an email address.';
}

export function checkUrl(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    new URL(text);
    return undefined;
  } catch {
    return 'This is not an address, such as https://example.com.';
  }
}
