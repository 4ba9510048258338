import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import { BlobNotFound, readBlob } from '@ffapi/blob';
import { publicEventOf, withSnakeCase, type HistoryEvent, type JobResource, type jobRoutes } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { holds, search, type Collection, type Condition, type FindQuery } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import { readAnalytics, type HourDocument } from '../usage/index.ts';
import {
  pageBody,
  matchesWeakly,
  queryError,
  replayed,
  underClaim,
  type Idempotency,
  RequestRefused,
  type Answer,
  type AnswerFor,
  type Call,
  type CallOf,
  type CallWithId,
  type HandlersOf,
  utc,
} from '../requests/index.ts';
import { readHistory, storyUntil, foldHistory, type JobHistoryEvent } from '@ffapi/job-view';
import type { Admission } from './admission.state.ts';
import type { LiveFeed } from './feed.state.ts';
import type { JobDocument } from '@ffapi/job-view';
import { actorOf } from '../identity/index.ts';
import type { JobPresenter } from './job-presenter.state.ts';
import { waitSeconds } from './submit-job.handlers.ts';

export interface JobReads {
  readonly jobs: Collection<JobDocument>;
  readonly hours: Collection<HourDocument>;
  /** Resolves when the lists hold what clients of this process may know of. */
  caughtUp(): Promise<void>;
}

export interface JobPorts {
  readonly context: ServiceContext;
  readonly show: JobPresenter;
  readonly reads: JobReads;
  readonly admission: Admission;
  readonly feed: LiveFeed;
  readonly idempotency: Idempotency;
}

const pageDefault = 50;
const exportBatch = 200;

/** What lists of jobs are asked for; some leave parts of it out. */
type ListCall = Call & { readonly query: CallOf<'list_jobs'>['query'] };

const list = (names: string | undefined): Condition | undefined =>
  names === undefined ? undefined : { in: names.split(',') };

const containsOf = ({ query: { q } }: ListCall): ((job: JobDocument) => boolean) | null =>
  q ? holds({ field: 'search', text: q }) : null;

/** The list's filters as a query of the read model; keys other than admin's see their own. */
const queryOf = (call: ListCall): Omit<FindQuery, 'limit'> => {
  const { status, type, priority, created_after, created_before, api_key_id, cursor } = call.query;
  const where: Record<string, Condition> = {};
  const put = (field: string, condition: Condition | undefined): void => {
    if (condition !== undefined) where[field] = condition;
  };
  put('status', list(status));
  put('type', list(type));
  put('priority', list(priority));
  const [after, before] = [utc(created_after), utc(created_before)];
  if (after !== undefined || before !== undefined)
    where.createdAt = { ...(after ? { gte: after } : {}), ...(before ? { lt: before } : {}) };
  if (!call.caller.isAdmin) where.apiKeyId = call.caller.keyId;
  else put('apiKeyId', api_key_id);
  return {
    where,
    sort: 'createdAt',
    descending: true,
    after: cursor,
  };
};

const page = async (
  { reads, show }: JobPorts,
  call: ListCall,
  query: Omit<FindQuery, 'limit'>,
): Promise<AnswerFor<'list_jobs'>> => {
  await reads.caughtUp();
  const { limit = pageDefault } = call.query;
  const { documents, next } = await search(reads.jobs, { ...query, limit }, containsOf(call));
  const data = documents.map(({ document }) => show.brief(document, call.caller));
  return { body: pageBody(data, next) };
};

const columns = [
  'job_id',
  'type',
  'status',
  'priority',
  'created_at',
  'started_at',
  'completed_at',
  'duration_ms',
  'attempts',
  'api_key_id',
  'output_file',
  'error_code',
] as const;
const row = (job: JobResource): unknown[] =>
  columns.map((column) => (column === 'error_code' ? (job.error?.code ?? '') : (job[column] ?? '')));
