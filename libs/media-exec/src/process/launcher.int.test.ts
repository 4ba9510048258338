import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOfResult } from '../fixtures/ffmpeg-verdicts.ts';
import { launcherPid as pidNow, startTool } from './launcher.ts';
import { runTool, type ToolCall, type ToolResult } from './run-tool.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-launcher-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

const callOf = (script: string, more: Partial<ToolCall> = {}): ToolCall => ({
  command: 'sh',
  args: ['-c', script],
  cwd: dir,
  env: { PATH: '/usr/bin:/bin' },
  wallClockMs: 60_000,
  stallMs: 60_000,
  graceMs: 200,
  stdout: 'capture',
  ...more,
});
const shell = (script: string, more: Partial<ToolCall> = {}): Promise<ToolResult> => runTool(callOf(script, more));

/** State and parent of a process; null when there is none. */
const statOf = (pid: number | string): { state: string; parent: number } | null => {
  try {
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
};
/** Gone, or a zombie that only waits for whoever reaps orphans here. */
const isGone = (pid: number): boolean => ['Z', 'X'].includes(statOf(pid)?.state ?? 'X');
const childrenOf = (parent: number): string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && statOf(pid)?.parent === parent);

const launcherPid = async (): Promise<number> => Number((await shell('echo $PPID')).stdout);

/** A tool that runs until it is ended, with its launcher's number and those of its own two processes. */
const endless = async (more: Partial<ToolCall> = {}) => {
  const said = Promise.withResolvers<number[]>();
  const onLine = (line: string): void => said.resolve(line.split(' ').map(Number));
  const result = shell('sleep 1000 & echo $PPID $$ $!; wait', { ...more, stdout: { onLine } });
  const [launcher, tool, grandchild] = (await said.promise) as [number, number, number];
  return { launcher, tool, grandchild, result };
};

describe('a tool', () => {
  it('is started by another process than this, one for all', async () => {
    const launcher = await launcherPid();
    expect(statOf(launcher)?.parent).toBe(process.pid);
    expect(await launcherPid()).toBe(launcher);
    expect(pidNow()).toBe(launcher);
  });

  it('gets the environment it is given and nothing else', async () => {
    const { stdout } = await shell('', { command: 'env', args: [], env: { PATH: '/usr/bin:/bin', GIVEN: 'ä = b' } });
    expect(stdout.trim().split('\n').toSorted()).toEqual(['GIVEN=ä = b', 'PATH=/usr/bin:/bin']);
    expect((await shell('', { command: 'env', args: [], env: {} })).stdout).toBe('');
  });

  it('is in its folder, and leads a group and a session of its own', async () => {
    const { stdout } = await shell('pwd; echo $$; cat /proc/$$/stat');
    const [folder, pid, stat = ''] = stdout.trim().split('\n');
    expect(folder).toBe(dir);
    expect(
      stat
        .replace(/^.*\) /, '')
        .split(' ')
        .slice(2, 4),
    ).toEqual([pid, pid]);
  });

  it('has no open file of the processes before it', async () => {
    const own = openSync('/etc/hostname', 'r');
    const others = await endless();
    const { stdout } = await shell('ls -l /proc/self/fd');
    closeSync(own);
    process.kill(-others.tool, 'SIGKILL');
    await others.result;
    const open = [...stdout.matchAll(/ (\d+) -> (.*)$/gm)].map(([, fd = '', target = '']) => ({ fd, target }));
    expect(open.filter(({ target }) => target.startsWith('socket:')).map(({ fd }) => fd)).toEqual(['1', '2']);
    expect(open.find(({ fd }) => fd === '0')?.target).toBe('/dev/null');
    expect(open.map(({ target }) => target)).not.toContain('/etc/hostname');
    // What whoever started this process left open for all is not this process's to close.
    const inherited = new Set(readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`)));
    const strange = open.filter(({ fd, target }) => Number(fd) > 2 && !/^\/proc\/\d+\/fd$/.test(target));
    for (const { target } of strange) expect(inherited).toContain(target);
  });

  it('tells how it ended', async () => {
    expect(await shell('exit 7')).toMatchObject({ exitCode: 7, signal: null, spawnError: null });
    expect(await shell('kill -SEGV $$')).toMatchObject({ exitCode: null, signal: 'SIGSEGV', spawnError: null });
  });

  it.each([
    ['ENOENT', { command: 'no-such-tool', args: [] }],
    ['EACCES', { command: '/etc', args: [] }],
    ['ENOENT', { cwd: '/no/such/folder' }],
    ['E2BIG', { args: ['x'.repeat(200_000)] }],
    ['ERR_INVALID_ARG_VALUE', { args: ['a\0b'] }],
  ])('that cannot be started says %s', async (code, more) => {
    const { spawnError, exitCode, signal } = await shell('', more);
    expect(spawnError).toBeInstanceOf(Error);
    expect({ code: spawnError?.code, exitCode, signal }).toEqual({ code, exitCode: null, signal: null });
    // The next is none the worse for it.
    expect((await shell('echo well')).stdout).toBe('well\n');
  });

  it('writes as much as it likes to both of its outputs, twenty at a time', async () => {
    const lines = 40_000;
    const expected = (name: string): string =>
      createHash('sha256')
        .update(Array.from({ length: lines }, (_, at) => `${name} ${at + 1}\n`).join(''))
        .digest('hex');
    const write = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "$0-out $i"; echo "$0-err $i" >&2; done`;
    const each = async (name: string): Promise<void> => {
      const heard = createHash('sha256');
      const result = await shell('', { args: ['-c', write, name], onLog: (line) => void heard.update(`${line}\n`) });
      expect(result.exitCode).toBe(0);
      expect(createHash('sha256').update(result.stdout).digest('hex')).toBe(expected(`${name}-out`));
      expect(heard.digest('hex')).toBe(expected(`${name}-err`));
    };
    await Promise.all(Array.from({ length: 20 }, (_, at) => each(`tool${at}`)));
  });

  it('leaves no zombie behind', async () => {
    const launcher = await launcherPid();
    await Promise.all(Array.from({ length: 20 }, () => shell('exit 0')));
    await expect.poll(() => childrenOf(launcher)).toEqual([]);
  });

  it('that is cancelled before it is started does not go on', async () => {
    const tools = await Promise.all(
      Array.from({ length: 5 }, () => shell('sleep 1000', { signal: AbortSignal.abort() })),
    );
    expect(tools.map(({ stopped }) => stopped)).toEqual(Array.from(tools, () => 'cancelled'));
    const launcher = await launcherPid();
    await expect.poll(() => childrenOf(launcher)).toEqual([]);
  });
});

