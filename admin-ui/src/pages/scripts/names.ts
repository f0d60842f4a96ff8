// What a file of the scripts may be called, and which group it belongs to.

export interface Group {
  /** The folder, with its slash. */
  folder: '' | 'lib/' | 'cases/' | 'templates/';
  title: string;
  /** What its files are for. */
  note: string;
  /** One of them, for the menu "New". */
  one: string;
  example: string;
}

export const GROUPS: Group[] = [
  { folder: '', title: 'Scripts', note: 'Hooks, routes, schedules and jobs', one: 'Script', example: 'orders.rhai' },
  { folder: 'lib/', title: 'Library', note: 'Functions for all scripts', one: 'Library', example: 'lib/money.rhai' },
  { folder: 'cases/', title: 'Tests', note: 'For luge hooks test', one: 'Test', example: 'cases/orders.rhai' },
  {
    folder: 'templates/',
    title: 'Templates',
    note: 'For mails and pages',
    one: 'Template',
    example: 'templates/receipt.html',
  },
];

export function groupOf(file: string): Group {
  const folder = file.includes('/') ? file.slice(0, file.indexOf('/') + 1) : '';
  const found = GROUPS.find((group) => group.folder === folder) ?? GROUPS[0];
  if (!found) throw new Error('there are groups');
  return found;
}

/** What is wrong with a name; empty when nothing is, a space while it is only not finished. */
export function wrongName(name: string, taken: string[]): string {
  const template = name.startsWith('templates/');
  const bare = name.replace(/^(?:lib|cases|templates)\//, '');
  if (bare === '') return ' ';
  if (/\s/.test(bare) || bare.includes('/') || !/^[A-Za-z0-9][\w.-]*$/.test(bare))
    return 'Letters, digits, - _ and dots; only the folders lib, cases and templates.';
  if (template ? !/\.(?:html|txt)$/.test(bare) : !bare.endsWith('.rhai'))
    return template ? 'It ends with .html or .txt.' : 'It ends with .rhai.';
  return taken.includes(name) ? 'There is one with this name.' : '';
}

/** What a new file begins with. */
export function firstText(file: string): string {
  if (file.startsWith('lib/'))
    return `// Called from scripts as ${file.slice(4, -5)}::twice(21).\nfn twice(n) {\n    n * 2\n}\n`;
  if (file.startsWith('cases/')) return 'test("it holds", || {\n    assert_equal(1 + 1, 2);\n});\n';
  if (file.startsWith('templates/')) return file.endsWith('.html') ? '<p>Hello {{ name }}</p>\n' : 'Hello {{ name }}\n';
  return '';
}
