import { z } from 'zod';
import { jobResource } from './resources.ts';

const time = z.string();
const { ffmpeg_stats, progress_history } = jobResource.shape;

/** A started job, by the addresses of FFAPI 1. */
export const legacyStarted = z.strictObject({ job_id: z.string(), status_url: z.string() });

/** The address of a file that was made, where JSON was wanted instead of the file. */
export const legacyFile = z.strictObject({
  ok: z.literal(true),
  file_url: z.string().describe('Signed: needs no key, expires.'),
  path: z.string(),
  job_id: z.string(),
  job_status_url: z.string(),
});

/** Where each file of a command is, by the name that the caller gave it. */
export const plainOutputs = z
  .strictObject({
    ok: z.literal(true).describe('It has ended well.'),
    outputs: z.record(z.string(), z.string().optional()).describe('Addresses by name: signed, they need no key.'),
    job_id: z.string(),
    job_status_url: z.string().describe('Path of its record.'),
  })
  .meta({ id: 'PlainOutputs', description: 'What a command made that was called plainly.' });

/** A change of tempo that was called plainly. */
export const plainTempo = z
  .strictObject({
    status: z.literal('success'),
    job_id: z.string(),
    tempo: z.unknown().describe('As submitted.'),
    input_size: z.int().nullable().describe('Bytes of the input.'),
    output_file: z.string().optional().describe('Name of the output.'),
    download_url: z.string().optional().describe('Signed: needs no key, expires.'),
    processing_time: z.number().nullable().describe('Seconds.'),
  })
  .meta({ id: 'PlainTempo', description: 'What a change of tempo made that was called plainly.' });

export const legacyJob = z.strictObject({
  job_id: z.string(),
  status: z.enum(['queued', 'processing', 'finished', 'failed', 'killed']),
  progress: z.int().describe('0 to 100.'),
  message: z.string(),
  detail: z.string().nullable(),
  history: progress_history,
  created: time,
  started: time.nullable(),
  updated: time,
  duration_ms: z.int().nullable(),
  result: z
    .strictObject({
      file_url: z.string(),
      path: z.string(),
      rel: z.string(),
      thumbnail: z.string().nullable(),
    })
    .nullable(),
  error: z.string().nullable(),
  status_code: z.int().nullable(),
  log_path: z.string(),
  ffmpeg_stats,
  eta_seconds: z.number().nullable().optional().describe('While it runs.'),
  elapsed_seconds: z.number().optional().describe('While it runs.'),
});

export const legacyKilled = z.strictObject({
  ok: z.literal(true),
  job_id: z.string(),
  status: z.literal('killed'),
  process_killed: z.boolean().describe('Whether it ran.'),
});

export const legacyTempo = z.strictObject({
  id: z.string(),
  input: z.unknown(),
  output: z.string().nullable(),
  tempo: z.unknown(),
  created_at: time,
  status: z.enum(['processing', 'done', 'failed']),
  processing_time: z.number().nullable().describe('Seconds.'),
  input_url: z.unknown(),
  input_size: z.int().nullable(),
  download_url: z.string().nullable(),
  output_file: z.string().nullable(),
  error: z.string().nullable(),
});

export type LegacyTempo = z.infer<typeof legacyTempo>;

export const legacyLogs = z.strictObject({
  page: z.int(),
  page_size: z.int(),
  data: z.array(z.strictObject({ path: z.string(), operation: z.string(), created: time, size_bytes: z.int() })),
});

export const legacyGpuTest = z.strictObject({
  status: z.enum(['success', 'runtime_disabled', 'disabled']),
  encoders: z.array(z.string()),
});
