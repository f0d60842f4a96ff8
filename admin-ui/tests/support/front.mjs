// Serves admin-ui/dist as the server does, with its Content-Security-Policy, and hands everything else to a server that was
// built without the dashboard. A request that does not reach the server is cut, as it would be without anything between.

import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const NONCE = 'bm9uY2U';
const POLICY = `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${NONCE}'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'`;

/** Starts it before the server at `target`; gives its address and how to end it. */
export async function front(target) {
  const { hostname, port } = new URL(target);
  const server = createServer((ask, answer) => {
    if (ask.url.startsWith('/_/')) return void asset(ask.url, answer);
    const { host: _host, ...headers } = ask.headers;
    const passed = request({
      hostname,
      port,
      path: ask.url,
      method: ask.method,
      headers: { ...headers, host: `${hostname}:${port}` },
    });
    passed.on('response', (got) => got.pipe(answer.writeHead(got.statusCode, got.headers)));
    passed.on('error', () => ask.socket.destroy());
    answer.on('close', () => passed.destroy());
    ask.pipe(passed);
  });
  server.on('upgrade', (ask, socket, head) => {
    const passed = connect(Number(port), hostname, () => {
      const headers = Object.entries(ask.headers).map(
        ([name, value]) => `${name}: ${name === 'host' ? `${hostname}:${port}` : value}\r\n`,
      );
      passed.write(`GET ${ask.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
      passed.write(head);
      passed.pipe(socket).pipe(passed);
    });
    passed.on('error', () => socket.destroy());
    socket.on('error', () => passed.destroy());
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function asset(url, answer) {
  const path = decodeURIComponent(new URL(url, 'http://x').pathname).slice('/_/'.length);
  const name = extname(path) ? path : 'index.html';
  const file = await readFile(join(DIST, name)).catch(() => null);
  if (!file) return answer.writeHead(404).end();
  const html = name === 'index.html';
  answer.writeHead(200, {
    'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
    ...(html && { 'Content-Security-Policy': POLICY }),
  });
  answer.end(html ? file.toString().replaceAll('__CSP_NONCE__', NONCE) : file);
}