/** A cell that a spreadsheet would take for a formula is made text. */
const csv = (rows: unknown[][]): string => stringify(rows, { escape_formulas: true });

const exportJobs = async ({ reads, show }: JobPorts, call: CallOf<'export_jobs'>): Promise<undefined> => {
  await reads.caughtUp();
  const isCsv = call.query.format === 'csv';
  const { raw } = call.reply.hijack();
  raw.writeHead(200, {
    'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="jobs.${isCsv ? 'csv' : 'json'}"`,
    'x-request-id': call.requestId,
  });
  raw.write(isCsv ? csv([[...columns]]) : '[');
  let after: string | undefined;
  let isFirst = true;
  do {
    const { documents, next } = await search(
      reads.jobs,
      { ...queryOf(call), after, limit: exportBatch },
      containsOf(call),
    );
    const resources = documents.map(({ document }) => show.brief(document, call.caller));
    const text = isCsv
      ? csv(resources.map(row))
      : resources.map((job, i) => (isFirst && i === 0 ? '' : ',') + JSON.stringify(job)).join('\n');
    if (resources.length > 0) isFirst = false;
    if (!raw.write(text)) await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
    after = next ?? undefined;
  } while (after !== undefined && !raw.destroyed);
  raw.end(isCsv ? '' : ']');
  return undefined;
};

/** Members of events whose own members are named by clients, operations and tools. */
const namedByOthers: ReadonlySet<string> = new Set(['params', 'metadata', 'result', 'plan']);

/** An event as histories and event streams show it. */
export const eventResource = (
  { event, position, version, occurredAt, correlationId, causationId, stream }: JobHistoryEvent,
  isAdmin: boolean,
): HistoryEvent => ({
  id: String(position),
  type: event.type,
  event: publicEventOf(event),
  version: event.version,
  stream,
  stream_version: version,
  occurred_at: occurredAt,
  correlation_id: correlationId,
  causation_id: causationId,
  data: withSnakeCase(
    event.type === 'JobAccepted' && !isAdmin ? { ...event.data, userIp: null } : event.data,
    namedByOthers,
  ),
});

/** Logs are kept for a shorter time than jobs. */
const noLonger = (error: unknown): string => {
  if (!(error instanceof BlobNotFound)) throw error;
  return 'This log is no longer kept.\n';
};

const jobLog = async ({ context, show }: JobPorts, call: CallWithId): Promise<AnswerFor<'job_log'>> => {
  const { job } = await show.own(call.params.id, call.caller);
  const parts: string[] = [];
  for (const { task, attempt, ...blob } of job.logs) {
    const text = await readBlob(context.blobs, blob).then((bytes) => bytes.toString('utf8'), noLonger);
    parts.push(`--- task ${task}, attempt ${attempt}\n${text}`);
  }
  return { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: parts.join('') };
};

/** Waits for the end of a job as long as the client asks, and not for people or for a client that has gone. */
const untilEnded = async ({ feed, show }: JobPorts, call: CallWithId): Promise<void> => {
  const waitMs = 1000 * waitSeconds(call.header('prefer'));
  if (waitMs === 0) return;
  const jobId = call.params.id;
  const ending = feed.ended(jobId, waitMs);
  call.reply.raw.once('close', ending.stop);
  try {
    // Looked at after it is watched: an end in between is not missed.
    const { job } = await show.own(jobId, call.caller);
    if (job.completedAt === null && job.status !== 'held') await ending.promise;
  } finally {
    ending.stop();
  }
  call.reply.header('preference-applied', 'wait');
};

/** The job service knows of a job that has not ended only that it is open. */
const refuseInPublicWords = (error: unknown, status: JobDocument['status']): never => {
  if (!(error instanceof Refusal && error.details.job_status === 'open')) throw error;
  throw new RequestRefused(error.code, { extra: { ...error.details, job_status: status } });
};

