/** What is published: it builds, is right for every resolver, and stays small. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, expect, test } from 'vitest';

const SDK = resolve(import.meta.dirname, '..');
const KB = 1024;

beforeAll(() => {
  execFileSync('npm', ['run', 'build'], { cwd: SDK, stdio: 'pipe' });
});

/** The bytes that an app loads for an entry, minified and compressed; what is loaded later on demand is not in it. */
async function weight(entry: string, external: string[] = []): Promise<number> {
  const made = await build({
    entryPoints: [join(SDK, 'dist', entry)],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: 'unused',
    write: false,
    metafile: true,
    external,
  });
  // The entry and what it imports statically.
  const outputs = new Map(Object.entries(made.metafile.outputs));
  const main = [...outputs].find(([, output]) => output.entryPoint?.endsWith(entry))?.[0] as string;
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const { path, kind } of outputs.get(name)?.imports ?? [])
      if (kind === 'import-statement' && outputs.has(path)) add(path);
  };
  add(main);
  const files = made.outputFiles.filter((file) => [...needed].some((name) => file.path.endsWith(name)));
  return files.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
}

test('the core is at most 12 KB and the React bindings at most 3 KB', async () => {
  const [core, react] = [await weight('index.js'), await weight('react/index.js', ['react', '../index.js'])];
  console.log(`core ${core} bytes, React ${react} bytes (gzip)`);
  expect(core).toBeLessThanOrEqual(12 * KB);
  expect(react).toBeLessThanOrEqual(3 * KB);
});

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: SDK, strict: true });
  const pkg = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8'));
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('there is no runtime dependency, and every entry exists', () => {
  const pkg = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8'));
  expect(pkg.dependencies).toBeUndefined();
  const entries = Object.values(pkg.exports as Record<string, Record<string, string>>).flatMap((entry) => Object.values(entry));
  expect(entries.filter((file) => !existsSync(join(SDK, file)))).toEqual([]);
});

test('plain Node imports what was built', () => {
  const script = "import { createLuge, LugeError } from '@luge/sdk'; console.log(typeof createLuge, new LugeError('x').code)";
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: SDK, encoding: 'utf8' });
  expect(said.trim()).toBe('function network');
});
