import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended since the folder was listed.
    return '';
  }
};

/** The commands that run now and name this. */
export const commandsNaming = (text: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((command) => command.includes(text));

/** The tools that go on in a worker's folder (named after its process) although the worker is gone; waits a little for their end. */
export const orphansOf = async (pid: number, patienceMs: number): Promise<string[]> => {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const commands = commandsNaming(`-${pid}-`).filter((command) => command.includes('/work/'));
    if (commands.length === 0 || performance.now() > deadlineMs) return commands;
    await delay(50);
  }
};
