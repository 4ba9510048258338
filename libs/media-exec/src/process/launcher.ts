import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { resolve as absolute } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command } from '../sandbox/sandbox.ts';

export interface ToolEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it was not started at all. */
  readonly error: NodeJS.ErrnoException | null;
}

/** A tool in a process group of its own. */
export interface Tool {
  /** Also the number of its group; absent where it was not started. */
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<ToolEnd>;
  /** Signals the whole group, as far as it is there. */
  kill(signal: NodeJS.Signals): void;
}

type Word =
  | { readonly isReady: true }
  | { readonly id: string; readonly pid: number }
  | { readonly id: string; readonly fault: Pick<NodeJS.ErrnoException, 'message' | 'code' | 'errno' | 'syscall'> }
  | { readonly id: string; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null };

/** A tool that was ordered and has not ended. */
interface Pending {
  onStarted(pid: number): void;
  onEnded(end: ToolEnd): void;
}

interface Launcher {
  readonly pid: number | undefined;
  readonly isGone: () => boolean;
  start(command: Command): Promise<Tool>;
}

const script = fileURLToPath(new URL('launcher-process.mjs', import.meta.url));

/** It keeps nothing: a heap that is cleaned before it grows, and no threads for that. */
const nodeFlags = ['--optimize-for-size', '--max-semi-space-size=1', '--v8-pool-size=0'];

/** For an answer of the launcher; on a machine that starts everything at once, a program waits for its turn. */
const patienceMs = 30_000;
/** How often to look whether a tool that was killed is dead without a word of it. */
const burialMs = 5_000;

const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
};

const isUnburied = (pid: number): boolean => {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ''));
  } catch {
    return false;
  }
};

const killed: ToolEnd = { exitCode: null, signal: 'SIGKILL', error: null };

const refused = (error: NodeJS.ErrnoException): ToolEnd => ({ exitCode: null, signal: null, error });

/** The launcher ends: its side of the connection is not there any more. */
const isLoss = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code);

const endOf = (word: Exclude<Word, { isReady: true } | { pid: number }>): ToolEnd =>
  'fault' in word
    ? refused(Object.assign(new Error(word.fault.message), word.fault))
    : { exitCode: word.exitCode, signal: word.signal, error: null };

const openLauncher = (): Launcher => {
  // An abstract socket leaves no file behind. Who reads its name still does not know what a tool's output is greeted with.
  const address = `ffapi-launcher-${randomBytes(16).toString('hex')}`;
  const child = spawn(process.execPath, [...nodeFlags, script, address], {
    env: {},
    // A terminal's Ctrl-C reaches the whole foreground group: tools are ended by this process, in its own order.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // It is no reason to go on: whoever waits for a tool has a timer that is one.
  child.unref();
  child.channel?.unref();
  const pending = new Map<string, Pending>();
  const ready = Promise.withResolvers<void>();
  /** Set when the launcher is gone: how every tool of it has ended. */
  let gone: ToolEnd | null = null;
  const endAll = (end: ToolEnd): void => {
    gone ??= end;
    ready.resolve();
    for (const { onEnded } of pending.values()) onEnded(end);
  };
  child.once('error', (error) => endAll(refused(error)));
  child.once('exit', () => endAll(killed));
  child.on('message', (word: Word) => {
    if ('isReady' in word) return ready.resolve();
    const tool = pending.get(word.id);
    if (!('pid' in word)) return tool?.onEnded(endOf(word));
    if (tool) return tool.onStarted(word.pid);
    // It was given up just then.
    killGroup(word.pid, 'SIGKILL');
  });
  // One that is gone answers nothing, and its end is noticed.
  const tell = (word: object): void => void child.send(word, () => {});
  const lose = (): void => {
    child.kill('SIGKILL');
    endAll(killed);
  };

  const start = async ({ command, args, cwd, env }: Command): Promise<Tool> => {
    const patience = setTimeout(lose, patienceMs);
    await ready.promise;
    const id = randomBytes(16).toString('hex');
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<ToolEnd>();
    let pid: number | undefined;
    let burial: NodeJS.Timeout | undefined;
    const onEnded = (how: ToolEnd): void => {
      pending.delete(id);
      clearInterval(burial);
      // Without its launcher nobody would see when it ends.
      if (gone !== null && pid !== undefined) killGroup(pid, 'SIGKILL');
      started.resolve();
      ended.resolve(how);
    };
    const onStarted = (number: number): void => {
      pid = number;
      started.resolve();
    };
    const streamOf = (name: 'stdout' | 'stderr'): Socket => {
      const socket = connect(`\0${address}`);
      socket.on('error', (error) => {
        // Of a tool that runs, the end is told by its launcher.
        if (pid !== undefined || !pending.has(id)) return;
        if (isLoss(error)) return lose();
        tell({ id });
        onEnded(refused(error));
      });
      socket.write(`${id} ${name}`);
      return socket;
    };
    pending.set(id, { onStarted, onEnded });
    const [stdout, stderr] = [streamOf('stdout'), streamOf('stderr')];
    if (gone === null) tell({ id, order: { command, args, cwd: absolute(cwd), env } });
    else onEnded(gone);
    await started.promise;
    clearTimeout(patience);
    return {
      pid,
      stdout,
      stderr,
      ended: ended.promise,
      kill: (signal) => {
        if (pid === undefined) return;
        killGroup(pid, signal);
        // Dead and not reported means that the launcher stands still; what it has started ends with it.
        if (signal === 'SIGKILL' && pending.has(id))
          burial ??= setInterval(() => isUnburied(pid as number) && lose(), burialMs);
      },
    };
  };
  return { pid: child.pid, isGone: () => gone !== null, start };
};

let current: Launcher | undefined;

/**
 * Starts a tool from a small process of its own: to fork this one would stop it for as long as its memory is large. What
 * the tool writes arrives here without a detour. Should the launcher die, its tools are killed, and the next call has
 * another one.
 */
export const startTool = (command: Command): Promise<Tool> => {
  if (current === undefined || current.isGone()) current = openLauncher();
  return current.start(command);
};

/** The launcher that runs now, if there is one. */
export const launcherPid = (): number | undefined => (current?.isGone() ? undefined : current?.pid);
