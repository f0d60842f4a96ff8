// Indexes as SQL, and the simple ones among them as columns and a flag.

export interface SimpleIndex {
  name: string;
  unique: boolean;
  columns: string[];
  /** The SQL says more than that (an expression, an order, a condition): it is edited as text. */
  special: boolean;
}

const SHAPE =
  /^\s*CREATE\s+(UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?[`"[]?(\w+)[`"\]]?\s+ON\s+[`"[]?\w+[`"\]]?\s*\(([\s\S]*?)\)\s*(WHERE[\s\S]*)?;?\s*$/i;

export function readIndex(sql: string): SimpleIndex {
  const found = SHAPE.exec(sql);
  if (!found) return { name: sql.slice(0, 40), unique: false, columns: [], special: true };
  const columns = (found[3] ?? '').split(',').map((part) => part.trim());
  const plain = columns.every((part) => /^[`"[]?\w+[`"\]]?$/.test(part));
  return {
    name: found[2] ?? '',
    unique: found[1] !== undefined,
    columns: columns.map((part) => part.replace(/[`"[\]]/g, '')),
    special: !plain || found[4] !== undefined,
  };
}

export function writeIndex(
  table: string,
  { name, unique, columns }: Pick<SimpleIndex, 'name' | 'unique' | 'columns'>,
): string {
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX \`${name}\` ON \`${table}\` (${columns.map((column) => `\`${column}\``).join(', ')})`;
}

/** A name that says table and columns; names of indexes are unique on the whole server. */
export function indexName(table: string, columns: string[], taken: string[]): string {
  const base = `idx_${table}_${columns.join('_') || 'new'}`.slice(0, 60);
  let name = base;
  for (let n = 2; taken.includes(name); n += 1) name = `${base}_${n}`;
  return name;
}
