// Sends a request as it stands, with any status as an answer: what the rest of the dashboard treats as an error is a result here.
import { session } from '../../api';

export type Who = 'superuser' | 'guest' | 'token';

export interface Run {
  method: string;
  path: string;
  body: string | undefined;
  who: Who;
  token: string;
}

export interface Outcome {
  status: number;
  milliseconds: number;
  bytes: number;
  text: string;
  position: string | null;
  failed?: string;
}

export async function runRequest({ method, path, body, who, token }: Run): Promise<Outcome> {
  const headers = new Headers();
  const used = who === 'superuser' ? session.token() : who === 'token' ? token.trim() : '';
  if (used) headers.set('Authorization', used);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  const start = performance.now();
  try {
    const url = new URL(path, location.origin);
    // The token must not leave: only this server is asked.
    if (url.origin !== location.origin) throw new Error('Only addresses of this server can be asked from here.');
    const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    const text = await answer.text();
    const milliseconds = performance.now() - start;
    const position = answer.headers.get('luge-position');
    return { status: answer.status, milliseconds, bytes: new Blob([text]).size, text: pretty(text), position };
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    return { status: 0, milliseconds: 0, bytes: 0, text: '', position: null, failed };
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
