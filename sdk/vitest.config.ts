import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  resolve: {
    alias: [
      { find: '@luge/sdk/react', replacement: at('src/react/index.ts') },
      { find: '@luge/sdk', replacement: at('src/index.ts') },
    ],
  },
  test: { include: ['test/**/*.test.{ts,tsx}'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 },
});
