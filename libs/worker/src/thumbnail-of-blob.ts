import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { operations, type BlobRef } from '@ffapi/contracts';
import { pictureOf, plans, type PlanFn } from '@ffapi/media';
import { withLocalFile, type ProbePorts } from './probe-blob.ts';
import { classifyMediaFailure, factsOf } from './run-operation.ts';

const operation = 'video.thumbnails';
const wallClockMs = 45_000;
/** Of a longer film the frame in its middle is taken: to judge frames, all of its keyframes would be decoded. */
const judgedMsMax = 60_000;
const widthPixels = 320;

/** Makes a JPEG, 320 pixels wide, of what stored bytes show, in the sandbox; `null`: they show nothing. */
export const thumbnailOfBlob = async (
  ports: ProbePorts,
  blob: BlobRef,
): Promise<{ readonly thumbnail: BlobRef | null }> => {
  const { exec, blobs, dataDir } = ports;
  const signal = AbortSignal.timeout(wallClockMs);
  const { ffmpegVersion } = await exec.capabilities();
  const workDir = await mkdtemp(join(dataDir, 'thumbnail-'));
  try {
    const { artifacts } = await withLocalFile(ports, blob, async (path) => {
      const facts = await factsOf({ ...ports, ffprobeVersion: String(ffmpegVersion) }, path, blob.sha256, signal);
      const durationMs = pictureOf(facts)?.durationMs ?? 0;
      const method = durationMs > 0 && durationMs <= judgedMsMax ? 'smart' : 'uniform';
      await mkdir(join(workDir, 'made'));
      return exec.run({
        operation,
        plan: plans[operation] as PlanFn,
        params: operations[operation].params.parse({ count: 1, method, width: widthPixels }),
        inputs: { source: { path, facts } },
        workDir: join(workDir, 'made'),
        hardware: 'cpu',
        limits: { wallClockMs },
        signal,
      });
    });
    const [made] = artifacts;
    return { thumbnail: made ? await blobs.putFile(made.path, { move: true, as: made.identity }) : null };
  } catch (error) {
    const failure = classifyMediaFailure(error);
    if (failure?.fault !== 'input' || failure.retryable) throw error;
    return { thumbnail: null };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
};
