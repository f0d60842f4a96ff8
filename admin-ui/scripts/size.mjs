// What a browser has to load before the first page is shown, compressed: the page, its script with all static imports, its styles.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** The most that it may be, in bytes. */
export const LIMIT = 250_000;

/** Sums the files that index.html names; `read` gives the bytes of a path such as `/_/assets/x.js`. */
export async function firstLoad(read) {
  const html = (await read('/_/')).toString();
  const named = [...html.matchAll(/(?:src|href)="(\/_\/assets\/[^"]+\.(?:js|css))"/g)].map((found) => found[1]);
  const files = [];
  const queue = [...new Set(named)];
  for (const path of queue) {
    const content = await read(path);
    files.push({ path, gzip: gzipSync(content).length });
    // Static imports of a module; Vite also names them in the page, but a forgotten one has to count.
    if (path.endsWith('.js'))
      for (const [, name] of content
        .toString()
        .matchAll(/(?:^|[;}\s])(?:import|export)[^;"'()]*?from?\s*["']\.\/([^"']+\.js)["']/g))
        if (!queue.includes(`/_/assets/${name}`)) queue.push(`/_/assets/${name}`);
  }
  return { total: files.reduce((sum, file) => sum + file.gzip, 0) + gzipSync(html).length, files };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = new URL('../dist/', import.meta.url);
  const { total, files } = await firstLoad((path) =>
    readFile(new URL(path === '/_/' ? 'index.html' : path.slice('/_/'.length), dist)),
  );
  for (const { path, gzip } of files) console.log(`${String(gzip).padStart(8)}  ${path}`);
  console.log(`${String(total).padStart(8)}  first load, of ${LIMIT} at most`);
  process.exit(total <= LIMIT ? 0 : 1);
}
