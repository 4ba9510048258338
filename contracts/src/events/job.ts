import { z } from 'zod';
import { blobRef, sized } from '../kernel/blob-ref.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';
import { failure, heldReason, mediaSummary, priority, hardware, ffmpegStats } from './shapes.ts';

/** Where an input comes from; user-info and query of a URL are kept out, the full URL is behind `secret`. */
export const inputSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('url'), url: z.string(), secret: z.string().nullable() }),
  z.strictObject({
    kind: z.literal('file'),
    fileId: idOf('file'),
    name: z.string(),
    contentType: z.string(),
    blob: blobRef,
  }),
]);
export type InputSource = z.infer<typeof inputSource>;

/** `sample` takes pictures from the inputs for `moderate` to look at. */
export const taskKind = z.enum(['ingest', 'sample', 'moderate', 'operation', 'plan', 'publish']);
export type TaskKind = z.infer<typeof taskKind>;

/** One node of a job's graph: `after` names the tasks that must be completed first. */
export const taskNode = z.strictObject({
  n: z.int().min(0),
  kind: taskKind,
  pool: z.string(),
  after: z.array(z.int().min(0)),
  input: z.string().optional(),
});
export type TaskNode = z.infer<typeof taskNode>;

export const jobOutput = z.strictObject({
  name: z.string(),
  fileId: idOf('file'),
  contentType: z.string(),
  blob: blobRef,
  sizeBytes: z.int().min(0),
  media: mediaSummary.nullable(),
  /** For a folder of files (HLS, DASH): the file to open first. */
  main: z.string().nullable(),
  /** When it was stored and when it is deleted; absent from jobs of before that was told. */
  storedAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().nullable().optional(),
});
export type JobOutput = z.infer<typeof jobOutput>;

export const jobAccepted = z.strictObject({
  jobId: idOf('job'),
  operation: z.string(),
  operationVersion: z.int(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), inputSource),
  tasks: z.array(taskNode).min(1),
  priority,
  hardware,
  apiKeyId: z.string(),
  outputName: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  webhook: z
    .strictObject({ url: z.string(), urlSecret: z.string().nullable(), headersSecret: z.string().nullable() })
    .nullable(),
  fetchHeadersSecret: z.string().nullable(),
  userIp: z.string().nullable(),
  retryOf: z.string().nullable(),
  dryRun: z.boolean(),
  acceptedAt: z.iso.datetime(),
});
export type JobAcceptedData = z.infer<typeof jobAccepted>;

/** Repeated in the events that end a job, so that who counts or notifies needs no second look. */
const ofJob = {
  jobId: idOf('job'),
  operation: z.string(),
  apiKeyId: z.string(),
  acceptedAt: z.iso.datetime(),
  /** Of a dry run, which counts nowhere; absent from jobs that do something. */
  dryRun: z.literal(true).optional(),
};

export const jobAggregate = defineAggregate({
  kind: 'job',
  stream: '{jobId}',
  parts: { jobId: 'The job.' },
  describes: 'A job, from accepted to its end.',
  events: {
    JobAccepted: { 1: jobAccepted },
    JobCompleted: {
      1: z.strictObject({
        ...ofJob,
        outputs: z.array(jobOutput),
        result: sized(z.unknown()).nullable(),
        stats: ffmpegStats.nullable(),
        warnings: z.array(z.string()),
      }),
    },
    JobFailed: { 1: z.strictObject({ ...ofJob, task: z.int().nullable(), error: failure }) },
    JobCancelled: { 1: z.strictObject({ ...ofJob, by: z.string(), reason: z.string().nullable() }) },
    /** Nothing of it is done until it is released: it takes no place of its key's and keeps its inputs. */
    JobHeld: { 1: z.strictObject({ ...ofJob, reason: heldReason }) },
    JobReleased: { 1: z.strictObject({ ...ofJob, by: z.string() }) },
    /** The time for which jobs are kept is over: it is shown no more, and its secrets are gone. */
    JobExpired: { 1: z.strictObject({ jobId: idOf('job'), apiKeyId: z.string() }) },
    JobRetried: { 1: z.strictObject({ jobId: idOf('job'), newJobId: idOf('job'), by: z.string() }) },
  },
});
export type JobEvent = EventOf<typeof jobAggregate>;

export const jobStream = jobAggregate.streamOf;
