import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMediaInput, type Artifact, type Ingested, type SampledFrame } from '@ffapi/contracts';
import { pictureOf, planSample, type MediaFacts, type SampleParams } from '@ffapi/media';
import { MediaFailure, type RunOutcome as Made } from '@ffapi/media-exec';
import type { Attempt } from './attempt.ts';
import { factsOf, localInput, nothing, ofInput, wallClockOf, type OperationPorts } from './run-operation.ts';
import type { TaskRunner } from './task-runner.ts';

/** Of all inputs of a job together, as long as each gets what it must have. */
const framesMax = 60;

interface Timed {
  readonly thumbnails: readonly { readonly timestamp: number }[];
}

interface Source {
  readonly input: string;
  readonly path: string;
  readonly facts: MediaFacts;
}

const take = async (
  ports: OperationPorts,
  attempt: Attempt,
  { input, path, facts }: Source,
  params: SampleParams,
): Promise<Made> => {
  const workDir = join(attempt.workDir, 'frames', input, params.isInOrder ? 'in-order' : 'sought');
  await mkdir(workDir, { recursive: true });
  return ports.exec.run({
    operation: 'video.thumbnails',
    plan: planSample,
    params,
    inputs: { source: { path, facts } },
    workDir,
    hardware: 'cpu',
    limits: { wallClockMs: wallClockOf(ports, attempt), threads: ports.threads },
    signal: attempt.signal,
    onLog: (line) => attempt.log(line),
  });
};

/** By seeking, which is quick; a file in which that fails is decoded from its beginning. */
const takeSomehow = async (ports: OperationPorts, attempt: Attempt, source: Source, share: number): Promise<Made> => {
  try {
    return await take(ports, attempt, source, { framesMax: share, isInOrder: false });
  } catch (error) {
    if (!(error instanceof MediaFailure) || attempt.signal.aborted) throw error;
    return take(ports, attempt, source, { framesMax: share, isInOrder: true });
  }
};

const framesOf = async (
  ports: OperationPorts,
  attempt: Attempt,
  [input, ingested]: [string, Ingested],
  share: number,
): Promise<SampledFrame[]> => {
  const path = await localInput(attempt, input, ingested);
  const facts = await factsOf(ports, path, ingested.blob.sha256, attempt.signal);
  if (pictureOf(facts) === null) return [];
  const { artifacts, result } = await takeSomehow(ports, attempt, { input, path, facts }, share);
  const { thumbnails } = result as unknown as Timed;
  const frames: SampledFrame[] = [];
  for (const [n, { name, path: made, contentType, identity }] of artifacts.entries()) {
    const blob = await attempt.blobs.putFile(made, { move: true, as: identity });
    const timeMs = Math.round((thumbnails[n]?.timestamp ?? 0) * 1000);
    frames.push({ path: `${input}/${name}`, contentType, ...blob, input, timeMs });
  }
  return frames;
};

const bundleOf = async ({ blobs }: Attempt, frames: readonly SampledFrame[]): Promise<Artifact> => ({
  name: 'frames',
  kind: 'bundle',
  contentType: 'application/json',
  blob: await blobs.put(Buffer.from(JSON.stringify(frames))),
  sizeBytes: frames.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  main: null,
  media: null,
});

/** Takes frames from every input that has a picture, spread over it; sound alone gives none. */
export const sampleFrames =
  (ports: OperationPorts): TaskRunner =>
  async (attempt) => {
    const { operation, inputs: given } = attempt.item;
    const inputs = Object.entries(given).filter(([name]) => isMediaInput(operation, name));
    const share = Math.floor(framesMax / Math.max(1, inputs.length));
    const frames: SampledFrame[] = [];
    for (const each of inputs) {
      const taken = await framesOf(ports, attempt, each, share).catch((error: unknown) => {
        throw ofInput(error, each[0]);
      });
      frames.push(...taken);
    }
    return { ...nothing, artifacts: frames.length === 0 ? [] : [await bundleOf(attempt, frames)] };
  };
