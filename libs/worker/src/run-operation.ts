import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '@ffapi/blob';
import {
  failureOf,
  inputKind,
  isOperationId,
  operations,
  type Artifact,
  type Failure,
  type Ingested,
} from '@ffapi/contracts';
import { PlanRefusal, plans, type PlanFn } from '@ffapi/media';
import {
  MediaFailure,
  type Artifact as MadeArtifact,
  type MediaExec,
  type MediaSummary,
  type RunInput,
  type RunRequest,
} from '@ffapi/media-exec';
import { sizedValue, type Attempt } from './attempt.ts';
import type { FactsCache } from './facts-cache.ts';
import { failureCause } from './failure-cause.ts';
import type { GpuWatch } from './gpu-watch.ts';
import { runOnGpu, withoutGpu } from './run-on-gpu.ts';
import { checkMade, limitPlan } from './task-limits.ts';
import { FallsToCpu, TaskFailure, type RunOutcome, type TaskRunner } from './task-runner.ts';

type MediaFactsShown = NonNullable<Artifact['media']>;

export interface OperationPorts {
  readonly exec: MediaExec;
  readonly facts: FactsCache;
  readonly ffprobeVersion: string;
  readonly wallClockMs: () => number;
  readonly threads: number;
  /** What a key may still store. */
  readonly quotaBytesLeft: (apiKeyId: string) => Promise<number>;
  /** Where a GPU does the work. */
  readonly gpu?: Pick<GpuWatch, 'doubt'>;
}

const detailsOf = (failure: MediaFailure) => {
  const { details, stderrTail } = failure;
  const { exitCode, input, missing } = details;
  const cause = failureCause(failure);
  const told = {
    ...(cause === null ? {} : { cause }),
    ...(stderrTail === '' ? {} : { stderr_tail: stderrTail }),
    ...(typeof exitCode === 'number' ? { exit_code: exitCode } : {}),
    ...(input === undefined ? {} : { input }),
    ...(missing === undefined ? {} : { missing }),
  };
  return Object.keys(told).length === 0 ? undefined : told;
};

/** The media failure in the platform's words. */
export const classifyMediaFailure = (error: unknown): Failure | null => {
  if (error instanceof PlanRefusal) return failureOf(error.code, error.message);
  return error instanceof MediaFailure
    ? { ...failureOf(error.code, error.message, detailsOf(error)), retryable: error.retryable }
    : null;
};

/** How long the tools may take: as the platform allows, less where the key may less. */
export const wallClockOf = ({ wallClockMs }: OperationPorts, { item: { limits } }: Attempt): number =>
  Math.min(wallClockMs(), (limits?.durationSecondsMax ?? Infinity) * 1000);

/** Where an input of a task lies on this machine; it is fetched when it is elsewhere. */
export const localInput = async (attempt: Attempt, name: string, { blob }: Ingested): Promise<string> => {
  const local = await attempt.blobs.localPath(blob);
  if (local !== null) return local;
  const dir = join(attempt.workDir, 'inputs');
  await mkdir(dir, { recursive: true });
  const path = join(dir, name);
  await pipeline(await attempt.blobs.get(blob, { signal: attempt.signal }), createWriteStream(path));
  return path;
};

/** Where the tools of a task may write: beside the inputs, which are none of theirs to change. */
const toolDirOf = (attempt: Attempt): string => join(attempt.workDir, 'tools');

/** What a file is; known from before, or probed. */
export const factsOf = async (
  ports: Pick<OperationPorts, 'exec' | 'facts' | 'ffprobeVersion'>,
  path: string,
  sha256: string,
  signal: AbortSignal,
) => {
  const known = await ports.facts.get(sha256, ports.ffprobeVersion).catch(() => null);
  if (known) return known;
  const { facts } = await ports.exec.probe(path, { signal });
  await ports.facts.put(sha256, ports.ffprobeVersion, facts).catch(() => {});
  return facts;
};

/** A failure to read an input, with the input's name. */
export const ofInput = (error: unknown, input: string): unknown =>
  error instanceof MediaFailure ? new MediaFailure(error.code, { ...error.details, input }, error.stderrTail) : error;

const operationOf = (attempt: Attempt) => {
  const { operation, params, limits } = attempt.item;
  if (!isOperationId(operation))
    throw new TaskFailure(failureOf('worker_failed', `This worker does not know the operation ${operation}.`));
  const plan: PlanFn = plans[operation];
  return {
    operation,
    plan: limits ? limitPlan(plan, limits) : plan,
    params: operations[operation].params.parse(params),
  };
};

