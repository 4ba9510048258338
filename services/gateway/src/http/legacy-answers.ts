import { operations, submitBody, type JobResource, type Operation, type OperationId } from '@ffapi/contracts';
import type { JobOutput } from '@ffapi/contracts';
import { userFileHeaders } from '../domain/content-disposition.ts';
import { legacyFailure } from './legacy-failure.ts';
import { fieldErrors } from './field-errors.ts';
import { RequestRefused } from './problem.ts';
import type { Answer, Call } from './server.ts';
import { submitJob, type SubmitPorts } from './submit-job.ts';

/** How long a plain call waits for its job. */
const waitMs = 600_000;

export interface LegacyJob {
  readonly resource: JobResource;
  readonly outputs: readonly JobOutput[];
}

export const operationOf = (id: OperationId): Operation => operations[id] as Operation;

/** The call as the operation's own submit would have been. */
const asSubmit = (operation: Operation, call: Call, fields: Readonly<Record<string, unknown>>): Call => {
  const parsed = submitBody(operation).safeParse(fields);
  if (!parsed.success) throw new RequestRefused('invalid_request', { errors: fieldErrors(parsed.error.issues) });
  return { ...call, body: parsed.data };
};

const statusUrl = (jobId: string): string => `/jobs/${jobId}`;

/** Runs an operation as the first FFAPI did: the answer is the ended job; `null` when it takes longer than anyone waits. */
export const runAndWait = async (
  ports: SubmitPorts,
  id: OperationId,
  call: Call,
  fields: Readonly<Record<string, unknown>>,
): Promise<LegacyJob | Answer> => {
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

export const isLegacyJob = (made: LegacyJob | Answer): made is LegacyJob => 'resource' in made;

/** The job of an asynchronous call. */
export const startOnly = async (
  ports: SubmitPorts,
  id: OperationId,
  call: Call,
  fields: Readonly<Record<string, unknown>>,
): Promise<Answer> => {
  const operation = operationOf(id);
  const { job } = await submitJob(ports, operation, asSubmit(operation, call, fields), { waitMs: 0 });
  return { body: { job_id: job.jobId, status_url: statusUrl(job.jobId) } };
};

/** The file itself with its address in the headers, or JSON with the address. */
export const fileAnswer = async (
  { context }: SubmitPorts,
  { resource, outputs }: LegacyJob,
  asJson: boolean,
): Promise<Answer> => {
  const [shown] = resource.outputs;
  const [file] = outputs;
  if (!shown || !file) throw new RequestRefused('no_outputs_found');
  const jobStatusUrl = statusUrl(resource.job_id);
  if (asJson)
    return {
      status: 200,
      body: {
        ok: true,
        file_url: shown.download_url,
        path: shown.url,
        job_id: resource.job_id,
        job_status_url: jobStatusUrl,
      },
    };
  const others = resource.outputs.slice(1).map(({ download_url }) => download_url);
  return {
    status: 200,
    headers: {
      ...userFileHeaders(file.contentType, file.name),
      'content-length': String(file.sizeBytes),
      'x-file-url': shown.download_url,
      'x-job-id': resource.job_id,
      'x-job-status-url': jobStatusUrl,
      ...(others.length > 0 ? { 'x-additional-outputs': others.join(', ') } : {}),
    },
    body: await context.blobs.get(file.blob),
  };
};
