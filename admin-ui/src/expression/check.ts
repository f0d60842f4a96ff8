// Asks the server whether an expression is right, and where it is not.
import { send } from '../api';

export type CheckKind =
  | 'list'
  | 'view'
  | 'create'
  | 'update'
  | 'delete'
  | 'manage'
  | 'auth'
  | 'mfa'
  | 'filter'
  | 'sort';

export interface Verdict {
  ok: boolean;
  message?: string;
  /** UTF-16 offsets into the expression. */
  from?: number;
  to?: number;
}

export function checkExpression(
  collection: string,
  kind: CheckKind,
  rule: string,
  signal?: AbortSignal,
  draft?: unknown,
): Promise<Verdict> {
  return send<Verdict>('/api/rules/check', {
    method: 'POST',
    body: { collection, kind, rule, ...(draft ? { draft } : {}) },
    ...(signal && { signal }),
  });
}
