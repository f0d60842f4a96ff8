/** Every example of the documentation is compiled, and every public name has one. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SDK = resolve(import.meta.dirname, '..');
const PAGES = ['README.md', '../docs/sdk.md'];

/** What every example can use without saying so. */
const PRELUDE = [
  "import * as sdk from '@luge/sdk';",
  "import * as react from '@luge/sdk/react';",
  "import type { Schema } from './test/support/schema.ts';",
  "import type { CreateOf, RecordOf, UpdateOf } from '@luge/sdk';",
  'const luge = sdk.createLuge<Schema>(location.origin);',
];

interface Example {
  name: string;
  text: string;
}

function sources(): string[] {
  return readdirSync(join(SDK, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
}

/** The `@example` blocks of comments. */
function inComments(): Example[] {
  return sources().flatMap((file) => {
    const text = readFileSync(join(SDK, 'src', file), 'utf8');
    const comments = text.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    const bodies = comments.flatMap((comment) =>
      comment
        .replace(/\s*\*\/$/, '')
        .replace(/^\s*\* ?/gm, '')
        .split('@example\n')
        .slice(1),
    );
    return bodies.map((body, n) => ({ name: `${file} ${n + 1}`, text: body }));
  });
}

/** The blocks of code in pages. */
function inPages(): Example[] {
  return PAGES.flatMap((page) => {
    const blocks = readFileSync(join(SDK, page), 'utf8').matchAll(/^```(?:ts|tsx)\n([\s\S]*?)^```/gm);
    return [...blocks].map(([, text = ''], n) => ({ name: `${page} ${n + 1}`, text }));
  });
}

/** An example as a module: its imports, the prelude, and the rest as the body of a function. */
function moduleOf({ text }: Example): string {
  const imports = text.match(/^import [\s\S]*?from '[^']+';$/gm) ?? [];
  const rest = imports.reduce((all, line) => all.replace(line, ''), text);
  const named = new Set(imports.flatMap((line) => line.match(/\w+/g) ?? []));
  // Names that the example imports by itself are not given to it.
  const given = (module: string, names: string[]) => `const { ${names.filter((n) => !named.has(n)).join(', ')} } = ${module};`;
  const prelude = PRELUDE.filter((line) => !(line.includes('type { Schema }') && named.has('Schema')));
  const head = [...imports.map((line) => line.replace("'./luge.ts'", "'./test/support/schema.ts'")), ...prelude];
  return `${head.join('\n')}\n${given('sdk', VALUES.sdk)}\n${given('react', VALUES.react)}\nexport async function example() {\n${rest}\n}\n`;
}

const program = (files: Map<string, string>) => {
  const { config } = ts.readConfigFile(join(SDK, 'tsconfig.json'), ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, SDK);
  const options: ts.CompilerOptions = { ...parsed.options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version, true);
  };
  return ts.createProgram([...files.keys(), join(SDK, 'src/index.ts'), join(SDK, 'src/react/index.ts')], options, host);
};

function exportsOf(made: ts.Program, entry: string): ts.Symbol[] {
  const checker = made.getTypeChecker();
  const file = made.getSourceFile(join(SDK, 'src', entry));
  const symbol = file && checker.getSymbolAtLocation(file);
  if (!symbol) throw new Error(`${entry} exports nothing`);
  return checker.getExportsOfModule(symbol).map((s) => (s.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(s) : s));
}

const isValue = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Value) !== 0;
const bare = program(new Map());
const VALUES = {
  sdk: exportsOf(bare, 'index.ts')
    .filter(isValue)
    .map((s) => s.name),
  react: exportsOf(bare, 'react/index.ts')
    .filter(isValue)
    .map((s) => s.name),
};

test('every example compiles', () => {
  const examples = [...inComments(), ...inPages()];
  expect(examples.length).toBeGreaterThan(60);
  const files = new Map(examples.map((example, n) => [join(SDK, `example-${n}.tsx`), moduleOf(example)]));
  const made = program(files);
  const faults = [...files.keys()].flatMap((file, n) => {
    const source = made.getSourceFile(file);
    const found = [...made.getSyntacticDiagnostics(source), ...made.getSemanticDiagnostics(source)];
    return found.map(
      (fault) => `${examples[n]?.name}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}\n${examples[n]?.text}`,
    );
  });
  expect(faults).toEqual([]);
});

test('every public name is documented, and what can be called has an example', () => {
  const missing: string[] = [];
  const look = (symbol: ts.Symbol, name: string, needsExample: boolean) => {
    const tags = symbol.getJsDocTags();
    if (tags.some((tag) => tag.name === 'internal')) return;
    if (!symbol.getDocumentationComment(bare.getTypeChecker()).length) missing.push(`${name} has no comment`);
    else if (needsExample && !tags.some((tag) => tag.name === 'example')) missing.push(`${name} has no example`);
  };
  for (const symbol of [...exportsOf(bare, 'index.ts'), ...exportsOf(bare, 'react/index.ts')]) {
    const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
    look(symbol, symbol.name, isValue(symbol) && !isClass);
    if (!isClass) continue;
    for (const member of symbol.members?.values() ?? []) {
      const [declaration] = member.getDeclarations() ?? [];
      const hidden =
        !declaration || ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
      if (hidden || !ts.isMethodDeclaration(declaration)) continue;
      look(member, `${symbol.name}.${member.name}`, true);
    }
  }
  expect(missing).toEqual([]);
});
