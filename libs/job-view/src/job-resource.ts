import { isOperationId, operations, type Operation } from '@ffapi/contracts';
import type { Failure, JobOutput, JobResource, QueuePlace } from '@ffapi/contracts';
import { madeStatus, outputResourceOf } from './file-resource.ts';
import { shownProgress, type ToldProgress } from './job-progress.ts';
import type { JobDocument } from './jobs.projection.ts';
import { unsignedLinks, type Links } from './links.ts';

export interface JobExtras {
  readonly links: Links;
  readonly progress: ToldProgress | null;
  readonly place: QueuePlace | null;
  readonly result: unknown;
  readonly showUserIp: boolean;
}

/** What a job made, as the file that it is; of jobs of before, when it was stored is told by the job's end. */
const output = (links: Links, job: JobDocument, made: JobOutput) =>
  outputResourceOf(links, {
    ...made,
    apiKeyId: job.apiKeyId,
    origin: { kind: 'job', jobId: job.jobId },
    mediaStatus: madeStatus(made.media),
    createdAt: made.storedAt ?? job.completedAt ?? job.createdAt,
    expiresAt: made.expiresAt ?? null,
  });

const progressOf = (job: JobDocument, told: ToldProgress | null, place: QueuePlace | null): JobResource['progress'] => {
  const still = { fps: null, speed: null, eta_seconds: null, queue_position: null, waiting_for: null };
  const highest = job.progress.at(-1)?.percent ?? 0;
  if (job.status === 'completed') return { percent: 100, ...still, stage: null };
  const shown = shownProgress(job.tasks, told, highest);
  if (job.status === 'running') return { ...shown, queue_position: null, waiting_for: null };
  if (job.status !== 'queued') return { percent: shown.percent, ...still, stage: null };
  return {
    ...still,
    // A job that waits for another attempt is as far as it was.
    percent: shown.percent,
    stage: 'queued',
    eta_seconds: place?.etaSeconds ?? null,
    queue_position: place?.position ?? null,
    waiting_for: place?.reason ?? null,
  };
};

/** The inputs under the field names that submits use; what stands inside of the parameters is shown there. */
const inputFields = ({ type, inputs }: JobDocument): Record<string, string> => {
  if (!isOperationId(type)) return inputs;
  const declared = (operations[type] as Operation).inputs;
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (declared[name] ? [[declared[name].fields[0], value]] : [])),
  );
};

type Output = ReturnType<typeof output>;

const isNamed = (value: unknown): value is { readonly name: string } =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';

/** Where a result names its pictures, it also tells where they are; `isSigned`: with links that need no key, too. */
const withPictureUrls = (result: unknown, outputs: readonly Output[], isSigned: boolean): unknown => {
  if (typeof result !== 'object' || result === null || !('thumbnails' in result)) return result;
  const { thumbnails } = result;
  if (!Array.isArray(thumbnails)) return result;
  const files = thumbnails.filter(isNamed).flatMap(({ name }) => outputs.find((each) => each.name === name) ?? []);
  const downloads = files.map((file) => ({
    name: file.name,
    download_url: file.download_url,
    expires_at: file.download_url_expires_at,
  }));
  return {
    ...result,
    thumbnail_urls: files.map(({ url }) => url),
    ...(isSigned ? { thumbnail_downloads: downloads } : {}),
  };
};

const errorOf = (links: Links, { code, message, fault, retryable, hint }: Failure) => ({
  code,
  message,
  fault,
  retryable,
  hint,
  doc_url: links.doc(code),
});

/** The job as clients see it. */
export const jobResourceOf = (job: JobDocument, extras: JobExtras): JobResource => {
  const { links } = extras;
  const outputs = job.outputs.map((each) => output(links, job, each));
  const base = `/v1/jobs/${job.jobId}`;
  const heldReason = job.heldReason ?? (extras.place?.reason === 'quota_suspended' ? extras.place.reason : null);
  return {
    job_id: job.jobId,
    id: job.jobId,
    type: job.type,
    status: heldReason === null ? job.status : 'held',
    held_reason: heldReason,
    priority: job.priority,
    progress: progressOf(job, extras.progress, extras.place),
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    duration_ms:
      job.completedAt === null || job.startedAt === null
        ? null
        : Date.parse(job.completedAt) - Date.parse(job.startedAt),
    attempts: job.attempts,
    params: { ...inputFields(job), ...job.params },
    metadata: job.metadata,
    outputs,
    output_file: outputs[0]?.url ?? null,
    // It was written down by the operation itself, which declares what it tells.
    result: withPictureUrls(extras.result, outputs, links !== unsignedLinks) as JobResource['result'],
    warnings: [...job.warnings],
    error: job.error && errorOf(links, job.error),
    last_error: job.lastError ? errorOf(links, job.lastError) : null,
    next_attempt_at: job.nextAttemptAt ?? null,
    ffmpeg_stats: job.stats && {
      frames: job.stats.frames,
      fps: job.stats.fps,
      speed: job.stats.speed,
      bitrate_kbps: job.stats.bitrateKbps,
      size_bytes: job.stats.sizeBytes,
      cpu_seconds: job.stats.cpuSeconds,
      device: job.stats.device,
    },
    progress_history: [...job.progress],
    status_url: base,
    events_url: `${base}/events`,
    log_url: `${base}/log`,
    links: {
      self: links.url(base),
      events: links.url(`${base}/events`),
      websocket: links.url(`${base}/ws`).replace(/^http/, 'ws'),
      history: links.url(`${base}/history`),
      log: links.url(`${base}/log`),
    },
    webhook_url: job.webhookUrl,
    batch_id: null,
    workflow_id: null,
    api_key_id: job.apiKeyId,
    retry_of: job.retryOf,
    retried_as: job.retriedAs,
    ...(extras.showUserIp ? { user_ip: job.userIp } : {}),
  };
};
