import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@ffapi/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signalAll, withDescendants } from './descendants.ts';
import { eventually } from './eventually.ts';
import { cutClip } from './faults/clip.ts';
import { Client, type Job } from './faults/client.ts';
import { longEncodeOf, submit, upload } from './faults/drills/orders.ts';
import { root } from './faults/service-process.ts';

const apiKey = 'key_of_the_endings_0123456789';
const ctrlC = '\u0003';
let dir: string;
let url: string;
let started: ChildProcess[];

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PORT: new URL(url).port,
  FFAPI_DATA_DIR: join(dir, 'data'),
  ADMIN_API_KEY: apiKey,
  MIN_FREE_SPACE_MB: '0',
  WORK_ACK_WAIT_SECONDS: '3',
  LOG_LEVEL: 'warn',
});

interface Started {
  readonly child: ChildProcess;
  said(): string;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string>;
}

const start = (command: string, args: readonly string[], isGroup = false): Started => {
  const child = spawn(command, args, {
    cwd: root,
    env: environment(),
    detached: isGroup,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, ended, said: () => said };
};

/** On a terminal of its own: what is typed there goes to the foreground group. */
const onTerminal = (): Started => start('script', ['--quiet', '--return', '--command', 'exec npm start', '/dev/null']);

const isReady = (platform: Started): Promise<true> =>
  eventually(() => (platform.said().includes('ready http') ? true : undefined));

/** Resolves when none of these runs any more. */
const allGone = (pids: readonly number[]): Promise<true> =>
  eventually(() => (pids.some((pid) => existsSync(`/proc/${pid}`)) ? undefined : true));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ffapi-ending-'));
  url = `http://127.0.0.1:${(await freePorts(1))[0]}`;
  started = [];
});
afterEach(() => {
  signalAll(
    started.flatMap(({ pid }) => withDescendants(pid ?? 0)),
    'SIGKILL',
  );
  rmSync(dir, { recursive: true, force: true });
});

describe('Ctrl-C on a terminal', () => {
  it('at rest ends well and leaves nothing behind', async () => {
    const platform = onTerminal();
    await isReady(platform);
    const pids = withDescendants(platform.child.pid ?? 0);
    expect(pids.length).toBeGreaterThan(3);
    platform.child.stdin?.write(ctrlC);
    expect(await platform.ended).toBe(0);
    await allGone(pids);
    expect(existsSync(join(dir, 'data/running.json'))).toBe(false);
  });

  it('during a job hands it back, and says so; the next start ends it', async () => {
    const clip = join(dir, 'clip.mp4');
    await cutClip(clip, 2);
    const platform = onTerminal();
    await isReady(platform);
    const client = new Client(url, apiKey);
    const jobId = await submit(client, '/v1/transcode', longEncodeOf(await upload(client, clip)));
    await eventually(async () => ((await client.job(jobId))?.status === 'running' ? true : undefined));
    const pids = withDescendants(platform.child.pid ?? 0);
    platform.child.stdin?.write(ctrlC);
    expect(await platform.ended).toBe(0);
    expect(platform.said()).toContain('handing back 1 task');
    await allGone(pids);
    const again = onTerminal();
    await isReady(again);
    const attempt = (await eventually(async () => {
      const job = await client.job(jobId);
      return job?.status === 'running' && job.attempts === 2 ? job : undefined;
    })) as Job;
    expect(attempt.job_id).toBe(jobId);
    again.child.stdin?.write(ctrlC);
    expect(await again.ended).toBe(0);
  });

  it('in the first second ends well and leaves nothing behind', async () => {
    const platform = onTerminal();
    await eventually(() => (existsSync(join(dir, 'data/nats/owner.json')) ? true : undefined));
    const pids = withDescendants(platform.child.pid ?? 0);
    platform.child.stdin?.write(ctrlC);
    expect(await platform.ended).toBe(0);
    await allGone(pids);
  });
});

describe('the end of npm', () => {
  it.each([
    ['SIGTERM to npm', 'SIGTERM', false],
    ['SIGTERM to its group', 'SIGTERM', true],
    ['SIGKILL to npm', 'SIGKILL', false],
  ] as const)('%s ends the platform', async (_, signal, isGroup) => {
    const platform = start('npm', ['start'], true);
    await isReady(platform);
    const pid = platform.child.pid ?? 0;
    const pids = withDescendants(pid);
    process.kill(isGroup ? -pid : pid, signal);
    await allGone(pids);
    expect(existsSync(join(dir, 'data/running.json'))).toBe(false);
  });

  it('by SIGTERM is no failure', async () => {
    const platform = start('npm', ['start'], true);
    await isReady(platform);
    platform.child.kill('SIGTERM');
    expect(await platform.ended).toBe(0);
  });
});

it('a start that cannot be says why in one line, at once', async () => {
  const platform = start('npm', ['start']);
  await isReady(platform);
  const second = start('npm', ['start', '--silent']);
  expect(await second.ended).toBe(1);
  const lines = second.said().trim().split('\n');
  expect(lines.at(-1)).toMatch(/^The platform did not start: port \d+ on 127\.0\.0\.1 is in use/);
  expect(readFileSync(join(dir, 'data/running.json'), 'utf8')).toContain(url);
});
