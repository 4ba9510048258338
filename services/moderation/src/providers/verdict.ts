import type { ModerationLabel, ModerationVerdict } from '@ffapi/contracts';

/** What a provider saw in one frame. */
export interface Sighting {
  readonly name: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Worth that somebody looks, and never enough to block. */
  readonly isDoubtful?: true;
}

/** A frame with what was seen in it. */
export interface SeenFrame {
  readonly input: string;
  /** Of its bytes: equal for frames that show the same. */
  readonly sha256: string;
  readonly sightings: readonly Sighting[];
}

const labelsMax = 20;
const framesOfLabelMax = 200;
/** What a provider is less sure of was not seen, for people. */
const confidenceToldMin = 0.3;
/** Distinct pictures over the threshold that it takes to block a video without anybody having looked. */
const picturesToBlock = 2;

const highest = (sightings: readonly Sighting[]): number =>
  sightings.reduce((top, { confidence }) => Math.max(top, confidence), 0);

/** How sure the provider was of anything that can block, by distinct picture. */
const certainties = (frames: readonly SeenFrame[]): number[] => {
  const pictures = new Map<string, number>();
  for (const { sha256, sightings } of frames) {
    const certainty = highest(sightings.filter(({ isDoubtful }) => !isDoubtful));
    pictures.set(sha256, Math.max(pictures.get(sha256) ?? 0, certainty));
  }
  return [...pictures.values()];
};

/** What one picture must reach to be enough by itself: half way from the threshold to certainty. */
const thresholdOfOne = (threshold: number): number => threshold + (1 - threshold) / 2;

/**
 * A provider errs on single frames, so one frame never blocks a video: two that differ must be over the threshold. An
 * input that is one picture throughout, as a photograph is, blocks only when the provider is surer than that.
 */
const outcomeOfInput = (frames: readonly SeenFrame[], threshold: number): ModerationVerdict['outcome'] => {
  if (!frames.some(({ sightings }) => highest(sightings) >= threshold)) return 'allow';
  const pictures = certainties(frames);
  const isOnePicture = pictures.length === 1;
  const needed = isOnePicture ? thresholdOfOne(threshold) : threshold;
  const over = pictures.filter((certainty) => certainty >= needed).length;
  return over >= (isOnePicture ? 1 : picturesToBlock) ? 'block' : 'flag';
};

const labelsOf = (frames: readonly SeenFrame[]): ModerationLabel[] => {
  const labels = new Map<string, { confidence: number; frames: Set<number> }>();
  for (const [n, { sightings }] of frames.entries()) {
    for (const { name, confidence } of sightings) {
      if (confidence < confidenceToldMin) continue;
      const label = labels.get(name) ?? { confidence: 0, frames: new Set() };
      labels.set(name, { confidence: Math.max(label.confidence, confidence), frames: label.frames.add(n) });
    }
  }
  return [...labels]
    .map(([name, { confidence, frames: seen }]) => ({ name, confidence, frames: [...seen].slice(0, framesOfLabelMax) }))
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, labelsMax);
};

const gravity = { allow: 0, flag: 1, block: 2 } as const;

/** What is to become of a job: as its worst input. Without frames there is nothing to say against it. */
export const verdictOf = (
  frames: readonly SeenFrame[],
  { threshold, provider }: { readonly threshold: number; readonly provider: string },
): ModerationVerdict => {
  const inputs = new Set(frames.map(({ input }) => input));
  const outcomes = [...inputs].map((input) =>
    outcomeOfInput(
      frames.filter((frame) => frame.input === input),
      threshold,
    ),
  );
  const outcome = outcomes.reduce((worst, each) => (gravity[each] > gravity[worst] ? each : worst), 'allow');
  return { outcome, provider, frames: frames.length, labels: labelsOf(frames) };
};
