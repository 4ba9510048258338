import { realpathSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../process/run-tool.ts';
import type { ToolResult } from '../process/run-tool.ts';
import { ffmpeg, toolCommand, type Tools } from '../tools/index.ts';
import { judgeInside } from './judge-inside.ts';
import { lookInside } from './look-inside.ts';
import type { SandboxLevel } from './sandbox.ts';

export interface SelfTest {
  readonly ok: boolean;
  readonly level: SandboxLevel;
  readonly detail: string;
}

const canary = 'canary-that-no-tool-may-read';

/** A tool that does nothing ends in milliseconds; on a machine that starts everything at once it waits for its turn. */
const limits = { wallClockMs: 60_000, stallMs: 60_000 } as const;

/** How a run ended, for whoever has to find out why a tool does not start. */
const howItEnded = ({ spawnError, stopped, signal, exitCode, stderrTail }: ToolResult): string =>
  [spawnError?.message ?? stopped ?? signal ?? `exit code ${exitCode}`, stderrTail].filter(Boolean).join(': ');

const listen = (onConnection: () => void): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      onConnection();
      socket.destroy();
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });

const call = async (tools: Tools, workDir: string, argv: readonly string[]): Promise<ToolResult> => {
  const command = toolCommand(tools, ffmpeg, ['-hide_banner', '-nostdin', '-loglevel', 'error', ...argv], {
    inputs: {},
    workDir,
  });
  return runTool({ ...command, ...limits, stdout: 'capture' });
};

const attack = async (
  tools: Tools,
  root: string,
  port: number,
): Promise<{ starts: boolean; said: string; stolen: boolean }> => {
  const workDir = join(root, 'work');
  const secret = join(root, 'secret.txt');
  await mkdir(join(workDir, 'scratch'), { recursive: true });
  await writeFile(secret, canary);
  const version = await call(tools, workDir, ['-version']);
  await call(tools, workDir, ['-f', 'data', '-i', `tcp://127.0.0.1:${port}`, '-f', 'null', '-']);
  const read = await call(tools, workDir, [
    '-f',
    'data',
    '-i',
    secret,
    '-map',
    '0',
    '-c',
    'copy',
    '-f',
    'data',
    'pipe:1',
  ]);
  return {
    starts: version.stdout.startsWith('ffmpeg version'),
    said: howItEnded(version),
    stolen: read.stdout.includes(canary),
  };
};

/** Whether a tool can make namespaces of its own, in which it would be root. */
const makesNamespaces = async ({ sandbox }: Tools, workDir: string): Promise<boolean> => {
  const command = sandbox.wrap('unshare', ['--user', 'true'], { inputs: {}, workDir });
  const { exitCode } = await runTool({ ...command, ...limits, stdout: 'capture' });
  return exitCode === 0;
};

/** What is wrong with the walls, seen from outside; null when they stand. */
const lookAtWalls = async ({ sandbox }: Tools, workDir: string): Promise<string | null> => {
  const mounts = { inputs: {}, workDir };
  const inside = await lookInside(sandbox, mounts);
  if (inside === null) return 'a tool could not be looked at';
  const shown = sandbox.shown?.('sleep', mounts).map((each) => ({ ...each, from: realpathSync(each.from) }));
  return judgeInside(sandbox.level, inside, shown);
};

/**
 * Tries, from inside of the sandbox, to reach a listening port and to read a file that is not mounted, and looks from
 * outside whether its walls are those that were asked for: what stands in for bubblewrap may leave any of them out.
 */
export const selfTest = async (tools: Tools): Promise<SelfTest> => {
  const { level } = tools.sandbox;
  const root = await mkdtemp(join(await realpath(tmpdir()), 'ffapi-selftest-'));
  let connections = 0;
  const server = await listen(() => connections++);
  const bad = (detail: string): SelfTest => ({ ok: false, level, detail });
  try {
    const { starts, said, stolen } = await attack(tools, root, (server.address() as AddressInfo).port);
    if (!starts) return bad(`the media tool does not start: ${said}`);
    if (level === 'off') return { ok: true, level, detail: 'no sandbox: for development only' };
    if (connections > 0) return bad('the tool reached the network');
    if (stolen) return bad('the tool read a file that is not its own');
    const workDir = join(root, 'work');
    const fault = await lookAtWalls(tools, workDir);
    if (fault !== null) return bad(fault);
    if (await makesNamespaces(tools, workDir)) return bad('the tool can make namespaces of its own');
    return { ok: true, level, detail: 'no network, no foreign file' };
  } finally {
    server.close();
    await rm(root, { recursive: true, force: true });
  }
};
