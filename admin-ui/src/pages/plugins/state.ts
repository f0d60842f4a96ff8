// How a plugin stands, in one word: for its card and the head of its page.
import type { Plugin } from '../../api';
import { beyond, type Statement } from './permissions';

export interface State {
  label: string;
  tone: 'good' | 'bad' | 'warn' | 'off';
}

/** Whether it is enabled with other permissions than it asks for now: then it is off until its owner agrees. */
export function asksAnew({ enabled, permissions, accepted }: Plugin): boolean {
  return enabled && accepted !== null && JSON.stringify(permissions) !== JSON.stringify(accepted);
}

/** What it asks for beyond what was agreed to. */
export function more({ permissions, accepted }: Plugin): Statement[] {
  return accepted ? beyond(permissions, accepted) : [];
}

export function stateOf(plugin: Plugin): State {
  if (plugin.problem !== null) return { label: 'Cannot be used', tone: 'bad' };
  if (asksAnew(plugin)) return { label: 'Asks again', tone: 'warn' };
  if (!plugin.enabled) return { label: 'Off', tone: 'off' };
  if (plugin.diagnostics.length > 0) return { label: 'Has a mistake', tone: 'bad' };
  return { label: 'Enabled', tone: 'good' };
}

/** Settings and secrets that it needs and does not have yet. */
export function lacking(plugin: Plugin): string[] {
  const empty = (value: unknown) => value === null || value === undefined || value === '';
  return [
    ...plugin.settings.filter((one) => one.required && empty(one.value)).map((one) => one.label || one.key),
    ...plugin.secrets.filter((one) => !one.set).map((one) => one.name),
  ];
}
