import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startNatsServer } from './nats-server.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-owner-'));
/** A process that has ended and waits to be forgotten by its parent has no command line. */
const isRunning = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
};

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('ends the server of a process that was killed before it opens the store', async () => {
  const script = `
    import { startNatsServer } from ${JSON.stringify(join(import.meta.dirname, 'nats-server.ts'))};
    const { pid } = await startNatsServer({ dir: ${JSON.stringify(dir)} });
    console.log(pid);
    setInterval(() => {}, 1_000);
  `;
  const launcher = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
  const orphan = Number(line.toString());
  await expect(startNatsServer({ dir })).rejects.toThrow(/is in use by process/);
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');
  expect(isRunning(orphan)).toBe(true);
  const server = await startNatsServer({ dir });
  expect(isRunning(orphan)).toBe(false);
  await server.stop();
});
