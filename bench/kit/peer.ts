import { join } from 'node:path';
import { startChild, type Child } from './child.ts';

const dir = join(import.meta.dirname, '../peers');

/** A program of `bench/peers` in a process of its own; its word follows `ready`. */
export const startPeer = (file: string, ...args: readonly string[]): Promise<Child> =>
  startChild({ command: process.execPath, args: [join(dir, file), ...args], ready: /^ready ?(\S*)$/m });
