// "Try as": asks the server whether a rule lets somebody do something, and which part of it decided.
import { send } from '../../api';
import type { CheckKind } from '../../expression/check';
import type { Json } from '../../fields/model';
import type { Mark } from './code-look';

export interface Side {
  from: number;
  to: number;
  text: string;
  values: Json[];
}

export interface Node {
  kind: 'all' | 'any' | 'compare';
  from: number;
  to: number;
  text: string;
  value: boolean;
  decided: boolean;
  note?: string;
  items?: Node[];
  operator?: string;
  left?: Side;
  right?: Side;
}

export interface Trial {
  allowed: boolean;
  status: number;
  reason: 'rule' | 'superuser' | 'locked' | 'everyone' | 'mistake' | 'invalid';
  message: string;
  rule: string | null;
  from?: number;
  to?: number;
  tree: Node | null;
}

export interface TrialAsk {
  collection: string;
  kind: CheckKind;
  rule: string | null;
  actor: { collection: string; id: string } | null;
  record?: string;
  body?: Json;
}

export const tryRule = (ask: TrialAsk, signal?: AbortSignal) =>
  send<Trial>('/api/rules/try', { method: 'POST', body: ask, ...(signal && { signal }) });

/** The comparisons of a tree, in their order. */
export function leaves(node: Node | null): Node[] {
  if (!node) return [];
  return node.kind === 'compare' ? [node] : (node.items ?? []).flatMap(leaves);
}

export const marksOf = (tree: Node | null): Mark[] =>
  leaves(tree).map(({ from, to, value, decided }) => ({ from, to, value, decided }));
