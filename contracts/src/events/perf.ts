import { z } from 'zod';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';

/** What one conversion of a scenario measured, from the facts of its job. */
export const perfFigures = z.strictObject({
  jobId: idOf('job'),
  device: z.enum(['cpu', 'gpu']).nullable(),
  frames: z.int().nullable(),
  fps: z.number().nullable(),
  /** In multiples of real time. */
  speed: z.number().nullable(),
  /** From the first task's start to the job's end. */
  durationMs: z.number(),
  /** Of that, inside the media tools. */
  encodeMs: z.number(),
  /** From accepted to started. */
  queueMs: z.number(),
  /** `durationMs` without `encodeMs`: fetching, probing, publishing, the platform itself. */
  overheadMs: z.number(),
});
export type PerfFigures = z.infer<typeof perfFigures>;

export const perfVerdict = z.enum(['passed', 'failed', 'skipped']);
export type PerfVerdict = z.infer<typeof perfVerdict>;

export const perfTestCompleted = z.strictObject({
  runId: idOf('perf'),
  /** Place of the scenario in its run, from 0. */
  index: z.int().min(0),
  scenario: z.string(),
  input: z.string(),
  operation: z.string(),
  params: z.record(z.string(), z.unknown()),
  expectedFps: z.number().nullable(),
  maxDurationSeconds: z.number(),
  verdict: perfVerdict,
  /** Why it did not pass: codes, each with words behind a colon. */
  reasons: z.array(z.string()),
  /** The median round; `null` when nothing was measured. */
  figures: perfFigures.nullable(),
  rounds: z.array(perfFigures),
  /** The median of the newest passed runs of the same scenario on the same device, as it was then. */
  baseline: z.strictObject({ fps: z.number().nullable(), durationMs: z.number(), runs: z.int().min(1) }).nullable(),
  isRegression: z.boolean(),
  versions: z.strictObject({
    platform: z.string(),
    ffmpeg: z.string().nullable(),
    /** Of the machine that the gateway runs on. */
    cpuModel: z.string(),
    cores: z.int(),
  }),
  by: z.string(),
});
export type PerfTestCompletedData = z.infer<typeof perfTestCompleted>;

export const perfAggregate = defineAggregate({
  kind: 'perf',
  stream: '{runId}',
  parts: { runId: 'The run.' },
  describes: 'A run of performance tests: one event for each scenario.',
  events: { PerfTestCompleted: { 1: perfTestCompleted } },
});
export type PerfEvent = EventOf<typeof perfAggregate>;

export const perfStream = perfAggregate.streamOf;
