import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nodeFlags from '../../infra/local/node-flags.json' with { type: 'json' };
import { keepTrack } from './children.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type Environment = Readonly<Record<string, string>>;

/** One process of the platform, started as an operator starts it. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  /** What follows `ready` on its standard output; rejects when it ended before. */
  readonly ready: Promise<string>;
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;

  constructor(env: Environment, logFile: string, checkout = root) {
    const { PATH = '', HOME = '' } = process.env;
    const cache = process.env.NODE_COMPILE_CACHE;
    const child = spawn(process.execPath, [...nodeFlags, join(checkout, 'infra/local/src/main.ts')], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, HOME, ...(cache ? { NODE_COMPILE_CACHE: cache } : {}), ...env },
    });
    this.#child = keepTrack(child);
    let said = '';
    this.ready = new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        appendFileSync(logFile, text);
        said += text;
        const line = /^ready (.+)$/m.exec(said)?.[1];
        if (line) resolve(line);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        appendFileSync(logFile, text);
        said = (said + text).slice(-4096);
      });
      this.#child.once('close', () => reject(new Error(`it ended before it was ready: ${said.trim()}`)));
    });
    this.ready.catch(() => {});
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
      this.#child.once('error', reject);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Stands still until the promise resolves; resolves when it goes on. */
  async freeze(over: Promise<unknown>): Promise<void> {
    this.#child.kill('SIGSTOP');
    await over;
    this.#child.kill('SIGCONT');
  }

  async end(signal: NodeJS.Signals): Promise<number | string> {
    this.#child.kill(signal);
    return this.exited;
  }
}
