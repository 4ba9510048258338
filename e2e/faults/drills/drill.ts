import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { onStage, type Stage, type StageOptions } from '../stage.ts';

/** What a drill measured, by name. */
export type Figures = Readonly<Record<string, number | string>>;

export interface DrillContext {
  /** A folder of its own. */
  readonly dir: string;
  readonly random: Random;
  readonly say: (text: string) => void;
}

/** One fault that is staged on purpose: gives what was measured, throws when a promise was broken. */
export interface Drill {
  /** The goal it is about, and which of them. */
  readonly name: string;
  readonly promise: string;
  readonly run: (context: DrillContext) => Promise<Figures>;
}

/** What this machine lacks for a drill. */
export class CannotBeStaged extends Error {
  override readonly name = 'CannotBeStaged';
}

export const demand = (holds: boolean, promise: string): void => {
  if (!holds) throw new Error(promise);
};

/** Resolves with what was found, and says what never came. */
export const until = async <T>(
  what: string,
  secondsMax: number,
  look: () => Promise<T | null | false> | T | null | false,
): Promise<T> => {
  const deadlineMs = performance.now() + secondsMax * 1000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (performance.now() > deadlineMs) throw new Error(`not within ${secondsMax} s: ${what}`);
    await delay(50);
  }
};

export const secondsSince = (startMs: number): number => Math.round((performance.now() - startMs) / 100) / 10;

/** Acts on a platform, and demands that the checker finds nothing. */
export const staged = async (
  options: StageOptions,
  act: (stage: Stage) => Promise<Figures | void>,
): Promise<Figures> => {
  let figures: Figures = {};
  const verdict = await onStage(options, async (stage) => {
    figures = (await act(stage)) ?? {};
  });
  const [first] = verdict.violations;
  if (first) throw new Error(verdict.violations.map(({ rule, of, detail }) => `${rule} ${of}: ${detail}`).join('\n'));
  return { jobs: verdict.jobs, lost: verdict.lost, doubleTerminal: verdict.doubleTerminal, ...figures };
};
