import type { TaskLimits } from '@ffapi/contracts';
import { refusePlan, type MediaFacts, type Plan, type PlanFn } from '@ffapi/media';

/** What is made, as far as a limit looks at it. */
export interface Made {
  readonly width?: number | null;
  readonly height?: number | null;
  readonly fps?: number | null;
  /** The rate as people know it, where `fps` is the least that it can be. */
  readonly namedFps?: number;
}

const checkInputs = (facts: Readonly<Record<string, MediaFacts>>, { durationSecondsMax }: TaskLimits): void => {
  if (durationSecondsMax === null) return;
  const seconds = Object.values(facts).reduce((sum, { durationMs }) => sum + (durationMs ?? 0) / 1000, 0);
  if (seconds > durationSecondsMax)
    refusePlan('quota_duration', `${Math.round(seconds)} s of media; this key may use ${durationSecondsMax} s a job.`);
};

/** A rate read from a container is rounded. */
const fpsRounding = 0.025;

/** Refuses what is larger or faster than the key may make. */
export const checkMade = (made: Made, { linesMax, framesPerSecondMax }: TaskLimits): void => {
  const lines = Math.min(made.width ?? 0, made.height ?? 0);
  if (linesMax !== null && lines > linesMax)
    refusePlan('quota_resolution', `${made.width}x${made.height}; this key may make ${linesMax} lines.`);
  if (framesPerSecondMax !== null && (made.fps ?? 0) > framesPerSecondMax + fpsRounding)
    refusePlan('quota_fps', `${made.namedFps ?? made.fps} frames a second; this key may make ${framesPerSecondMax}.`);
};

const planned = ({ width, height, frames, durationMs }: Plan['outputs'][number]['expect']): Made => {
  if (frames === undefined || !durationMs) return { width, height, fps: null };
  const seconds = durationMs / 1000;
  return { width, height, fps: Math.floor((frames - 1) / seconds), namedFps: Math.round(frames / seconds) };
};

/** The plan of an operation, refused before anything runs when it goes beyond what the key may. */
export const limitPlan =
  (plan: PlanFn, limits: TaskLimits): PlanFn =>
  (input) => {
    checkInputs(input.facts, limits);
    const made = plan(input);
    for (const { expect } of made.outputs) checkMade(planned(expect), limits);
    return made;
  };
