import {
  operations,
  submitBody,
  testClips,
  type Operation,
  type OperationId,
  type PerfScenario,
} from '@ffapi/contracts';
import { checkParams } from '@ffapi/raw-command';
import { readHistory, foldHistory, type JobDocument } from '@ffapi/job-view';
import type { Collection } from '@ffapi/read-model';
import { paintTestClip } from './test-clip.ts';
import { actorOf, type Caller } from '../identity/index.ts';
import { fieldErrors, type FieldError, RequestRefused } from '../requests/index.ts';
import { accept, jobOf, paramsOf, type SubmitPorts } from '../jobs/index.ts';
import type { FileDocument } from '../files/index.ts';

export interface PerfJobPorts extends Pick<SubmitPorts, 'context' | 'feed'> {
  readonly files: Collection<FileDocument>;
}

/** Beside its own limit a job may wait this long for its turn. */
const patienceMs = 600_000;
const preparingSeconds = 1_800;

export const isClipName = (name: string): name is keyof typeof testClips => Object.hasOwn(testClips, name);

const operationOf = (id: OperationId): Operation => operations[id] as Operation;

const bodyOf = ({ operation, params }: Pick<PerfScenario, 'operation' | 'params'>, input: string) => {
  const declared = operationOf(operation);
  const field = Object.values(declared.inputs)[0]?.fields[0] ?? 'input_url';
  return submitBody(declared).safeParse({ ...params, [field]: input });
};

/** What is wrong with the parameters, as the operation's own route would say. */
export const checkScenario = (scenario: PerfScenario, at: string): FieldError[] => {
  // Headers and webhooks may hold secrets, and what a scenario asks for is kept in an event.
  const known = [...Object.keys(operationOf(scenario.operation).params.shape), 'hardware'];
  const unknown = Object.keys(scenario.params).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return unknown.map((name) => ({
      pointer: `${at}/params/${name}`,
      code: 'unknown_field',
      message: 'A scenario takes the operation’s own parameters, and hardware.',
    }));
  const parsed = bodyOf(scenario, 'file_0000');
  if (!parsed.success) return fieldErrors(parsed.error.issues, `${at}/params`);
  const issues = checkParams(scenario.operation, paramsOf(operationOf(scenario.operation), parsed.data) as never);
  return issues.map((issue) => ({ ...issue, pointer: `${at}/params${issue.pointer}` }));
};

/** Runs one ordinary job to its end; one that takes too long is cancelled. Gives `null` when the signal comes first. */
export const runJob = async (
  { context, feed }: PerfJobPorts,
  scenario: Pick<PerfScenario, 'operation' | 'params' | 'max_duration_seconds'>,
  input: string,
  caller: Caller,
  signal: AbortSignal,
): Promise<JobDocument | null> => {
  const parsed = bodyOf(scenario, input);
  if (!parsed.success) throw new RequestRefused('invalid_request', { errors: fieldErrors(parsed.error.issues) });
  const body = parsed.data;
  const jobId = context.newId('job');
  const operation = operationOf(scenario.operation);
  const job = await jobOf({ context }, operation, { caller, body }, paramsOf(operation, body), jobId, false);
  const ending = feed.ended(jobId, scenario.max_duration_seconds * 1000 + patienceMs, signal);
  try {
    const ask = { job, requestId: context.newId('req'), traceparent: null, origin: caller.origin };
    feed.noteJob((await accept(context, ask)).position);
    const hasEnded = await ending.promise;
    if (signal.aborted) return null;
    if (!hasEnded)
      await context.request('job.cancel', {
        jobId,
        actor: { ...actorOf(caller), isAdmin: true },
        reason: 'a performance test that took too long',
      });
    return foldHistory(await readHistory(context.store, jobId));
  } finally {
    ending.stop();
  }
};

/** The input as jobs take it: a URL, or the id of a stored file; one of our clips is made when it is not stored. */
export const resolveInput = async (
  ports: PerfJobPorts,
  input: string,
  caller: Caller,
  signal: AbortSignal,
): Promise<string> => {
  if (/^(https?:\/\/|file_)/i.test(input)) return input;
  const where = { apiKeyId: caller.keyId, name: input };
  const { documents } = await ports.files.find({ where, sort: 'createdAt', descending: true, limit: 1 });
  const [found] = documents;
  if (found) return found.id;
  if (!isClipName(input)) throw new RequestRefused('file_not_found');
  return makeClip(ports, input, caller, signal);
};

const makeClip = async (
  ports: PerfJobPorts,
  name: keyof typeof testClips,
  caller: Caller,
  signal: AbortSignal,
): Promise<string> => {
  const { context } = ports;
  const actor = { ...actorOf(caller), isAdmin: true };
  const fileId = context.newId('file');
  const blob = await context.blobs.put(Buffer.from(paintTestClip().buffer));
  await context.request('asset.store', { fileId, actor, name: 'test_video.avi', blob, contentType: 'video/x-msvideo' });
  try {
    const job = await runJob(
      ports,
      {
        operation: 'transcode',
        params: {
          output_format: 'mp4',
          codec: 'h264',
          crf: 18,
          preset: 'fast',
          resolution: testClips[name],
          output_name: name.replace(/\.mp4$/, ''),
          hardware: 'cpu',
        },
        max_duration_seconds: preparingSeconds,
      },
      fileId,
      caller,
      signal,
    );
    const [output] = job?.outputs ?? [];
    if (!output) throw new RequestRefused(job?.error?.code ?? 'unavailable', { detail: `${name} could not be made.` });
    return output.fileId;
  } finally {
    await context.request('asset.delete', { fileId, actor, reason: 'its clip is made' });
  }
};
