import { spawn, type ChildProcess } from 'node:child_process';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The line of its standard output that says it is ready; the first group is handed on. */
  readonly ready: RegExp;
}

/** A process of its own that has said it is ready. */
export interface Child {
  readonly pid: number;
  readonly word: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const tailLength = 4096;

/** Starts a process and waits for its word; it gets nothing of this environment but where programs are. */
export const startChild = async ({ command, args, env, ready }: ChildOptions): Promise<Child> => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { PATH, HOME, ...env } });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let tail = '';
  const word = await new Promise<string>((resolve, reject) => {
    const hear = (text: string): void => {
      tail = (tail + text).slice(-tailLength);
      const found = ready.exec(tail);
      if (found) resolve(found[1] ?? '');
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${command} ended before it was ready: ${tail.trim()}`)));
  });
  return {
    pid: child.pid ?? 0,
    word,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};
