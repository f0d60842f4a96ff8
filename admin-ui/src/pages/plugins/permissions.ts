// What a plugin may reach, in plain words, and what it asks for beyond what was agreed to.
import type { Permissions } from '../../api';

export interface Statement {
  /** Which permission it is about. */
  key: 'network' | 'read' | 'write' | 'routes' | 'secrets' | 'env' | 'mail' | 'cron' | 'files';
  says: string;
  /** The hosts, collections and so on that it names. */
  items: string[];
}

/** The statements of these permissions; none when it may reach nothing. */
export function statements(permissions: Permissions): Statement[] {
  const { network, collections, routes, secrets, env, mail, cron, files } = permissions;
  const all: [Statement['key'], string, string[] | boolean][] = [
    ['write', 'Reads and changes records of', collections.write],
    ['read', 'Reads records of', collections.read.filter((name) => !collections.write.includes(name))],
    ['network', 'Sends data to, and gets it from', network],
    ['routes', 'Answers requests at', routes],
    ['secrets', 'Uses the secrets', secrets],
    ['env', "Reads the server's environment variables", env],
    ['files', 'Reads the files', files],
    ['mail', 'Sends mail', mail],
    ['cron', 'Runs on a schedule', cron],
  ];
  return all.flatMap(([key, says, value]) => {
    if (value === true) return [{ key, says, items: [] }];
    return Array.isArray(value) && value.length > 0 ? [{ key, says, items: value.map(named) }] : [];
  });
}

/** What stands for everything is said as such. */
function named(item: string): string {
  return item === '*' ? 'everything' : item;
}

/** What `asked` names and `accepted` does not. */
export function beyond(asked: Permissions, accepted: Permissions): Statement[] {
  const known = new Map(statements(accepted).map((one) => [one.key, one.items]));
  // What may be changed may be read.
  const readable = new Set([...(known.get('read') ?? []), ...(known.get('write') ?? [])]);
  return statements(asked).flatMap((one) => {
    const agreed = known.get(one.key);
    if (one.items.length === 0) return agreed ? [] : [one];
    const had = one.key === 'read' ? readable : new Set(agreed ?? []);
    const items = one.items.filter((item) => !had.has(item));
    return items.length === 0 ? [] : [{ ...one, items }];
  });
}
