// The three ways in which an example is written.
import type { Json } from '../../fields/model';
import type { Request } from './operations';

export type Language = 'curl' | 'luge' | 'pocketbase';

export const LANGUAGES: { value: Language; label: string }[] = [
  { value: 'curl', label: 'curl' },
  { value: 'luge', label: 'TypeScript' },
  { value: 'pocketbase', label: 'PocketBase SDK' },
];

export function curl({ method, path, query, body }: Request, signedIn: boolean): string {
  const parts = [`curl '${location.origin}${path}'`];
  if (method !== 'GET') parts.push(`-X ${method}`);
  if (signedIn) parts.push('-H "Authorization: $TOKEN"');
  const parameters = Object.entries(query);
  if (parameters.length > 0) parts.push('-G');
  for (const [key, value] of parameters) parts.push(`--data-urlencode ${shell(`${key}=${value}`)}`);
  if (body) parts.push("-H 'Content-Type: application/json'", `-d ${shell(JSON.stringify(body))}`);
  return parts.join(' \\\n  ');
}

/** A text as one word of a shell. */
export function shell(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

export function luge(code: string, imports: string[] = []): string {
  const names = ['createLuge', ...imports].join(', ');
  return `import { ${names} } from '@luge/sdk';\n\nconst luge = createLuge('${location.origin}');\n\n${code}`;
}

export function pocketbase(code: string): string {
  return `import PocketBase from 'pocketbase';\n\nconst pb = new PocketBase('${location.origin}');\n\n${code}`;
}

/** A value as one would write it in TypeScript. */
export function object(value: Json, indent = ''): string {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? quoted(value) : String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[${value.map((item) => object(item, inner)).join(', ')}]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(
    ([key, item]) => `${inner}${/^[A-Za-z_]\w*$/.test(key) ? key : quoted(key)}: ${object(item, inner)},`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}

const quoted = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n')}'`;
