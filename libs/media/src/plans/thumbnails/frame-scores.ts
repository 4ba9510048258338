/** What the measuring pass says about one frame. */
export interface FrameScore {
  readonly timeMs: number;
  /** Mean luma, 0 to 255. */
  readonly luma: number;
  /** Distance of the 10th and 90th percentile of luma. */
  readonly spread: number;
  readonly sceneScore: number;
  readonly blur: number;
  /** Entropy of luma, 0 to 1. */
  readonly entropy: number;
}

const numberAt = (fields: ReadonlyMap<string, string>, key: string): number => {
  const value = Number.parseFloat(fields.get(`lavfi.${key}`) ?? '');
  return Number.isFinite(value) ? value : 0;
};

const toScore = (timeMs: number, fields: ReadonlyMap<string, string>): FrameScore => ({
  timeMs,
  luma: numberAt(fields, 'signalstats.YAVG'),
  spread: numberAt(fields, 'signalstats.YHIGH') - numberAt(fields, 'signalstats.YLOW'),
  sceneScore: numberAt(fields, 'scd.score'),
  blur: numberAt(fields, 'blur'),
  entropy: numberAt(fields, 'entropy.normalized_entropy.normal.Y'),
});

/** The frames in the text that FFmpeg's `metadata=mode=print` filter writes. */
export const parseFrameScores = (text: string): FrameScore[] =>
  text
    .split(/^frame:/m)
    .slice(1)
    .flatMap((block) => {
      const [head = '', ...lines] = block.split('\n');
      const seconds = Number.parseFloat(/pts_time:(-?[\d.]+)/.exec(head)?.[1] ?? '');
      if (!Number.isFinite(seconds)) return [];
      const pairs = lines.map((line) => line.trim().split('=')).filter((pair) => pair.length === 2);
      return [toScore(Math.max(0, Math.round(seconds * 1000)), new Map(pairs as [string, string][]))];
    });