describe('the launcher', () => {
  it('goes on when everything here is signalled', async () => {
    const { launcher, tool, result } = await endless();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(launcher, signal);
    expect(await launcherPid()).toBe(launcher);
    expect(isGone(tool)).toBe(false);
    process.kill(-tool, 'SIGKILL');
    expect(await result).toMatchObject({ signal: 'SIGKILL' });
  });

  it('has what its tools write counted with it', async () => {
    const file = join(import.meta.dirname, `.written-${process.pid}`);
    const io = (): string => readFileSync(`/proc/${pidNow()}/io`, 'utf8');
    const writtenBytes = (): number => Number(/^write_bytes: (\d+)$/m.exec(io())?.[1]);
    await shell('true');
    const before = writtenBytes();
    await shell(`dd if=/dev/zero of='${file}' bs=1M count=2 conv=fsync`);
    rmSync(file);
    expect(writtenBytes() - before).toBeGreaterThanOrEqual(2 << 20);
  });

  it('killed takes its tools along; that passes, and the next tool has another', async () => {
    const running = await Promise.all([endless(), endless({ env: { PATH: '/usr/bin:/bin', NAME: 'second' } })]);
    const [{ launcher }] = running;
    process.kill(launcher, 'SIGKILL');
    for (const { tool, grandchild, result } of running) {
      const end = await result;
      expect(end).toMatchObject({ exitCode: null, signal: 'SIGKILL', spawnError: null, stopped: null });
      expect(codeOfResult(end, 'required')).toBe('ffmpeg_killed');
      await expect.poll(() => isGone(tool) && isGone(grandchild)).toBe(true);
    }
    expect(await launcherPid()).not.toBe(launcher);
  });

  it('killed while tools are being started leaves none of them waiting', async () => {
    const launcher = await launcherPid();
    const starting = Array.from({ length: 20 }, () => startTool(callOf('exec sleep 1000')));
    process.kill(launcher, 'SIGKILL');
    const tools = await Promise.all(starting);
    expect(await Promise.all(tools.map(({ ended }) => ended))).toEqual(
      Array.from(tools, () => ({ exitCode: null, signal: 'SIGKILL', error: null })),
    );
    for (const { pid } of tools) await expect.poll(() => pid === undefined || isGone(pid)).toBe(true);
    expect((await shell('echo well')).stdout).toBe('well\n');
  });

  it('that stands still is ended when a tool is dead and it does not say so', async () => {
    const ending = new AbortController();
    const { launcher, tool, grandchild, result } = await endless({ signal: ending.signal });
    process.kill(launcher, 'SIGSTOP');
    ending.abort();
    expect(await result).toMatchObject({ stopped: 'cancelled' });
    await expect.poll(() => [launcher, tool, grandchild].filter((pid) => !isGone(pid))).toEqual([]);
    expect((await shell('echo well')).stdout).toBe('well\n');
  });
});

describe('a process that starts tools', () => {
  const parentOf = (body: string) =>
    spawn(process.execPath, ['--input-type=module-typescript', '--eval', body], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const runToolUrl = new URL('run-tool.ts', import.meta.url).href;
  const bodyOf = (script: string): string => `
    import { runTool } from ${JSON.stringify(runToolUrl)};
    const call = ${JSON.stringify(callOf(script))};
    await runTool({ ...call, stdout: { onLine: (line) => console.log(line) } });
  `;

  it('killed takes the launcher and the tools along', async () => {
    const parent = parentOf(bodyOf(`trap '' TERM; sleep 1000 & echo $PPID $$ $!; wait`));
    const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    const pids = line.trim().split(' ').map(Number);
    expect(pids.map(isGone)).toEqual([false, false, false]);
    parent.kill('SIGKILL');
    await expect.poll(() => pids.filter((pid) => !isGone(pid))).toEqual([]);
  });

  it('ends by itself when nothing is left to do, and the launcher with it', async () => {
    const parent = parentOf(bodyOf('echo $PPID'));
    const [[line], [code]] = (await Promise.all([
      once(parent.stdout.setEncoding('utf8'), 'data'),
      once(parent, 'exit'),
    ])) as [[string], [number]];
    expect(code).toBe(0);
    await expect.poll(() => isGone(Number(line))).toBe(true);
  });
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
