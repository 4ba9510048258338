import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const folder = 'infra/local/test';
/** The test files that import the testbed: each gets a platform of its own, on modules that stay loaded. */
const onTestbed = (ending: string): string[] =>
  readdirSync(join(import.meta.dirname, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .filter((path) => readFileSync(join(import.meta.dirname, path), 'utf8').includes("from './testbed.ts'"));
const [quick, slow] = [onTestbed('.int.test.ts'), onTestbed('.slow.test.ts')];
// To start a worker and to load the platform for each file costs as much as most of them do.
const testbed = { isolate: false, globalSetup: [`${folder}/one-clip.ts`], setupFiles: [`${folder}/on-testbed.ts`] };

const places = '{contracts,libs,services,infra,tools,bench}/**';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        // They leave nothing behind. To start a worker and load the modules for each file costs three times what they do.
        test: { name: 'unit', include: [`${places}/*.test.ts`], exclude: ['**/*.{int,slow}.test.ts'], isolate: false },
      },
      { extends: true, test: { name: 'platform', include: quick, ...testbed } },
      { extends: true, test: { name: 'integration', include: [`${places}/*.int.test.ts`], exclude: quick } },
      { extends: true, test: { name: 'platform proofs', include: slow, ...testbed } },
      { extends: true, test: { name: 'proofs', include: [`${places}/*.slow.test.ts`], exclude: slow } },
    ],
    exclude: ['**/node_modules/**', '**/fixtures/**'],
    // Integration tests wait for others most of the time: on two cores, one file at a time leaves half of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Far beyond what any takes: a test that hangs is to end, not one on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    coverage: {
      provider: 'v8',
      include: ['contracts/src/**/*.ts', 'libs/*/src/**/*.ts', 'services/*/src/**/*.ts', 'infra/local/src/**/*.ts'],
      // Commands are run as processes of their own, by the tests of infra/local and by e2e; disks by the fault drills.
      exclude: [
        '**/*.test.ts',
        '**/*.suite.ts',
        'infra/local/src/{main,cli,demo,end-politely}.ts',
        'infra/local/src/demo/**',
        'libs/testkit/src/disk-image.ts',
      ],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
