import process from 'node:process';

export interface Ending {
  /** How many tasks would be handed back. */
  readonly inHand: () => number;
  readonly stop: () => Promise<void>;
  /** After so long it ends whether it has stopped or not. */
  readonly graceMs: number;
}

/** A terminal signals the whole foreground group, and whoever started this process may pass the signal on as well. */
const echoMs = 1_000;

const handingBack = (tasks: number): string =>
  tasks === 0 ? '' : `, handing back ${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;

/**
 * Ends this process when it is asked to, and when whoever started it is gone; a second signal that is no echo of the
 * first ends it at once. Gives the way to end it from within, and whether it is ending.
 */
export const endPolitely = ({ inHand, stop, graceMs }: Ending) => {
  let askedAtMs: number | null = null;
  const end = async (code: number): Promise<void> => {
    if (askedAtMs !== null) {
      if (performance.now() - askedAtMs > echoMs) process.exit(1);
      return;
    }
    askedAtMs = performance.now();
    setTimeout(() => process.exit(1), graceMs).unref();
    process.stderr.write(`stopping${handingBack(inHand())}\n`);
    await stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  process.once('disconnect', () => void end(0));
  process.channel?.unref();
  return { end, isEnding: () => askedAtMs !== null };
};