const inputsOf = async (ports: OperationPorts, attempt: Attempt): Promise<Record<string, RunInput>> => {
  const inputs: Record<string, RunInput> = {};
  const { operation } = operationOf(attempt);
  for (const [name, input] of Object.entries(attempt.item.inputs)) {
    const path = await localInput(attempt, name, input);
    const isText = inputKind(operations[operation], name) === 'subtitle';
    // A subtitle's facts are its whole text: too much for the cache, and read in no time.
    const reading = isText ? ports.exec.readSubtitle(path) : factsOf(ports, path, input.blob.sha256, attempt.signal);
    const facts = await reading.catch((error: unknown) => {
      throw ofInput(error, name);
    });
    inputs[name] = { path, facts };
  }
  return inputs;
};

const store = async (blobs: BlobStore, made: MadeArtifact): Promise<Artifact> => {
  const ref = {
    name: made.name,
    kind: made.kind,
    contentType: made.contentType,
    sizeBytes: made.sizeBytes,
    main: made.main ?? null,
    media: mediaOf(made.media),
  };
  if (made.kind === 'file') return { ...ref, blob: await blobs.putFile(made.path, { move: true, as: made.identity }) };
  const entries = [];
  for (const { path, absolutePath, contentType, identity } of made.entries ?? [])
    entries.push({ path, contentType, ...(await blobs.putFile(absolutePath, { move: true, as: identity })) });

  return { ...ref, blob: await blobs.put(Buffer.from(JSON.stringify(entries))) };
};

/** The facts of a file in the words of events. */
export const mediaOf = (media: MediaSummary): MediaFactsShown => ({
  durationSeconds: media.durationMs === null ? null : media.durationMs / 1000,
  width: media.width,
  height: media.height,
  videoCodec: media.videoCodec,
  audioCodec: media.audioCodec,
});

/** What a task leaves that makes nothing. */
export const nothing: RunOutcome = {
  ingested: null,
  artifacts: [],
  outputs: [],
  plan: null,
  result: null,
  stats: null,
  warnings: [],
};

const run = async ({ exec, gpu }: OperationPorts, attempt: Attempt, request: RunRequest) => {
  if (!gpu) return exec.run(request);
  try {
    return await runOnGpu(exec, request, attempt);
  } catch (error) {
    // That it lacks an encoder it has said before.
    if (error instanceof FallsToCpu && error.fall.reason !== 'no_encoder') gpu.doubt();
    throw error;
  }
};

/** Runs the operation of a task: facts, plan, sandboxed tools, verified outputs, blobs. */
export const runOperation =
  (ports: OperationPorts): TaskRunner =>
  async (attempt) => {
    const inputs = await inputsOf(ports, attempt);
    const made = await run(ports, attempt, {
      ...operationOf(attempt),
      inputs,
      workDir: toolDirOf(attempt),
      hardware: attempt.item.hardware,
      limits: {
        wallClockMs: wallClockOf(ports, attempt),
        threads: ports.threads,
        quotaBytesMax: await ports.quotaBytesLeft(attempt.item.apiKeyId),
      },
      signal: attempt.signal,
      onProgress: ({ percent, fps, speed, etaSeconds, stage }) =>
        attempt.progress({ percent, fps, speed, etaSeconds, stage }),
      onLog: (line) => attempt.log(line),
    });
    // The tools have said all: their log is synced to disk while the outputs are.
    void attempt.storeLog();
    const { limits } = attempt.item;
    if (limits) for (const { media } of made.artifacts) checkMade(media, limits);
    const artifacts: Artifact[] = [];
    for (const each of made.artifacts) artifacts.push(await store(attempt.blobs, each));
    return {
      ...nothing,
      artifacts,
      plan: await sizedValue(attempt.blobs, made.plan),
      result: made.result === undefined ? null : await sizedValue(attempt.blobs, made.result),
      stats: made.stats,
      warnings: [...made.warnings],
    };
  };

/** Plans only: what would run, with what only the run knows left open; no encoder starts. */
export const runPlanOnly =
  (ports: OperationPorts): TaskRunner =>
  async (attempt) => {
    const inputs = await inputsOf(ports, attempt);
    const request = { ...operationOf(attempt), inputs, hardware: attempt.item.hardware };
    const plan = await ports.exec.dryRun(request).catch((error: unknown) => {
      throw ports.gpu ? withoutGpu(error) : error;
    });
    return { ...nothing, plan: await sizedValue(attempt.blobs, plan), warnings: [...plan.warnings] };
  };
