import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const sdk = (file: string) => resolve(import.meta.dirname, '../../src', file);

export default defineConfig({
  plugins: [react()],
  // Inside this repository the example uses the SDK's source. An app of its own needs none of these lines.
  resolve: {
    alias: [
      { find: '@luge/sdk/react', replacement: sdk('react/index.ts') },
      { find: '@luge/sdk', replacement: sdk('index.ts') },
    ],
    dedupe: ['react', 'react-dom'],
  },
});
