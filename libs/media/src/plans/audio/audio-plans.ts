import type { SoundSource } from '../../sound/source.ts';
import type { Json, Plan, PlannedOutput, Step } from '../plan.ts';

/** Decoding and encoding sound takes about a twentieth of its length. */
const estimateOf = ({ durationMs }: SoundSource): Plan['estimate'] => ({
  durationMs: Math.round(durationMs / 20) + 300,
});

const shared = (steps: readonly Step[]): Step[] => steps.map((step) => ({ ...step, weight: 1 / steps.length }));

const withTexts = (scratch: Readonly<Record<string, string>>): Pick<Plan, 'scratch'> =>
  Object.keys(scratch).length === 0 ? {} : { scratch };

/** A round of measuring; every step has the same share of the progress. */
export const measurePlan = (
  source: SoundSource,
  steps: readonly Step[],
  scratch: Readonly<Record<string, string>> = {},
): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: shared(steps),
  ...withTexts(scratch),
  outputs: [],
  warnings: [],
  estimate: estimateOf(source),
  measureShare: 0.5,
});

/** The plan that delivers. */
export const runPlan = (
  source: SoundSource,
  {
    scratch = {},
    steps = [],
    ...made
  }: {
    readonly steps?: readonly Step[];
    readonly outputs?: readonly PlannedOutput[];
    readonly result?: Json;
    readonly scratch?: Readonly<Record<string, string>>;
    readonly warnings?: readonly string[];
  },
): Plan => ({
  kind: 'run',
  device: 'cpu',
  outputs: [],
  warnings: [],
  ...made,
  ...withTexts(scratch),
  steps: shared(steps),
  estimate: estimateOf(source),
});
