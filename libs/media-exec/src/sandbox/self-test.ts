import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../process/run-tool.ts';
import type { ToolResult } from '../process/run-tool.ts';
import type { Tools } from '../tools.ts';
import type { SandboxLevel } from './sandbox.ts';

export interface SelfTest {
  readonly ok: boolean;
  readonly level: SandboxLevel;
  readonly detail: string;
}

const canary = 'canary-that-no-tool-may-read';

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
  const command = tools.sandbox.wrap(tools.ffmpegPath, ['-hide_banner', '-nostdin', '-loglevel', 'error', ...argv], {
    inputs: {},
    workDir,
  });
  return runTool({ ...command, wallClockMs: 10_000, stallMs: 5_000, stdout: 'capture' });
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
    said: version.stderrTail,
    stolen: read.stdout.includes(canary),
  };
};

/** Tries, from inside of the sandbox, to reach a listening port and to read a file that is not mounted. */
export const selfTest = async (tools: Tools): Promise<SelfTest> => {
  const { level } = tools.sandbox;
  const root = await mkdtemp(join(tmpdir(), 'ffapi-selftest-'));
  let connections = 0;
  const server = await listen(() => connections++);
  try {
    const { starts, said, stolen } = await attack(tools, root, (server.address() as AddressInfo).port);
    if (!starts) return { ok: false, level, detail: `the media tool does not start: ${said || 'no output'}` };
    if (level === 'off') return { ok: true, level, detail: 'no sandbox: for development only' };
    if (connections > 0) return { ok: false, level, detail: 'the tool reached the network' };
    if (stolen) return { ok: false, level, detail: 'the tool read a file that is not its own' };
    return { ok: true, level, detail: 'no network, no foreign file' };
  } finally {
    server.close();
    await rm(root, { recursive: true, force: true });
  }
};
