import { visibleTo, type JobResource, type legacyRecordRoutes } from '@ffapi/contracts';
import type { JobDocument } from '@ffapi/job-view';
import type { ServiceContext } from '@ffapi/service-kit';
import { actorOf } from '../identity/index.ts';
import { legacyFailure } from './legacy-failure.ts';
import { RequestRefused, type AnswerFor, type CallOf, type HandlersFor, type HandlersOf } from '../requests/index.ts';
import type { JobPresenter, JobReads } from '../jobs/index.ts';
import { gpuEncodersOf, gpuTestStatus } from '../platform/index.ts';

export interface LegacyJobPorts {
  readonly context: ServiceContext;
  readonly show: JobPresenter;
  /** Those of `/v1/jobs`. */
  readonly handlers: HandlersFor<'job_log'>;
  readonly reads: Pick<JobReads, 'jobs' | 'caughtUp'>;
}

/** The words in which FFAPI 1 told of jobs. */
const legacyStatus = {
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
  const failure = resource.status === 'failed' || resource.status === 'cancelled' ? legacyFailure(job) : null;
  const startedMs = Date.parse(resource.started_at ?? resource.created_at);
  return {
    job_id: resource.job_id,
    status: legacyStatus[resource.status],
    progress: Math.round(resource.progress.percent),
    message: resource.error?.message ?? resource.progress.stage ?? legacyStatus[resource.status],
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
  const workers = work?.workers ?? [];
  // Workers list only encoders with which they have encoded, and look again after a failure.
  return { status: gpuTestStatus(workers), encoders: gpuEncodersOf(workers) };
};

const ffmpegText = async (context: ServiceContext): Promise<string> => {
  const work = await context.request('job.workers', {}).catch(() => null);
  const lines = (work?.workers ?? []).flatMap(({ pool, capabilities: { ffmpegVersion, warnings } }) =>
    ffmpegVersion === undefined
      ? []
      : [`${pool}: ffmpeg ${ffmpegVersion}`, ...(warnings ?? []).map((text) => `  ${text}`)],
  );
  return `${lines.join('\n') || 'no worker with ffmpeg'}\n`;
};

/** Pages by number, as they were: each page reads those before it, which the bounds keep short. */
const logList = async ({ reads }: LegacyJobPorts, call: CallOf<'legacy_logs'>): Promise<AnswerFor<'legacy_logs'>> => {
  await reads.caughtUp();
  const { page, page_size: limit } = call.query;
  const where = visibleTo(call.caller);
  let after: string | undefined;
  for (let n = 1; n < page; n++) {
    const { next } = await reads.jobs.find({ where, sort: 'createdAt', descending: true, limit, after });
    if (next === null) return { body: { page, page_size: limit, data: [] } };
    after = next;
  }
  const { documents } = await reads.jobs.find({ where, sort: 'createdAt', descending: true, limit, after });
  const data = documents
    .filter(({ document }) => document.logs.length > 0)
    .map(({ document: { jobId, type, createdAt, logs } }) => ({
      path: jobId,
      operation: type,
      created: createdAt,
      size_bytes: logs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    }));
  return { body: { page, page_size: limit, data } };
};

const logView = async ({ handlers }: LegacyJobPorts, call: CallOf<'legacy_log_view'>) => {
  const { path } = call.query;
  if (/\.\.|[\\\0]/.test(path)) throw new RequestRefused('path_refused');
  const id = /^\/?(?:jobs\/)?(job_[0-9a-z]{4,64})(?:\/log)?$/.exec(path)?.[1] ?? '';
  return handlers.job_log({ ...call, params: { id } });
};

type RecordHandlers = Omit<HandlersOf<typeof legacyRecordRoutes>, 'legacy_list_tempo' | 'legacy_tempo_status'>;

/** Jobs and tools in the words of FFAPI 1. */
export const legacyJobHandlers = (ports: LegacyJobPorts): RecordHandlers => ({
  legacy_logs: (call) => logList(ports, call),
  legacy_log_view: (call) => logView(ports, call),
  ...recordHandlers(ports),
});

const recordHandlers = ({
  context,
  show,
  handlers,
}: LegacyJobPorts): Omit<RecordHandlers, 'legacy_logs' | 'legacy_log_view'> => ({
  legacy_job: async (call) => {
    const { job } = await show.own(call.params.id, call.caller);
    return { body: record(job, await show.whole(job, call.caller), Date.parse(context.now())) };
  },
  legacy_job_log: async (call) => handlers.job_log(call),
  legacy_kill_job: async (call) => {
    const jobId = call.params.id;
    const { job } = await show.own(jobId, call.caller);
    if (job.status !== 'queued' && job.status !== 'held' && job.status !== 'running')
      throw new RequestRefused('job_not_running');
    await context.request('job.cancel', { jobId, actor: actorOf(call.caller), reason: 'killed' });
    return { body: { ok: true, job_id: jobId, status: 'killed', process_killed: job.status === 'running' } };
  },
  legacy_gpu_test: async () => ({ body: await gpuTest(context) }),
  legacy_ffmpeg: async () => ({
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: await ffmpegText(context),
  }),
  legacy_docs: async () => ({ status: 302, headers: { location: '/documentation' } }),
  legacy_redoc: async () => ({ status: 302, headers: { location: '/documentation' } }),
});
