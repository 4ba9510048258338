import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{contracts,libs,services,infra,tools}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/fixtures/**'],
    globalSetup: [],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['contracts/src/**', 'libs/*/src/**', 'services/*/src/**', 'infra/local/src/**'],
      exclude: ['**/*.test.ts', '**/*.suite.ts', '**/golden/**', '**/main.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
