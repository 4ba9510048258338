import { z } from 'zod';
import { errors } from '../errors/index.ts';
import { heldReason, mediaStatus } from '../events/shapes.ts';
import { operationResults, resultNames } from '../operations/results.ts';

/** A text that is one of these today: clients that know them all must go on when there are more. */
const oneOf = (known: readonly string[]) => z.string().meta({ 'x-extensible-enum': [...known] });

const stages = [
  'queued',
  'download',
  'moderate',
  'starting',
  'probe',
  'measure',
  'encode',
  'extract',
  'mux',
  'join',
  'draw',
  'command',
  'translate',
  'verify',
  'publish',
];
const waitReasons = ['queue', 'no_worker', 'retry_scheduled', 'quota_concurrency', 'quota_suspended'];

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable();
const time = z.iso.datetime();

export const jobStatus = z.enum(['queued', 'held', 'running', 'completed', 'failed', 'cancelled']);
export type JobStatus = z.infer<typeof jobStatus>;

export const mediaResource = z
  .strictObject({
    duration_seconds: nullable(z.number()),
    width: nullable(z.int()),
    height: nullable(z.int()),
    video_codec: nullable(z.string()),
    audio_codec: nullable(z.string()),
  })
  .meta({ id: 'Media', description: 'The facts of a media file that people ask for first.' });

/** A file, the same wherever it is shown. */
const file = z.strictObject({
  file_id: z.string().describe('file_…'),
  id: z.string().describe('Same as file_id.'),
  name: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  content_type: z.string(),
  media: nullable(mediaResource).describe('null: not looked at yet, or no media.'),
  media_status: mediaStatus.describe('pending: it is looked at within seconds; none: it is no media.'),
  url: z.string().describe('Needs the key of its owner.'),
  download_url: z.string().describe('Signed: needs no key, expires.'),
  download_url_expires_at: time.describe('When download_url ends; ask again for a new one.'),
  thumbnail_url: nullable(z.string()).describe(
    'A JPEG, 320 pixels wide, made when it is first asked for. Signed: needs no key, expires with download_url. null: not looked at yet, nothing to see, or a folder (HLS, DASH).',
  ),
  job_id: nullable(z.string()).describe('The job that made it; null: it was uploaded.'),
  origin: z.strictObject({ kind: z.enum(['upload', 'job']), job_id: nullable(z.string()) }),
  created_at: time,
  created_by: z.string().describe('The key or person it belongs to.'),
  expires_at: nullable(time).describe('When it is deleted; null: kept.'),
});

export const outputResource = file.meta({
  id: 'Output',
  description: 'A file that a job made; download_url is signed and needs no key.',
});

export type OutputResource = z.infer<typeof outputResource>;

export const jobErrorResource = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    fault: z.enum(['input', 'request', 'system']),
    retryable: z.boolean(),
    hint: z.string(),
    doc_url: z.string(),
  })
  .meta({ id: 'JobError', description: 'Why a job failed, whose move it is, and what to do.' });

const open = z.record(z.string(), z.unknown());

/** What `?dry_run=true` answers with; a job has an id, a plan has none. */
export const planResource = z
  .strictObject({
    // Not the null alone: generated clients drop a member that can be nothing else.
    job_id: z.string().nullable().describe('null: nothing was made. A job has its id here.'),
    dry_run: z.literal(true),
    kind: z.enum(['measure', 'run']).describe('measure: what would run first, to learn what the rest depends on.'),
    device: z.enum(['cpu', 'gpu']).describe('Where the picture would be encoded.'),
    decodesOnGpu: z.boolean().optional(),
    steps: z.array(open).describe('What would run, in order: `argv` as it is, but for values that only the run knows.'),
    scratch: open.optional().describe('Texts that the steps would read.'),
    drawn: open.optional().describe('Letters that would be looked for among the fonts of the worker.'),
    outputs: z.array(open).describe('What it would make.'),
    result: z.unknown().optional().describe('What it would tell beside files.'),
    warnings: z.array(z.string()).describe('What is legal and may still surprise.'),
    estimate: open.describe('How long the output would be.'),
    measureShare: z
      .number()
      .optional()
      .describe('Of a round of measuring: its part of all that is to be done, 0 to 1.'),
    limits: open.optional().describe('What the tools may use.'),
  })
  .meta({ id: 'Plan', description: 'What a submit would do.' });

export type Plan = z.infer<typeof planResource>;

const jobResult = z
  .union([...operationResults, planResource, z.null()])
  .describe('What the operation tells beside files; of a dry run, the plan; null: nothing, or nothing yet.')
  .meta({ 'x-result-of': resultNames });

