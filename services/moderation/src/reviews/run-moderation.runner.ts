import { readBlob, type BlobStore } from '@ffapi/blob';
import { failureOf, sampledFrame, type BlobRef, type Failure, type SampledFrame } from '@ffapi/contracts';
import { isOutboundFailure } from '@ffapi/outbound';
import type { Attempt, TaskRunner } from '@ffapi/worker';
import { z } from 'zod';
import { verdictOf, type SeenFrame, type ModerationProvider } from '../providers/index.ts';
import { inTurns, lookAt } from './look-at-frames.runner.ts';

const manifestShape = z.array(sampledFrame);

/** The frames that a sample task has taken. */
export const readManifest = async (blobs: BlobStore, manifest: BlobRef): Promise<SampledFrame[]> =>
  manifestShape.parse(JSON.parse((await readBlob(blobs, manifest)).toString('utf8')));

/** A look that came to nothing in the platform's words. */
export const classifyModerationFailure = (error: unknown): Failure | null =>
  isOutboundFailure(error) ? failureOf(error.code, error.message) : null;

const framesOf = async ({ item, blobs }: Attempt): Promise<SampledFrame[]> => {
  const [bundle] = item.artifacts;
  return bundle ? readManifest(blobs, bundle.blob) : [];
};

/** Asks a provider about every frame of a job and says what is to become of it. */
export const runModeration =
  (provider: ModerationProvider, threshold: number): TaskRunner =>
  async (attempt) => {
    const frames = await framesOf(attempt);
    const { jobId } = attempt.item;
    let done = 0;
    const seen = await inTurns(frames, async (frame, index): Promise<SeenFrame> => {
      const bytes = await readBlob(attempt.blobs, frame);
      const sightings = await lookAt(
        provider,
        { ...frame, bytes, index, of: frames.length, jobId },
        { signal: attempt.signal },
      );
      const percent = (99 * ++done) / frames.length;
      attempt.progress({ percent, fps: null, speed: null, etaSeconds: null, stage: 'moderate' });
      return { ...frame, sightings };
    });
    const verdict = verdictOf(seen, { threshold, provider: provider.name });
    attempt.log(`${provider.name} looked at ${frames.length} frames: ${verdict.outcome}`);
    return {
      ingested: null,
      artifacts: [],
      outputs: [],
      plan: null,
      result: null,
      verdict,
      stats: null,
      warnings: [],
    };
  };
