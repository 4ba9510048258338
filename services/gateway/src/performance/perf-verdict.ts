import type { PerfFigures, PerfScenario, PerfTestCompletedData, PerfVerdict } from '@ffapi/contracts';
import type { JobDocument } from '@ffapi/job-view';

/** Passed runs that a baseline is made of: at most, and at least. One run is noise, not a baseline. */
export const baselineRuns = { max: 5, min: 3 } as const;
/** More than this much slower is a regression. */
const tolerance = 0.2;

export type Baseline = NonNullable<PerfTestCompletedData['baseline']>;

export interface Judgement {
  readonly verdict: PerfVerdict;
  readonly reasons: string[];
  readonly isRegression: boolean;
}

const msBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

/** What a completed job measured. */
export const figuresOf = (job: JobDocument): PerfFigures => {
  const { jobId, createdAt, stats } = job;
  const startedAt = job.startedAt ?? createdAt;
  const durationMs = msBetween(startedAt, job.completedAt ?? startedAt);
  const encodeMs = Math.round(stats?.wallMs ?? 0);
  return {
    jobId,
    device: stats?.device ?? null,
    frames: stats?.frames ?? null,
    fps: stats?.fps ?? null,
    speed: stats?.speed ?? null,
    durationMs,
    encodeMs,
    queueMs: msBetween(createdAt, startedAt),
    overheadMs: Math.max(0, durationMs - encodeMs),
  };
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

/** The round that took neither longest nor shortest; of an even number the slower of the middle two. */
export const medianRound = (rounds: readonly PerfFigures[]): PerfFigures | null =>
  rounds.toSorted((a, b) => a.durationMs - b.durationMs)[Math.floor(rounds.length / 2)] ?? null;

/** The median of passed runs, or `null` when they are too few. */
export const baselineOf = (passed: readonly PerfFigures[]): Baseline | null => {
  const runs = passed.slice(0, baselineRuns.max);
  if (runs.length < baselineRuns.min) return null;
  const fps = runs.flatMap((run) => (run.fps === null ? [] : [run.fps]));
  return {
    fps: fps.length === 0 ? null : median(fps),
    durationMs: median(runs.map(({ durationMs }) => durationMs)),
    runs: runs.length,
  };
};

/** How a run compares with its baseline; `null` where either has no figure. */
export const ratiosOf = (figures: PerfFigures | null, baseline: Baseline | null) => ({
  fps: figures?.fps && baseline?.fps ? figures.fps / baseline.fps : null,
  duration: figures && baseline && baseline.durationMs > 0 ? figures.durationMs / baseline.durationMs : null,
});

const gpuEncoders = { hevc: 'hevc_nvenc', h265: 'hevc_nvenc', av1: 'av1_nvenc' } as Readonly<Record<string, string>>;

/** The GPU encoder that a scenario asks for by name or by `hardware: gpu`, if it does. */
export const gpuEncoderOf = ({ params }: Pick<PerfScenario, 'params'>): string | null => {
  const codec = String(params.video_codec ?? params.codec ?? '');
  if (codec.endsWith('_nvenc')) return codec;
  return params.hardware === 'gpu' ? (gpuEncoders[codec] ?? 'h264_nvenc') : null;
};

/** Whether a scenario kept its floors and its pace. */
export const judge = (scenario: PerfScenario, figures: PerfFigures, baseline: Baseline | null): Judgement => {
  const { expected_fps: floorFps, max_duration_seconds: maxSeconds } = scenario;
  const reasons: string[] = [];
  if (floorFps !== null && (figures.fps ?? 0) < floorFps)
    reasons.push(`fps_below_floor: ${figures.fps ?? 'no'} fps, expected ${floorFps}`);
  if (figures.durationMs > maxSeconds * 1000)
    reasons.push(`too_long: ${figures.durationMs / 1000} s, at most ${maxSeconds}`);
  if (gpuEncoderOf(scenario) !== null && figures.device !== 'gpu')
    reasons.push('not_on_gpu: it was encoded on the CPU');
  const ratios = ratiosOf(figures, baseline);
  const isRegression = (ratios.fps ?? 1) < 1 - tolerance || (ratios.duration ?? 1) > 1 + tolerance;
  if (isRegression)
    reasons.push(`regression: more than ${tolerance * 100} % slower than the median of ${baseline?.runs} passed runs`);
  return { verdict: reasons.length === 0 ? 'passed' : 'failed', reasons, isRegression };
};
