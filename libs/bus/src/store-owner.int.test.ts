import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
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

const launchers: ChildProcess[] = [];
afterEach(() => launchers.splice(0).forEach((launcher) => launcher.kill('SIGKILL')));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Another process that starts a server on the folder; with the server's number. */
const launch = async (on = dir): Promise<{ launcher: ChildProcess; orphan: number }> => {
  const script = `
    import { startNatsServer } from ${JSON.stringify(join(import.meta.dirname, 'nats-server.ts'))};
    const { pid } = await startNatsServer({ dir: ${JSON.stringify(on)} });
    console.log(pid);
    setInterval(() => {}, 1_000);
  `;
  const launcher = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  launchers.push(launcher);
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
  return { launcher, orphan: Number(line.toString()) };
};

const end = async (launcher: ChildProcess): Promise<void> => {
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');
};

it('ends the server of a process that was killed before it opens the store', async () => {
  const { launcher, orphan } = await launch();
  await expect(startNatsServer({ dir })).rejects.toThrow(/is in use by process/);
  await end(launcher);
  expect(isRunning(orphan)).toBe(true);
  const server = await startNatsServer({ dir });
  expect(isRunning(orphan)).toBe(false);
  await server.stop();
});

it.each([
  ['the note of who owns it is lost', () => rmSync(join(dir, 'owner.json'), { force: true })],
  ['the note is damaged', () => writeFileSync(join(dir, 'owner.json'), '{"pid":')],
  ['the note is of another', () => writeFileSync(join(dir, 'owner.json'), '{"pid":1,"owner":1}')],
  [
    'every file beside the store is lost',
    () => ['owner.json', 'nats.conf'].forEach((name) => rmSync(join(dir, name), { force: true })),
  ],
])('refuses a store in use, and takes over one that is not, also when %s', async (_, lose) => {
  const { launcher, orphan } = await launch();
  lose();
  await expect(startNatsServer({ dir })).rejects.toThrow(`is in use by process ${launcher.pid}`);
  expect(isRunning(orphan)).toBe(true);
  lose();
  await end(launcher);
  const server = await startNatsServer({ dir });
  expect(isRunning(orphan)).toBe(false);
  await server.stop();
});

it('knows the folder by whatever path', async () => {
  const link = join(mkdtempSync(join(tmpdir(), 'ffapi-owner-link-')), 'nats');
  symlinkSync(dir, link);
  const server = await startNatsServer({ dir: link });
  await expect(startNatsServer({ dir })).rejects.toThrow(/is in use by process/);
  await server.stop();
  rmSync(dirname(link), { recursive: true });
});

it('and when it was moved away under the server: the folder itself is locked', async () => {
  const [before, after] = [join(dir, 'before'), join(dir, 'after')];
  const { launcher, orphan } = await launch(before);
  renameSync(before, after);
  await expect(startNatsServer({ dir: after })).rejects.toThrow(/is in use by another server/);
  await end(launcher);
  process.kill(orphan, 'SIGKILL');
});

it('of two that start at once one has the store', async () => {
  const both = await Promise.allSettled([startNatsServer({ dir }), startNatsServer({ dir })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  for (const each of both) if (each.status === 'fulfilled') await each.value.stop();
});

it('says what is missing when there is no server', async () => {
  await expect(startNatsServer({ dir, binary: 'no-such-nats-server' })).rejects.toThrow(
    /cannot be started .*put version 2.12 or newer on PATH/,
  );
});
