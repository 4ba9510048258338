import { operations, submitBody, type JobResource, type Operation, type OperationId } from '@ffapi/contracts';
import type { JobOutput } from '@ffapi/contracts';
import { userFileHeaders } from '../files/index.ts';
import { legacyFailure } from './legacy-failure.ts';
import {
  fieldErrors,
  type Fields,
  RequestRefused,
  type Answer,
  type AnswerFor,
  type Call,
  type SubmitCall,
} from '../requests/index.ts';
import { submitJob, type SubmitPorts } from '../jobs/index.ts';

/** How long a plain call waits for its job. */
const waitMs = 600_000;

export interface LegacyJob {
  readonly resource: JobResource;
  readonly outputs: readonly JobOutput[];
}

/** The answer about a job that takes longer than anyone waits. */
type Unfinished = Answer<JobResource> & { readonly body: JobResource };

export const operationOf = (id: OperationId): Operation => operations[id] as Operation;

/** The call as the operation's own submit would have been. */
const asSubmit = (operation: Operation, call: Call, fields: Fields): SubmitCall => {
  const parsed = submitBody(operation).safeParse(fields);
  if (!parsed.success) throw new RequestRefused('invalid_request', { errors: fieldErrors(parsed.error.issues) });
  return { ...call, body: parsed.data };
};

const statusUrl = (jobId: string): string => `/jobs/${jobId}`;

/** Runs an operation as FFAPI 1 did: the ended job, or what is said of one that takes too long. */
export const runAndWait = async (
  ports: SubmitPorts,
  id: OperationId,
  call: Call,
  fields: Fields,
): Promise<LegacyJob | Unfinished> => {
  const operation = operationOf(id);
  const submitted = await submitJob(ports, operation, asSubmit(operation, call, fields), { waitMs });
  const { jobId } = submitted.job;
  const { job } = await ports.show.own(jobId, call.caller);
  const resource = await ports.show.whole(job, call.caller);
  if (job.status === 'queued' || job.status === 'running' || job.status === 'held')
    return { status: 202, headers: { location: `/v1/jobs/${jobId}` }, body: resource };
  if (job.status !== 'completed') {
    const { code, more } = legacyFailure(job);
    const log = `${statusUrl(jobId)}/log`;
    throw new RequestRefused(code, { detail: job.error?.message, extra: { job_id: jobId, log, ...more } });
  }
  return { resource, outputs: job.outputs };
};

export const isLegacyJob = (made: LegacyJob | Unfinished): made is LegacyJob => 'resource' in made;

/** The job of an asynchronous call. */
export const startOnly = async (
  ports: SubmitPorts,
  id: OperationId,
  call: Call,
  fields: Fields,
): Promise<AnswerFor<'legacy_concat_from_urls_async'>> => {
  const operation = operationOf(id);
  const { job } = await submitJob(ports, operation, asSubmit(operation, call, fields), { waitMs: 0 });
  return { body: { job_id: job.jobId, status_url: statusUrl(job.jobId) } };
};

const madeFile = ({ resource, outputs: [file] }: LegacyJob) => {
  const [shown] = resource.outputs;
  if (!shown || !file) throw new RequestRefused('no_outputs_found');
  return { shown, file };
};

/** JSON with the address of the file. */
export const addressAnswer = (made: LegacyJob) => {
  const { shown } = madeFile(made);
  const { job_id } = made.resource;
  const addresses = { file_url: shown.download_url, path: shown.url, job_id, job_status_url: statusUrl(job_id) };
  return { body: { ok: true as const, ...addresses } };
};

/** The file itself with its address in the headers. */
export const fileAnswer = async ({ context }: SubmitPorts, made: LegacyJob) => {
  const { shown, file } = madeFile(made);
  const { resource } = made;
  const others = resource.outputs.slice(1).map(({ download_url }) => download_url);
  return {
    status: 200,
    headers: {
      ...userFileHeaders(file.contentType, file.name),
      'content-length': String(file.sizeBytes),
      'x-file-url': shown.download_url,
      'x-job-id': resource.job_id,
      'x-job-status-url': statusUrl(resource.job_id),
      ...(others.length > 0 ? { 'x-additional-outputs': others.join(', ') } : {}),
    },
    body: await context.blobs.get(file.blob),
  };
};
