import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of the running platform, from outside. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    // They wait for processes half of the time; more than one for a core would be a load of its own.
    maxWorkers: Math.max(1, Math.min(availableParallelism(), 4)),
  },
});
