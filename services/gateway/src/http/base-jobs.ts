import { baseRoutes, type JobResource } from '@ffapi/contracts';
import type { JobDocument } from '@ffapi/job-view';
import type { ServiceContext } from '@ffapi/service-kit';
import { baseFailure } from './base-answers.ts';
import { RequestRefused } from './problem.ts';
import type { Handlers } from './server.ts';
import type { JobShow } from './show-jobs.ts';
import type { WorkerLine } from './platform-handlers.ts';

export interface BaseJobPorts {
  readonly context: ServiceContext;
  readonly show: JobShow;
  /** Those of `/v1/jobs`. */
  readonly jobs: Handlers;
}

/** The words in which the first FFAPI told of jobs. */
const baseStatus = {
  queued: 'queued',
  held: 'queued',
  running: 'processing',
  completed: 'finished',
  failed: 'failed',
  cancelled: 'killed',
} as const;

const seconds = (ms: number): number => Math.round(ms / 10) / 100;

const resultOf = ({ outputs }: JobResource) => {
  const [first] = outputs;
  if (!first) return null;
  return {
    file_url: first.download_url,
    path: first.url,
    rel: first.url.replace(/^\/files\//, ''),
    thumbnail: first.thumbnail_url,
  };
};

const record = (job: JobDocument, resource: JobResource, nowMs: number) => {
  const isRunning = resource.status === 'running';
  const failure = resource.status === 'failed' || resource.status === 'cancelled' ? baseFailure(job) : null;
  const startedMs = Date.parse(resource.started_at ?? resource.created_at);
  return {
    job_id: resource.job_id,
    status: baseStatus[resource.status],
    progress: Math.round(resource.progress.percent),
    message: resource.error?.message ?? resource.progress.stage ?? baseStatus[resource.status],
    detail: resource.error?.hint ?? null,
    history: resource.progress_history.slice(-20),
    created: resource.created_at,
    started: resource.started_at,
    updated:
      resource.completed_at ?? resource.progress_history.at(-1)?.at ?? resource.started_at ?? resource.created_at,
    duration_ms: resource.duration_ms,
    result: resource.status === 'completed' ? resultOf(resource) : null,
    error: failure?.code ?? null,
    status_code: failure?.status ?? (resource.status === 'completed' ? 200 : null),
    log_path: `/jobs/${resource.job_id}/log`,
    ffmpeg_stats: resource.ffmpeg_stats,
    ...(isRunning ? { eta_seconds: resource.progress.eta_seconds, elapsed_seconds: seconds(nowMs - startedMs) } : {}),
  };
};

const gpuTest = async (context: ServiceContext) => {
  const work = await context.request('job.workers', {}).catch(() => null);
  const encoders = ((work?.workers ?? []) as WorkerLine[]).flatMap(
    ({ capabilities }) => capabilities.hardwareEncoders ?? [],
  );
  // Workers list only encoders with which they have encoded a frame.
  return { status: encoders.length > 0 ? 'success' : 'disabled', encoders: [...new Set(encoders)] };
};

const ffmpegText = async (context: ServiceContext): Promise<string> => {
  const work = await context.request('job.workers', {}).catch(() => null);
  const lines = ((work?.workers ?? []) as WorkerLine[]).flatMap(({ pool, capabilities: { ffmpegVersion, warnings } }) =>
    ffmpegVersion === undefined
      ? []
      : [`${pool}: ffmpeg ${ffmpegVersion}`, ...(warnings ?? []).map((text) => `  ${text}`)],
  );
  return `${lines.join('\n') || 'no worker with ffmpeg'}\n`;
};

/** Jobs and tools in the words of the first FFAPI. */
export const baseJobHandlers = ({ context, show, jobs }: BaseJobPorts): Handlers => ({
  [baseRoutes.job.id]: async (call) => {
    const { job } = await show.own(call.params.id ?? '', call.caller);
    return { body: record(job, await show.whole(job, call.caller), Date.parse(context.now())) };
  },
  [baseRoutes.jobLog.id]: async (call) => jobs.job_log?.(call),
  [baseRoutes.kill.id]: async (call) => {
    const jobId = call.params.id ?? '';
    const { job } = await show.own(jobId, call.caller);
    if (job.status !== 'queued' && job.status !== 'running') throw new RequestRefused('job_not_running');
    const { keyId, isAdmin } = call.caller;
    await context.request('job.cancel', { jobId, actor: { keyId, isAdmin }, reason: 'killed' });
    return { body: { ok: true, job_id: jobId, status: 'killed', process_killed: job.status === 'running' } };
  },
  [baseRoutes.gpuTest.id]: async () => ({ body: await gpuTest(context) }),
  [baseRoutes.ffmpeg.id]: async () => ({
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: await ffmpegText(context),
  }),
  [baseRoutes.docs.id]: async () => ({ status: 302, headers: { location: '/documentation' } }),
  [baseRoutes.redoc.id]: async () => ({ status: 302, headers: { location: '/documentation' } }),
});
