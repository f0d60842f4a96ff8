import { Link } from '@tanstack/react-router';

interface Found {
  file: string;
  line: number | undefined;
}

/** `hooks/orders.rhai:3` as the file of the scripts page; null for what that page does not have, such as a plugin's. */
export function placeOf(source: string): Found | null {
  const found = /^hooks\/((?:lib\/|cases\/|templates\/)?[\w.-]+\.(?:rhai|html|txt))(?::(\d+))?/.exec(source);
  if (!found?.[1]) return null;
  return { file: found[1], line: found[2] ? Number(found[2]) : undefined };
}

/** A place in a script, which leads to its line in the editor where there is one. */
export function Place({ source }: { source: string }) {
  const found = placeOf(source);
  if (!found) return <span className="mono">{source}</span>;
  const { file, line } = found;
  return (
    <Link to="/scripts" search={{ file, ...(line !== undefined && { line }) }} className="link mono">
      {source}
    </Link>
  );
}

/** An error of a script: when it begins with a place, that leads there. */
export function ScriptError({ error }: { error: string }) {
  const found = /^(\S+\.rhai(?::\d+){0,2})(:\s.*|$)/s.exec(error);
  if (!found?.[1]) return <span>{error}</span>;
  return (
    <span>
      <Place source={found[1]} />
      {found[2]}
    </span>
  );
}
