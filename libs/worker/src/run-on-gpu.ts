import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FallBack } from '@ffapi/contracts';
import type { Plan } from '@ffapi/media';
import { fallOf, MediaFailure, type MediaExec, type RunOutcome, type RunRequest } from '@ffapi/media-exec';
import type { Attempt } from './attempt.ts';
import { FallsToCpu } from './task-runner.ts';

type Grade = NonNullable<RunRequest['grade']>;

/** The step down after an error; `null`: the GPU has no part in it. */
const stepDown = (error: unknown, plan: Plan | null, grade: Grade): FallBack | null => {
  if (!(error instanceof MediaFailure)) return null;
  // Before there is a plan, only that the GPU lacks the encoder is its fault.
  if (plan === null) return error.code === 'encoder_unavailable' ? fallOf(error, grade) : null;
  if (plan.device === 'cpu') return null;
  // Who did not decode on the GPU can only lose its encoder.
  return fallOf(error, plan.decodesOnGpu ? 'gpu' : 'gpu_encode');
};

/** The error of a plan that cannot be made on the GPU: what it leaves to the CPU is no failure. */
export const withoutGpu = (error: unknown): unknown => {
  const fall = stepDown(error, null, 'gpu');
  return fall === null ? error : new FallsToCpu(fall);
};

/**
 * Runs a plan on the GPU, and with less of the GPU after each failure that is the GPU's: decoded and encoded there,
 * then encoded only. What is left then is thrown as `FallsToCpu`: here the CPU encodes nothing.
 */
export const runOnGpu = async (exec: MediaExec, request: RunRequest, attempt: Attempt): Promise<RunOutcome> => {
  let grade: Grade = 'gpu';
  for (;;) {
    let plan: Plan | null = null;
    // What a failed grade has left must not lie in the way of the next.
    const workDir = join(request.workDir, grade);
    await mkdir(workDir, { recursive: true });
    try {
      return await exec.run({ ...request, workDir, grade, onPlan: (made) => (plan = made) });
    } catch (error) {
      const fall = stepDown(error, plan, grade);
      if (fall === null) throw error;
      attempt.log(`${fall.from} failed (${fall.reason}), going on with ${fall.to}`);
      if (fall.to === 'cpu') throw new FallsToCpu(fall);
      await attempt.fellBack(fall);
      grade = 'gpu_encode';
    }
  }
};
