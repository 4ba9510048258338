import type { ProgressBlock } from '@ffapi/media';

export interface Progress {
  /** Whole and rising; 100 is said by whoever knows that the job is done. */
  readonly percent: number;
  readonly fps: number | null;
  readonly speed: number | null;
  readonly etaSeconds: number | null;
  readonly stage: string;
  readonly frame: number | null;
}

export interface ProgressMeter {
  /** Names the stage and the share of the whole, from 0 to 1, that it covers. */
  stage(name: string, from: number, to: number, expectedDurationMs: number): void;
  block(block: ProgressBlock): void;
}

const percentMax = 99;

/** Turns the tools' own reports into one rising percentage over all steps; pure but for the callbacks it is given. */
export const progressMeter = (emit: (progress: Progress) => void, now: () => number): ProgressMeter => {
  const startedAt = now();
  let [name, from, to, expectedMs, highest] = ['', 0, 1, 0, 0];
  const send = (block: ProgressBlock | null, share: number): void => {
    highest = Math.max(highest, Math.min(percentMax, share * 100));
    const elapsedMs = now() - startedAt;
    const etaSeconds = highest >= 1 ? Math.round((elapsedMs * (100 - highest)) / highest / 1000) : null;
    emit({
      percent: Math.round(highest * 10) / 10,
      fps: block?.fps ?? null,
      speed: block?.speed ?? null,
      etaSeconds,
      stage: name,
      frame: block?.frame ?? null,
    });
  };
  return {
    stage: (stageName, start, end, expectedDurationMs) => {
      [name, from, to, expectedMs] = [stageName, start, end, expectedDurationMs];
      send(null, from);
    },
    block: (block) => {
      const done = expectedMs > 0 && block.outTimeMs !== null ? Math.min(1, block.outTimeMs / expectedMs) : 0;
      send(block, from + (to - from) * (block.isEnd ? 1 : done));
    },
  };
};
