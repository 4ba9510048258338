import { z } from 'zod';
import { inputSource, taskKind } from '../events/job.ts';
import { artifact, ingested } from '../events/task.ts';
import { hardware, priority } from '../events/shapes.ts';
import { idOf } from '../kernel/ids.ts';

/** How far a job of this key may go; `null`: as far as it likes. */
export const taskLimits = z.strictObject({
  /** Of work, and of the media taken in. */
  durationSecondsMax: z.number().nullable(),
  /** The shorter side of what is made. */
  linesMax: z.int().nullable(),
  framesPerSecondMax: z.number().nullable(),
});
export type TaskLimits = z.infer<typeof taskLimits>;

/** One released task as it waits in WORK: everything a worker needs, nothing it must ask for. */
export const workItem = z.strictObject({
  jobId: idOf('job'),
  n: z.int().min(0),
  kind: taskKind,
  pool: z.string(),
  operation: z.string(),
  params: z.record(z.string(), z.unknown()),
  /** For ingest: the one input to fetch. */
  source: inputSource.nullable(),
  fetchHeadersSecret: z.string().nullable(),
  /** For operation and plan tasks: every input, already stored. */
  inputs: z.record(z.string(), ingested),
  /** For publish: what to register as files. */
  artifacts: z.array(artifact),
  apiKeyId: z.string(),
  outputName: z.string().nullable(),
  priority,
  hardware,
  attemptsMax: z.int().min(1),
  retryDelayMs: z.int().min(0),
  /** Released again because the worker that had it is gone and its message too. */
  afterLostWorker: z.boolean(),
  traceparent: z.string().nullable(),
  limits: taskLimits.optional(),
});
export type WorkItem = z.infer<typeof workItem>;

/** The task in a message of WORK, or `null` when it is not one that this version can read. */
export const readWorkItem = (data: Uint8Array): WorkItem | null => {
  try {
    return workItem.safeParse(JSON.parse(new TextDecoder().decode(data))).data ?? null;
  } catch {
    return null;
  }
};

/** What a worker has beside time: tools and GPUs, and whatever else newer ones tell. */
const workerCapabilities = z.looseObject({
  ffmpegVersion: z.string().optional().describe('Version of its FFmpeg.'),
  hardwareEncoders: z.array(z.string()).optional().describe('Encoders with which its GPU has encoded.'),
  warnings: z.array(z.string()).optional().describe('What is wrong with its tools.'),
  gpu: z
    .looseObject({
      name: z.string().describe('Of the card.'),
      driver: z.string().describe('Version of the driver.'),
      utilization: z.number().nullable().describe('Percent; null: it cannot be told.'),
    })
    .nullable()
    .optional()
    .describe('Its card; null: none.'),
});

/** What a worker says of itself every 5 s; gone after 15 s of silence. */
export const workerHeartbeat = z.strictObject({
  instance: z.string(),
  service: z.string(),
  pool: z.string(),
  slots: z.int().min(0),
  busy: z.int().min(0),
  version: z.string(),
  startedAt: z.iso.datetime(),
  draining: z.boolean(),
  /** The tasks in hand, as `<jobId>.<n>`; workers of older versions do not say. */
  tasks: z.array(z.string()).optional(),
  capabilities: workerCapabilities,
});
export type WorkerHeartbeat = z.infer<typeof workerHeartbeat>;

/** A progress frame; told, never stored. */
export const progressFrame = z.strictObject({
  jobId: idOf('job'),
  n: z.int(),
  attempt: z.int(),
  percent: z.number().min(0).max(100),
  fps: z.number().nullable(),
  speed: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  stage: z.string(),
  at: z.iso.datetime(),
});
export type ProgressFrame = z.infer<typeof progressFrame>;
