import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end and says how long that took. */
export const timedRun = async (
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<number> => {
  const startMs = performance.now();
  await execute(command, [...args], { ...options, maxBuffer: 64 * 1024 * 1024 });
  return performance.now() - startMs;
};
