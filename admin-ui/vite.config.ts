// Builds the dashboard that the server embeds and serves at /_/.
// `npm run dev` serves it with hot reload and sends /api to a running server: LUGE_URL=http://127.0.0.1:8090 npm run dev
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const server = process.env.LUGE_URL ?? 'http://127.0.0.1:8090';

export default defineConfig({
  base: '/_/',
  plugins: [react()],
  resolve: { alias: { '~': path('./src'), '@luge/sdk': path('../sdk/src/index.ts') } },
  server: {
    proxy: { '/api': { target: server, ws: true }, '/metrics': { target: server } },
    fs: { allow: [path('.'), path('../sdk')] },
  },
  build: {
    target: 'es2022',
    manifest: true,
    // Everything is a file with a hash in its name: nothing inline, so the Content-Security-Policy can forbid inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
});