export const jobHandlers = (ports: JobPorts): Omit<HandlersOf<typeof jobRoutes>, 'follow_job'> => {
  const { context, show } = ports;
  const shown = async (jobId: string, call: Call): Promise<JobResource> =>
    show.whole((await show.own(jobId, call.caller)).job, call.caller);

  const again = async (
    call: CallWithId,
    how: 'job.retry' | 'job.duplicate',
  ): Promise<Answer<JobResource> & { readonly body: JobResource }> => {
    const { job } = await show.own(call.params.id, call.caller);
    const claim = await ports.idempotency.claim(call, () => context.newId('job'));
    const newJobId = claim.resourceId;
    const ask = { jobId: job.jobId, newJobId, actor: actorOf(call.caller), requestId: call.requestId };
    const make = () => context.request(how, ask);
    const isMade = claim.isReplay && (await readHistory(context.store, newJobId)).length > 0;
    // What was asked before has been counted.
    if (!isMade)
      await underClaim(claim, () =>
        claim.isReplay ? make() : ports.admission.admit(job.apiKeyId, newJobId, make),
      ).catch((error: unknown) => refuseInPublicWords(error, job.status));
    const headers = { location: `/v1/jobs/${newJobId}`, ...replayed(claim) };
    return { status: 202, headers, body: await shown(newJobId, call) };
  };

  return {
    list_jobs: (call) => page(ports, call, queryOf(call)),
    export_jobs: (call) => exportJobs(ports, call),
    list_dead_letters: (call) => {
      const query = queryOf(call);
      return page(ports, call, { ...query, where: { ...query.where, isDeadLetter: true } });
    },
    job_analytics: async (call) => {
      await ports.reads.caughtUp();
      return { body: await readAnalytics(ports.reads.hours, call.caller, call.query, context.now()) };
    },
    get_job: async (call) => {
      const { at } = call.query;
      if (at === undefined) await untilEnded(ports, call);
      const { job, story } = await show.own(call.params.id, call.caller);
      if (at === undefined) {
        const body = await show.whole(job, call.caller);
        const etag = `"${story.at(-1)?.position}"`;
        if (matchesWeakly(call.header('if-none-match'), etag) && body.completed_at !== null)
          return { status: 304, headers: { etag } };
        return { headers: { etag }, body };
      }
      const part = storyUntil(story, at);
      if (part === null)
        throw new RequestRefused('invalid_request', {
          errors: [queryError('at', 'invalid_time', 'at is an RFC 3339 time or a position of the history.')],
        });
      const then = foldHistory(part);
      if (!then) throw new RequestRefused('job_not_found', { detail: 'The job did not exist then.' });
      return { body: show.brief(then, call.caller) };
    },
    job_history: async (call) => {
      const { story } = await show.own(call.params.id, call.caller);
      return {
        body: {
          data: story.map((event) => eventResource(event, call.caller.isAdmin)),
          has_more: false,
          next_cursor: null,
        },
      };
    },
    job_log: (call) => jobLog(ports, call),
    cancel_job: async (call) => {
      const jobId = call.params.id;
      const reason = call.body?.reason ?? null;
      await context.request('job.cancel', { jobId, actor: actorOf(call.caller), reason });
      return { body: await shown(jobId, call) };
    },
    bulk_cancel_jobs: async (call) => {
      const results = await Promise.all(
        call.body.job_ids.map(async (jobId) => {
          try {
            await context.request('job.cancel', { jobId, actor: actorOf(call.caller), reason: 'bulk' });
            return { job_id: jobId, cancelled: true, code: null };
          } catch (error) {
            return { job_id: jobId, cancelled: false, code: (error as { code?: string }).code ?? 'unavailable' };
          }
        }),
      );
      return { body: { results, cancelled: results.filter(({ cancelled }) => cancelled).length } };
    },
    retry_job: (call) => again(call, 'job.retry'),
    replay_dead_letter: (call) => again(call, 'job.retry'),
    duplicate_job: (call) => again(call, 'job.duplicate'),
  };
};