export const jobResource = z
  .strictObject({
    job_id: z.string().describe('job_…'),
    id: z.string().describe('Same as job_id.'),
    type: z.string().describe('The operation, e.g. transcode.'),
    status: jobStatus.describe('completed, failed and cancelled are final.'),
    held_reason: nullable(oneOf([...heldReason.options, 'quota_suspended'])).describe('Why a held job waits.'),
    priority: z.enum(['high', 'normal', 'low']),
    progress: z.strictObject({
      percent: z.number().describe('0 to 100.'),
      fps: nullable(z.number()).describe('Frames encoded a second.'),
      speed: nullable(z.number()).describe('In multiples of real time.'),
      eta_seconds: nullable(z.number()),
      stage: nullable(oneOf(stages)).describe('What is being done, e.g. download or encode.'),
      queue_position: nullable(z.int()).describe('Place among the waiting jobs, from 1.'),
      waiting_for: nullable(oneOf(waitReasons)).describe('Why a queued job has not begun.'),
    }),
    created_at: time,
    started_at: nullable(time),
    completed_at: nullable(time),
    duration_ms: nullable(z.int()).describe('From started to ended.'),
    attempts: z.int().describe('Of the task that was tried most often.'),
    params: z.record(z.string(), z.unknown()).describe('As submitted, inputs included, secrets left out.'),
    metadata: z.record(z.string(), z.unknown()).describe('As given with the submit.'),
    outputs: z.array(outputResource),
    output_file: nullable(z.string()).describe('Path of the first output.'),
    result: jobResult,
    warnings: z.array(z.string()).describe('What is legal and may still surprise.'),
    error: nullable(jobErrorResource),
    last_error: nullable(jobErrorResource)
      .optional()
      .describe('Why the newest attempt failed, of a job that is tried again.'),
    next_attempt_at: nullable(time).optional().describe('When a job that waits for its next attempt gets it.'),
    ffmpeg_stats: nullable(
      z.strictObject({
        frames: nullable(z.int()),
        fps: nullable(z.number()),
        speed: nullable(z.number()),
        bitrate_kbps: nullable(z.number()),
        size_bytes: z.int(),
        cpu_seconds: z.number().describe('CPU time of the media tools.'),
        device: z.enum(['cpu', 'gpu']),
      }),
    ),
    progress_history: z.array(z.strictObject({ at: time, percent: z.number() })),
    status_url: z.string(),
    events_url: z.string(),
    log_url: z.string(),
    links: z
      .strictObject({
        self: z.string().describe('This job.'),
        events: z.string().describe('Server-sent events.'),
        websocket: z.string().describe('The same frames over a WebSocket (ws: or wss:).'),
        history: z.string().describe('What happened to it.'),
        log: z.string().describe('What the media tools said.'),
      })
      .describe('Absolute addresses; each needs a key.'),
    webhook_url: nullable(z.string()),
    batch_id: nullable(z.string()),
    workflow_id: nullable(z.string()),
    api_key_id: z.string(),
    retry_of: nullable(z.string()).describe('The job that this one repeats.'),
    retried_as: nullable(z.string()).describe('The job that repeats this one.'),
    user_ip: z.string().nullable().optional().describe('Shown to admins.'),
  })
  .meta({ id: 'Job', description: 'What was submitted, how far it is, what came out.' });
export type JobResource = z.infer<typeof jobResource>;

export const fileResource = file
  .extend({
    tags: z
      .array(z.string())
      .optional()
      .describe('What people have tagged it with; not told with the job that made it.'),
    metadata: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What else people say of it; not told with the job that made it.'),
  })
  .meta({ id: 'File', description: 'A stored file.' });
export type FileResource = z.infer<typeof fileResource>;

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    hint: z.string().describe('What to do about refusals of this code.'),
    instance: z.string(),
    code: oneOf(Object.keys(errors)).describe('Why, for programs; each has a page.'),
    request_id: z.string(),
    doc_url: z.string(),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().describe('JSON pointer into the body; /query/… for the query.'),
          parameter: z.string().optional().describe('The parameter of the query at fault.'),
          code: z.string(),
          message: z.string(),
          suggestion: z.string().optional().describe('The field or value that was probably meant.'),
        }),
      )
      .optional(),
  })
  .loose()
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' });
export type Problem = z.infer<typeof problem>;

export const pageOf = <T extends z.ZodType>(schema: T) =>
  z.strictObject({ data: z.array(schema), has_more: z.boolean(), next_cursor: nullable(z.string()) });
export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}
