import type { OperationId } from '@ffapi/contracts';
import type { Artifact, RunOutcome } from '@ffapi/media-exec';
import type { Material } from './material.ts';

/** What a case made, to be measured by tools outside of the product. */
export interface Made {
  readonly outcome: RunOutcome;
  readonly inputs: Readonly<Record<string, string>>;
  /** The path of an output; the first without a name. */
  readonly path: (name?: string) => string;
  readonly artifact: (name?: string) => Artifact;
  /** An empty folder for measuring. */
  readonly folder: string;
}

/** What was measured, and what falls short in words; nothing short is a pass. */
export interface Verdict {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly misses: readonly string[];
}

/** One operation on real material, with the measure of its output. */
export interface MeasuredCase {
  readonly name: string;
  readonly operation: OperationId;
  readonly params: Readonly<Record<string, unknown>>;
  /** The paths of its inputs by name; nested ones are named by `inputAt`. */
  readonly inputs: (material: Material) => Promise<Readonly<Record<string, string>>>;
  readonly measure: (made: Made) => Promise<Verdict>;
}

/** The verdict over figures that each have a range. */
export const within = (
  ranges: Readonly<Record<string, readonly [value: number, lowest: number, highest: number]>>,
): Verdict => ({
  figures: Object.fromEntries(Object.entries(ranges).map(([name, [value]]) => [name, Math.round(value * 1000) / 1000])),
  misses: Object.entries(ranges).flatMap(([name, [value, lowest, highest]]) =>
    value >= lowest && value <= highest ? [] : [`${name} is ${value}, not ${lowest} to ${highest}`],
  ),
});

/** Several verdicts as one. */
export const together = (...verdicts: readonly Verdict[]): Verdict => ({
  figures: Object.assign({}, ...verdicts.map(({ figures }) => figures)) as Verdict['figures'],
  misses: verdicts.flatMap(({ misses }) => misses),
});
