import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { keepTrack } from '../faults/children.ts';

type Argv = readonly [string, ...string[]];

/** Debian's programs find what their packages depend on where Debian puts it. */
const systemFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
export const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [process.env.PATH, ...systemFolders].join(':'),
});

const outputBytesMax = 64 * 1024 * 1024;
const tailLength = 2000;

/** What a program writes to its standard output; when it fails, the error holds the end of what it said. */
export const run = async ([command, ...args]: Argv, env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const options = { env: { ...environment(), ...env }, maxBuffer: outputBytesMax };
  try {
    const { stdout } = await promisify(execFile)(command, args, options);
    return stdout.trim();
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    const said = (stderr.trim() || stdout).trim().slice(-tailLength);
    throw new Error(`${command} ${args.join(' ').slice(0, 200)}: ${String(code)}\n${said}`, { cause: error });
  }
};

/** A program that runs on; it ends with this process. */
export const start = (
  [command, ...args]: Argv,
  env: NodeJS.ProcessEnv = {},
  stdio: 'ignore' | 'inherit' = 'ignore',
): ChildProcess =>
  keepTrack(spawn(command, args, { env: { ...environment(), ...env }, stdio: ['ignore', stdio, stdio] }));
