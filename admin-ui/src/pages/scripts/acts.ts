// What can be done with files: new ones, renaming, deleting.
import type { QueryClient } from '@tanstack/react-query';
import { type Script, type ScriptFile, scripts } from '../../api';
import { ask, confirm, toast } from '../../parts';
import { firstText, wrongName } from './names';
import type { Drafts } from './use-drafts';

export interface Acts {
  create: (file: string, text?: string) => void;
  rename: (file: string) => void;
  remove: (file: string) => void;
}

interface Around {
  files: ScriptFile[];
  drafts: Drafts;
  queries: QueryClient;
  open: (file: string | undefined) => Promise<void>;
}

export const keyOf = (file: string) => ['script', file];

export function actsOf({ files, drafts, queries, open }: Around): Acts {
  const taken = files.map((one) => one.file);
  const changed = () => queries.invalidateQueries({ queryKey: ['scripts'] });
  const stored = ({ file, text, modified }: Script) => queries.setQueryData(keyOf(file), { file, text, modified });
  return {
    create(file, text) {
      ask({
        title: 'New file',
        label: 'Name',
        note: 'Files in lib, cases and templates begin with that folder.',
        value: file,
        action: 'Create',
        check: (name) => wrongName(name, taken),
        async run(name) {
          stored(await scripts.save(name, text ?? firstText(name), false));
          await changed();
          await open(name);
        },
      });
    },
    rename(file) {
      ask({
        title: `Rename ${file}`,
        label: 'New name',
        note: 'Waiting jobs and dead letters find their handler by its name, not by its file.',
        value: file,
        action: 'Rename',
        check: (name) => (name === file ? ' ' : wrongName(name, taken)),
        async run(name) {
          const { text } = await scripts.view(file);
          // The new one first: a file that is there twice for a moment is better than one that is nowhere.
          const saved = await scripts.save(name, text, true);
          stored(saved);
          drafts.rename(file, saved);
          await open(name);
          await scripts.remove(file);
          await changed();
          toast.done(`${file} is called ${name} now.`);
        },
      });
    },
    remove(file) {
      confirm({
        title: `Delete ${file}`,
        consequences: [
          'Its hooks, routes, schedules and jobs stop at once.',
          'Jobs that wait for it stay in the queue until they fail.',
        ],
        action: 'Delete',
        danger: true,
        async run() {
          try {
            // The editor lets go of it first, or it would ask for a file that is no more.
            await open(taken.find((name) => name !== file));
            await scripts.remove(file);
            drafts.drop(file);
            await changed();
            toast.done(`${file} was deleted.`);
          } catch (error) {
            toast.failed(error);
          }
        },
      });
    },
  };
}
