// A CSV, TSV, JSON or NDJSON file as rows of named values.

export interface Rows {
  columns: string[];
  rows: Record<string, unknown>[];
}

/** The largest file that is read into this page. */
export const MAX_FILE = 100 * 1024 * 1024;

/** Reads rows from a file's text; throws a sentence that says what is wrong. */
export function parseFile(name: string, text: string): Rows {
  const content = text.replace(/^\uFEFF/, '').trim();
  if (!content) throw new Error('The file is empty.');
  const json = /\.(json|ndjson|jsonl|geojson)$/i.test(name) || content.startsWith('[') || content.startsWith('{');
  const found = json ? parseJson(content) : parseCsv(content, delimiterOf(content));
  if (found.rows.length === 0) throw new Error('The file has no rows.');
  return found;
}

function parseJson(content: string): Rows {
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (error) {
    data = parseLines(content, error);
  }
  const list = listIn(data);
  if (!list) throw new Error('This JSON is no list of objects: [{…}, {…}].');
  const rows = list.map((row) => (isObject(row) ? row : { value: row }));
  const columns = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) columns.add(key);
  return { columns: [...columns], rows };
}

/** One JSON value on each line. */
function parseLines(content: string, error: unknown): unknown[] {
  const lines = content.split('\n').filter((line) => line.trim());
  if (lines.length < 2) throw new Error(`This is no valid JSON: ${error instanceof Error ? error.message : error}`);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw new Error(`Line ${index + 1} is no valid JSON.`);
    }
  });
}

function listIn(data: unknown): unknown[] | undefined {
  if (Array.isArray(data)) return data;
  if (!isObject(data)) return undefined;
  return Object.values(data).find(Array.isArray) ?? [data];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The sign between values: the one that the first line has most of. */
function delimiterOf(content: string): string {
  const line = content.slice(0, content.indexOf('\n') >>> 0);
  const amount = (sign: string) => line.split(sign).length;
  return [',', ';', '\t', '|'].reduce((best, sign) => (amount(sign) > amount(best) ? sign : best));
}

function parseCsv(content: string, delimiter: string): Rows {
  const [head = [], ...lines] = splitCsv(content, delimiter);
  const columns = head.map((name, index) => name.trim() || `column${index + 1}`);
  const second = columns.findIndex((name, index) => columns.indexOf(name) < index);
  const name = columns[second];
  if (name !== undefined)
    throw new Error(
      `The columns ${columns.indexOf(name) + 1} and ${second + 1} are both called “${name}”. ` +
        'Give one of them another name in the first line.',
    );
  const rows = lines
    .filter((line) => line.some((cell) => cell !== ''))
    .map((line) => Object.fromEntries(columns.map((column, index) => [column, line[index] ?? ''])));
  return { columns, rows };
}

/** Lines of cells by RFC 4180: quoted cells may hold delimiters, line ends and doubled quotes. */
function splitCsv(content: string, delimiter: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    line.push(cell);
    cell = '';
  };
  for (let at = 0; at < content.length; at += 1) {
    const sign = content.charAt(at);
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (content.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === delimiter) endCell();
    else if (sign === '\n') {
      endCell();
      lines.push(line);
      line = [];
    } else if (sign !== '\r') cell += sign;
  }
  endCell();
  lines.push(line);
  return lines;
}
