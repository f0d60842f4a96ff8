// The rules that a collection has: what each is for, in the words of the server.
import type { CheckKind } from '../../expression/check';
import type { Collection } from '../../fields/model';

export type RuleKey = 'listRule' | 'viewRule' | 'createRule' | 'updateRule' | 'deleteRule' | 'manageRule' | 'authRule';

export interface RuleKind {
  key: RuleKey;
  kind: CheckKind;
  title: string;
  says: string;
  /** What an empty expression means; undefined where it may not be empty. */
  everyone?: string;
  locked: string;
  /** Whether it can be tried with a user and a record. */
  tried: boolean;
}

const SUPERUSERS = 'Only superusers';

export const RULES: RuleKind[] = [
  {
    key: 'listRule',
    kind: 'list',
    title: 'List and search',
    says: 'Which records a list, a search and a subscription show.',
    everyone: 'Everyone sees every record',
    locked: SUPERUSERS,
    tried: true,
  },
  {
    key: 'viewRule',
    kind: 'view',
    title: 'View',
    says: 'Which single records can be opened or come along through a relation.',
    everyone: 'Everyone can open every record',
    locked: SUPERUSERS,
    tried: true,
  },
  {
    key: 'createRule',
    kind: 'create',
    title: 'Create',
    says: 'Who may add a record, judged with the values that were sent.',
    everyone: 'Everyone can add records',
    locked: SUPERUSERS,
    tried: true,
  },
  {
    key: 'updateRule',
    kind: 'update',
    title: 'Update',
    says: 'Who may change a record: it must hold before the change.',
    everyone: 'Everyone can change every record',
    locked: SUPERUSERS,
    tried: true,
  },
  {
    key: 'deleteRule',
    kind: 'delete',
    title: 'Delete',
    says: 'Who may delete a record.',
    everyone: 'Everyone can delete every record',
    locked: SUPERUSERS,
    tried: true,
  },
  {
    key: 'authRule',
    kind: 'auth',
    title: 'Sign in',
    says: 'Which accounts may sign in, such as verified = true.',
    everyone: 'Every account can sign in',
    locked: 'Nobody can sign in',
    tried: false,
  },
  {
    key: 'manageRule',
    kind: 'manage',
    title: 'Manage',
    says: 'Who may change email, password and other guarded values of another account.',
    locked: SUPERUSERS,
    tried: true,
  },
];

export function rulesOf(collection: Collection): RuleKind[] {
  if (collection.type === 'view') return RULES.filter((r) => r.key === 'listRule' || r.key === 'viewRule');
  return RULES.filter((r) => collection.type === 'auth' || (r.key !== 'authRule' && r.key !== 'manageRule'));
}
