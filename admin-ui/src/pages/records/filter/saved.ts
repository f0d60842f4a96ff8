// Filters that were used lately, and views that were kept under a name: per collection, in this browser.
import type { Collection } from '../../../fields/model';

export interface View {
  name: string;
  filter: string;
  sort: string;
}

const LATELY = 12;

export function lately(collection: Collection): string[] {
  return read<string[]>(`luge.filters.${collection.id}`, []);
}

export function remember(collection: Collection, filter: string): void {
  if (filter.trim() === '') return;
  const next = [filter, ...lately(collection).filter((old) => old !== filter)].slice(0, LATELY);
  localStorage.setItem(`luge.filters.${collection.id}`, JSON.stringify(next));
}

export function views(collection: Collection): View[] {
  return read<View[]>(`luge.views.${collection.id}`, []);
}

export function saveViews(collection: Collection, next: View[]): void {
  localStorage.setItem(`luge.views.${collection.id}`, JSON.stringify(next));
}

function read<T>(key: string, fallback: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as T | null) ?? fallback;
  } catch {
    return fallback;
  }
}
