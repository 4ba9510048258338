import { z } from 'zod';
import { blobRef, sized } from '../kernel/blob-ref.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';
import { jobOutput, taskKind } from './job.ts';
import { moderationVerdict } from './moderation.ts';
import { failure, ffmpegStats, mediaSummary } from './shapes.ts';

const ofTask = { jobId: idOf('job'), n: z.int().min(0), kind: taskKind };
const ofAttempt = { ...ofTask, attempt: z.int().min(1) };

/** A file (or a folder with its manifest) that a task made and put into the blob store. */
export const artifact = z.strictObject({
  name: z.string(),
  kind: z.enum(['file', 'bundle']),
  contentType: z.string(),
  /** Of the file; for a bundle, of its manifest: JSON `[{path, sha256, sizeBytes, contentType}]`. */
  blob: blobRef,
  sizeBytes: z.int().min(0),
  main: z.string().nullable(),
  media: mediaSummary.nullable(),
});
export type Artifact = z.infer<typeof artifact>;

/** What an ingest task fetched. */
export const ingested = z.strictObject({ blob: blobRef, name: z.string(), contentType: z.string() });
export type Ingested = z.infer<typeof ingested>;

/** On what work runs, in the order in which it falls back: both ways on the GPU, decoded by the CPU, all on the CPU. */
export const workGrade = z.enum(['gpu', 'gpu_encode', 'cpu']);
export type WorkGrade = z.infer<typeof workGrade>;

/** Why a GPU did not do its work. */
export const gpuFault = z.enum([
  'no_device',
  'no_encoder',
  'sessions_used_up',
  'out_of_memory',
  'decode_failed',
  'filter_failed',
  'encode_failed',
  'stalled',
  'crashed',
  'output_wrong',
  'failed',
]);
export type GpuFault = z.infer<typeof gpuFault>;

/** One step down: what did not work, and what is tried next. */
export const fallBack = z.strictObject({
  from: workGrade,
  to: workGrade,
  reason: gpuFault,
  /** The tool's last words, where it had any. */
  detail: z.string().max(1_000),
});
export type FallBack = z.infer<typeof fallBack>;

/** Why a task waits in another pool than its job's graph says. */
export const rerouteReason = z.enum(['gpu_worker', 'gpu_asked_for', 'no_gpu_worker', 'gpu_failed']);
export type RerouteReason = z.infer<typeof rerouteReason>;

export const taskAggregate = defineAggregate({
  kind: 'task',
  stream: '{jobId}.{n}',
  parts: { jobId: 'The job.', n: 'The place of the task in its graph, from 0.' },
  describes: 'One step of a job and its attempts.',
  events: {
    TaskStarted: {
      1: z.strictObject({ ...ofAttempt, pool: z.string(), worker: z.string(), afterLostWorker: z.boolean() }),
    },
    TaskCompleted: {
      1: z.strictObject({
        ...ofAttempt,
        ingested: ingested.nullable(),
        artifacts: z.array(artifact),
        outputs: z.array(jobOutput),
        /** The plan as it ran: steps with argv, inputs and outputs as references. */
        plan: sized(z.unknown()).nullable(),
        result: sized(z.unknown()).nullable(),
        /** Of a `moderate` task. */
        verdict: moderationVerdict.optional(),
        stats: ffmpegStats.nullable(),
        warnings: z.array(z.string()),
        /** A few points of the way, in percent; empty for short work. */
        progress: z.array(z.strictObject({ at: z.iso.datetime(), percent: z.number() })).max(24),
        log: blobRef.nullable(),
      }),
    },
    TaskFailed: {
      1: z.strictObject({ ...ofAttempt, error: failure, isFinal: z.boolean(), log: blobRef.nullable() }),
    },
    RetryScheduled: { 1: z.strictObject({ ...ofAttempt, dueAt: z.iso.datetime() }) },
    /** A GPU failed the attempt: it goes on a grade lower, or the task is handed back for the CPU. */
    TaskFellBack: { 1: z.strictObject({ ...ofAttempt, ...fallBack.shape }) },
    /** From now on the task is for another pool. */
    TaskRerouted: { 1: z.strictObject({ ...ofTask, pool: z.string(), reason: rerouteReason }) },
    /** A worker that cannot go on with the task gave it back; the attempt does not count. */
    TaskHandedBack: { 1: z.strictObject({ ...ofAttempt, reason: z.string() }) },
    TaskCancelled: { 1: z.strictObject({ ...ofTask, reason: z.string() }) },
  },
});
export type TaskEvent = EventOf<typeof taskAggregate>;

/** One stream per task; the job id comes first so that one filter gives a job's whole story in one order. */
export const taskStream = taskAggregate.streamOf;
export type TaskCompletedData = Extract<TaskEvent, { type: 'TaskCompleted' }>['data'];
