// Who is signed in: the superuser's token, kept in this browser until sign-out or its end.
import type { SuperuserRecord } from './types';

const KEY = 'luge.session';

interface Session {
  token: string;
  record: SuperuserRecord;
}

let current: Session | null = read();
const listeners = new Set<() => void>();

function read(): Session | null {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Session | null;
    return stored && secondsLeft(stored.token) > 0 ? stored : null;
  } catch {
    return null;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Seconds until this token ends, by its own claim; the server has the last word. */
export function secondsLeft(token: string): number {
  try {
    const part = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
    return (exp ?? 0) - Date.now() / 1000;
  } catch {
    return 0;
  }
}

export const session = {
  token: (): string => current?.token ?? '',
  record: (): SuperuserRecord | null => current?.record ?? null,
  get: (): Session | null => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  save(token: string, record: SuperuserRecord): void {
    current = { token, record };
    localStorage.setItem(KEY, JSON.stringify(current));
    tell();
  },
  clear(): void {
    current = null;
    localStorage.removeItem(KEY);
    tell();
  },
};

// Signing out in one tab signs out the others.
addEventListener('storage', (event) => {
  if (event.key !== KEY) return;
  current = read();
  tell();
});
