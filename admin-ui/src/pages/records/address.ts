// The state of the page as it stands in the address: a link shows the same filter, order and open record.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export interface Address {
  filter?: string;
  sort?: string;
  /** The open record; `new` for one that is being made. */
  record?: string;
  /** The part of the drawer: values, history, … */
  part?: string;
}

export function parseAddress(search: Record<string, unknown>): Address {
  const found: Address = {};
  for (const key of ['filter', 'sort', 'record', 'part'] as const) {
    const value = search[key];
    // The router reads "123" as a number; every one of these is a text.
    if (value !== undefined && value !== null && value !== '')
      found[key] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return found;
}

/** The state, and a way to change it: a filter or an order replaces the entry in the history only while one types. */
export function useAddress(): [Address, (next: Address, replace?: boolean) => void] {
  const address = useSearch({ from: '/inside/c/$collection/', select: parseAddress, structuralSharing: true });
  const navigate = useNavigate({ from: '/c/$collection/' });
  const change = useCallback(
    (next: Address, replace = false) => {
      void navigate({ search: (old) => strip({ ...old, ...next }), replace, resetScroll: false });
    },
    [navigate],
  );
  return [address, change];
}

function strip(address: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined && value !== ''));
}
