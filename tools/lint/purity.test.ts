import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { readText, root, sourceFiles } from './repository.ts';
import { shellRoles } from './roles.ts';

const pure = new RegExp(
  '^contracts/src/|^libs/(es|task|media|job-view|raw-command)/src/' +
    `|^services/[^/]+/src/(?!.*\\.(${[...shellRoles, 'double'].join('|')})\\.ts$)`,
);
const clock = /\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)/;
const dir = mkdtempSync(join(tmpdir(), 'ffapi-purity-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const lint = async (path: string, source: string): Promise<string> => {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  copyFileSync(join(root, '.oxlintrc.json'), join(dir, '.oxlintrc.json'));
  const run = promisify(execFile)(join(root, 'node_modules/.bin/oxlint'), [path], { cwd: dir });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  rmSync(file);
  return stdout;
};

describe('pure code', () => {
  it('asks no clock for the time', () => {
    const files = sourceFiles.filter((path) => pure.test(path) && !path.endsWith('.test.ts'));
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((path) => clock.test(readText(path)))).toEqual([]);
    expect(clock.test('const now = new Date();') && !clock.test('new Date(value)')).toBe(true);
  });

  it.each([
    ['libs/media/src/plans/a.ts', 'export const a = (): number => Date.now();\n'],
    ['libs/es/src/a.ts', 'export const a = (): number => Math.random();\n'],
    ['contracts/src/kernel/a.ts', 'export const a = (): string | undefined => process.env.HOME;\n'],
    ['services/job/src/jobs/a.ts', "export const a = (): Promise<Response> => fetch('http://127.0.0.1');\n"],
    ['services/webhook/src/send/a.policy.ts', 'export const a = (go: () => void): unknown => setTimeout(go, 1);\n'],
  ])('is held to it by the linter: %s', async (path, source) => {
    expect(await lint(path, source)).toMatch(/no-restricted-(globals|properties)/);
    expect(await lint('services/job/src/jobs/a.consumer.ts', source)).not.toContain('no-restricted');
  });
});

it('no service checks parameters without reading hand-written commands', async () => {
  const named = (from: string): string => `import { checkParams } from '${from}';\nexport const a = checkParams;\n`;
  const path = 'services/gateway/src/jobs/a.handlers.ts';
  expect(await lint(path, named('@ffapi/contracts'))).toContain('no-restricted-imports');
  expect(await lint(path, named('@ffapi/raw-command'))).not.toContain('no-restricted-imports');
});
