import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerProcess {
  readonly pid: number;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

const startMsMax = 20_000;

/** A server as a child, once it says that it is ready; what it wrote last to stderr is told when it does not come up. */
export const startServerProcess = async (
  argv: readonly [string, ...string[]],
  isReady: () => Promise<boolean>,
  endedBy: NodeJS.Signals = 'SIGTERM',
): Promise<ServerProcess> => {
  const [binary, ...args] = argv;
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2048)));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (hasEnded()) return;
    child.kill(endedBy);
    await once(child, 'exit');
  };
  const deadlineMs = performance.now() + startMsMax;
  while (!(await isReady())) {
    if (hasEnded() || performance.now() > deadlineMs) {
      await stop();
      throw new Error(`${binary} does not come up: ${said.trim()}`);
    }
    await delay(20);
  }
  return { pid: child.pid ?? 0, stop };
};
