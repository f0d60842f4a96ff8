// Saving a file: never over what somebody else saved meanwhile, and never with a mistake unless that is wanted.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, type Diagnostic, type Script, scripts } from '../../api';
import { toast } from '../../parts';
import { keyOf } from './acts';
import type { Drafts } from './use-drafts';

export interface Save {
  busy: boolean;
  /** Why the last one was refused, until the text is changed. */
  refused: Diagnostic[];
  forget: () => void;
  /** Saves what is written; `force` with its mistakes, `over` also over another version. */
  save: (how?: { force?: boolean; over?: boolean }) => Promise<void>;
}

export function useSave(stored: Script, drafts: Drafts): Save {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Diagnostic[]>([]);
  const { file } = stored;
  const send = async (text: string, force: boolean) => {
    const saved = await scripts.save(file, text, force);
    queries.setQueryData(keyOf(file), { file, text: saved.text, modified: saved.modified });
    drafts.saved(saved, text);
    setRefused([]);
    await queries.invalidateQueries({ queryKey: ['scripts'] });
    toast.done(
      saved.loaded ? `${file} was saved and runs.` : `${file} was saved. The scripts from before go on running.`,
    );
  };
  const save: Save['save'] = async ({ force = false, over = false } = {}) => {
    const draft = drafts.of(file);
    if (busy || (!draft && !force)) return;
    const text = draft?.text ?? stored.text;
    setBusy(true);
    try {
      const now = over ? null : await newest(file);
      // What somebody else saved is shown by the editor, which asks what to do.
      if (now && draft && now.text !== draft.base.text) queries.setQueryData(keyOf(file), now);
      else await send(text, force);
    } catch (error) {
      const mistakes =
        error instanceof ApiError && error.status === 400 ? await scripts.check(file, text).catch(() => []) : [];
      if (mistakes.length > 0) setRefused(mistakes);
      else toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, refused, forget: () => setRefused([]), save };
}

/** The file as it is now; null when it is gone, which a save makes good. */
async function newest(file: string): Promise<Script | null> {
  try {
    return await scripts.view(file);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
