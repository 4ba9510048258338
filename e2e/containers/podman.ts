import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { environment, run } from './run.ts';

/** A container of the first and only replica of a service. */
export const containerOf = (service: string): string => `ffapi-${service}-1`;

export const podman = (...args: string[]): Promise<string> => run(['podman', ...args]);

export const inContainer = (service: string, ...command: string[]): Promise<string> =>
  podman('exec', containerOf(service), ...command);

/** What a field of `podman inspect` is. */
export const inspect = (service: string, format: string): Promise<string> =>
  podman('inspect', '--format', format, containerOf(service));

/** Runs a script that is not in the image, by the container's own Node. */
export const runScript = async (service: string, file: string, ...args: string[]): Promise<string> => {
  const child = spawn('podman', ['exec', '--interactive', containerOf(service), 'node', '-', ...args], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.end(readFileSync(file));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${service}: the script ended with ${code}: ${said}`);
  return said.trim();
};
