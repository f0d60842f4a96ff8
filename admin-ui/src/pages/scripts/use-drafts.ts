// What was written and not saved yet, of every file: switching to another file loses nothing.
import { useCallback, useState } from 'react';
import type { Script } from '../../api';

export interface Draft {
  text: string;
  /** The file as it was when the first letter was changed. */
  base: Script;
}

export interface Drafts {
  of: (file: string) => Draft | undefined;
  files: string[];
  /** Notes a text; one that is as stored is no draft. */
  write: (stored: Script, text: string) => void;
  /** Says that this is stored now: what was written since stays a draft upon it. */
  saved: (stored: Script, sent: string) => void;
  drop: (file: string) => void;
  rename: (from: string, to: Script) => void;
}

type All = Record<string, Draft>;

export function useDrafts(): Drafts {
  const [all, setAll] = useState<All>({});
  const write = useCallback((stored: Script, text: string) => {
    setAll((old) => {
      const base = old[stored.file]?.base ?? stored;
      return text === base.text ? without(old, stored.file) : { ...old, [stored.file]: { text, base } };
    });
  }, []);
  const saved = useCallback((stored: Script, sent: string) => {
    setAll((old) => {
      const text = old[stored.file]?.text;
      const more = text !== undefined && text !== sent && text !== stored.text;
      return more ? { ...old, [stored.file]: { text, base: stored } } : without(old, stored.file);
    });
  }, []);
  const drop = useCallback((file: string) => setAll((old) => without(old, file)), []);
  const rename = useCallback((from: string, to: Script) => {
    setAll((old) => {
      const draft = old[from];
      return draft ? { ...without(old, from), [to.file]: { text: draft.text, base: to } } : old;
    });
  }, []);
  return { of: (file) => all[file], files: Object.keys(all), write, saved, drop, rename };
}

function without(all: All, file: string): All {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== file));
}
