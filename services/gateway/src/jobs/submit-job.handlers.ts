import {
  isMediaInput,
  nestedInputs,
  operationIds,
  operations,
  submitIdOf,
  waitSecondsMax,
  withValueAt,
  type AcceptRequest,
  type InputSource,
  type JobAcceptedData,
  type Operation,
  type OperationInput,
  type OperationId,
  type Plan,
  type SubmitId,
} from '@ffapi/contracts';
import { checkParams } from '@ffapi/raw-command';
import { Refusal } from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import { acceptedDocument, readHistory, foldHistory } from '@ffapi/job-view';
import { redactUrl } from '@ffapi/egress';
import { RequestTimeout, type ServiceContext } from '@ffapi/service-kit';
import type { Admission } from './admission.state.ts';
import type { LiveFeed } from './feed.state.ts';
import { actorOf } from '../identity/index.ts';
import {
  fieldsOf,
  type Fields,
  isRefusal,
  replayed,
  type Idempotency,
  RequestRefused,
  type AnswerFor,
  type Call,
  type HandlersFor,
  type SubmitCall,
} from '../requests/index.ts';
import { namingPresets, withPreset } from '../presets/index.ts';
import { refuseNoFile, refuseNoMedia } from './refuse-file.http.ts';
import { refuseUrl } from './refuse-url.ts';
import type { StandingCalls } from '../access/index.ts';
import type { JobPresenter } from './job-presenter.state.ts';

/** Seconds a client is ready to wait for the end (RFC 7240 `wait`). */
export const waitSeconds = (prefer: string | undefined): number => {
  const match = /(?:^|[,;\s])wait=(\d{1,5})/.exec(prefer ?? '');
  return Math.min(Number(match?.[1] ?? 0), waitSecondsMax);
};

const sealed = async (context: ServiceContext, value: unknown, purpose: string): Promise<string | null> =>
  value === undefined ? null : context.secrets.seal(JSON.stringify(value), { purpose });

export interface SubmitPorts {
  readonly context: ServiceContext;
  readonly feed: LiveFeed;
  readonly show: JobPresenter;
  readonly idempotency: Idempotency;
  readonly admission: Admission;
  readonly standing: StandingCalls;
}

type SubmitHandlers = HandlersFor<SubmitId>;
type SubmitAnswer = AnswerFor<'submit_compose_from_binaries'>;

/** One handler per operation: checks, writes the job down, answers 202; or waits, or plans only, as asked. */
export const submitHandlers = (ports: SubmitPorts): SubmitHandlers =>
  Object.fromEntries(
    operationIds.map((id) => [submitIdOf(id), (call: SubmitCall) => submit(ports, operations[id], call)]),
  ) as SubmitHandlers;

/** Takes one submit and answers it as its headers and query ask. */
export const submit = async (ports: SubmitPorts, operation: Operation, call: SubmitCall): Promise<SubmitAnswer> => {
  const isDryRun = call.query.dry_run === 'true';
  const waitMs = 1000 * (isDryRun ? 30 : waitSeconds(call.header('prefer')));
  const { job, ended, isReplay } = await submitJob(ports, operation, call, { waitMs, isDryRun });
  if (waitMs === 0 && !isReplay) return answerNew(ports, call, job);
  return answer(ports, call, job.jobId, ended, isDryRun, isReplay);
};

export interface Submitted {
  readonly job: AcceptRequest['job'];
  /** Whether it ended while it was waited for. */
  readonly ended: boolean;
  readonly isReplay: boolean;
}

interface Wait {
  readonly waitMs: number;
  readonly isDryRun?: boolean;
}

/** Checks a submit, writes its job down, and waits for its end as long as asked. */
export const submitJob = async (
  ports: Omit<SubmitPorts, 'show'>,
  operation: Operation,
  asked: SubmitCall,
  wait: Wait,
): Promise<Submitted> => {
  const submitted = await acceptAndWait(ports, operation, asked, wait);
  // The job goes on; whoever lost their access while they waited is told nothing of it.
  if (wait.waitMs > 0) ports.standing.refuseLapsed(asked);
  return submitted;
};

const acceptAndWait = async (
  ports: Omit<SubmitPorts, 'show'>,
  operation: Operation,
  asked: SubmitCall,
  { waitMs, isDryRun = false }: Wait,
): Promise<Submitted> => {
  const { context, idempotency, admission } = ports;
  const call = await withPreset(context, operation.id, asked);
  const params = paramsOf(operation, call.body);
  const { MAX_FFMPEG_FILTERS: filtersMax, REQUIRE_DURATION_LIMIT: needsLimit } = context.config;
  const found = checkParams(operation.id as OperationId, params, { filtersMax, needsLimit });
  const issues = await namingPresets(context, call, found);
  if (issues.length > 0)
    throw new RequestRefused(issues[0]?.code ?? 'invalid_request', { detail: issues[0]?.message, errors: issues });
  const claim = await idempotency.claim(call, () => context.newId('job'));
  const ending = waitMs > 0 ? ports.feed.ended(claim.resourceId, waitMs) : null;
  const release = ending && ports.standing.hold(asked, () => ending.stop());
  try {
    const job = await jobOf(ports, operation, call, params, claim.resourceId, isDryRun);
    failPoint('gateway.before-accept');
    const { requestId, traceparent, caller } = call;
    const ask = { job, requestId, traceparent, origin: caller.origin };
    // What was asked before has been counted; a plan runs nothing.
    const isCounted = !claim.isReplay && !isDryRun;
    const { position } = isCounted
      ? await admission.admit(job.apiKeyId, job.jobId, () => accept(context, ask))
      : await accept(context, ask);
    failPoint('gateway.after-accept');
    ports.feed.noteJob(position);
    const ended = ending !== null && ((claim.isReplay && (await isOver(context, job.jobId))) || (await ending.promise));
    return { job, ended, isReplay: claim.isReplay };
  } catch (error) {
    // A refused request made nothing: its key may come again with a mended body.
    if (!claim.isReplay && isRefusal(error)) await claim.release();
    throw error;
  } finally {
    release?.();
    ending?.stop();
  }
};

/** A job that was submitted before may have ended before it was watched. */
const isOver = async ({ store }: ServiceContext, jobId: string): Promise<boolean> =>
  (foldHistory(await readHistory(store, jobId))?.completedAt ?? null) !== null;

/** Hands a job to the job service; an answer that was lost says so. */
export const accept = async (context: ServiceContext, ask: AcceptRequest): Promise<{ position: number }> => {
  try {
    return await context.request('job.accept', ask, 10_000);
  } catch (error) {
    // A store that was reached and did not confirm may have stored it all the same.
    const isUnknown = error instanceof RequestTimeout || (error instanceof Refusal && error.code === 'unavailable');
    if (isUnknown) throw new RequestRefused('accept_unknown');
    throw error;
  }
};

/** A new job as it was written down; its place in the queue costs more than all the rest, and is there for who asks later. */
const answerNew = ({ show }: SubmitPorts, call: Call, job: AcceptRequest['job']): SubmitAnswer => ({
  status: 202,
  headers: { location: `/v1/jobs/${job.jobId}` },
  body: show.brief(acceptedDocument(job, job.acceptedAt), call.caller),
});

const answer = async (
  { show }: SubmitPorts,
  call: Call,
  jobId: string,
  ended: boolean,
  isDryRun: boolean,
  isReplay: boolean,
): Promise<SubmitAnswer> => {
  const { job } = await show.own(jobId, call.caller);
  const resource = await show.whole(job, call.caller);
  const headers = { location: `/v1/jobs/${jobId}`, ...replayed({ isReplay }) };
  if (!ended) return { status: 202, headers, body: resource };
  if (resource.error?.code === 'content_blocked')
    throw new RequestRefused('content_blocked', { extra: { job_id: jobId } });
  if (isDryRun && job.status === 'completed')
    return { status: 200, headers, body: { ...(resource.result as Plan), job_id: null, dry_run: true } };
  // Where a result is shown at top level too, a field of the job never gives way to it.
  return {
    status: 200,
    headers: { ...headers, 'preference-applied': 'wait' },
    body: { ...fieldsOf(resource.result), ...resource },
  };
};

/** The operation's own fields of a body. */
export const paramsOf = (operation: Operation, body: Fields): Fields =>
  Object.fromEntries(
    Object.keys(operation.params.shape).flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );

/** The job that a checked body asks for. */
export const jobOf = async (
  { context }: Pick<SubmitPorts, 'context'>,
  operation: Operation,
  call: Pick<SubmitCall, 'caller' | 'body'> & Partial<Pick<Call, 'route'>>,
  params: Fields,
  jobId: string,
  dryRun: boolean,
): Promise<AcceptRequest['job']> => {
  const { body } = call;
  const inputs: Record<string, InputSource> = {};
  // FFAPI 1's paths answer as they did: there, such a job fails.
  const isOld = call.route?.legacyStatuses !== undefined;
  const needsMedia = (name: string): boolean => !isOld && isMediaInput(operation.id, name);
  for (const [name, input] of Object.entries(operation.inputs)) {
    const field = fieldOf(input, body);
    if (field !== null) {
      const isMedia = needsMedia(name);
      inputs[name] = await sourceOf(context, call, { field, isMedia, value: String(body[field]) });
    }
  }
  let shownParams = params;
  for (const { name, place, pointer, value } of nestedInputs(operation, params)) {
    const source = await sourceOf(context, call, { field: pointer.slice(1), isMedia: needsMedia(name), value });
    inputs[name] = source;
    if (source.kind === 'url') shownParams = withValueAt(shownParams, place, source.url);
  }
  const { webhook_url: webhookUrl } = body;
  return {
    jobId,
    operation: operation.id,
    operationVersion: operation.version,
    params: shownParams,
    inputs,
    pool: operation.pools.cpu,
    priority: body.priority,
    hardware: body.hardware,
    apiKeyId: call.caller.keyId,
    outputName: body.output_name ?? null,
    metadata: body.metadata,
    webhook: webhookUrl === undefined ? null : await webhookOf(context, webhookUrl, body.webhook_headers),
    fetchHeadersSecret: await sealed(context, body.headers, 'fetch-headers'),
    userIp: call.caller.ip,
    retryOf: null,
    dryRun,
    acceptedAt: context.now(),
  };
};

/** A URL whose user-info or query might be a secret is kept apart from the event. */
const splitUrl = async (context: ServiceContext, url: string): Promise<{ url: string; secret: string | null }> => {
  const shown = redactUrl(url);
  return { url: shown, secret: shown === url ? null : await context.secrets.seal(url, { purpose: 'url' }) };
};

const webhookOf = async (
  context: ServiceContext,
  url: string,
  headers: unknown,
): Promise<JobAcceptedData['webhook']> => {
  refuseUrl(context, url, 'webhook_url');
  const split = await splitUrl(context, url);
  return { url: split.url, urlSecret: split.secret, headersSecret: await sealed(context, headers, 'webhook-headers') };
};

/** The field of a body that carries an input; null where it is left out and may be. */
const fieldOf = ({ fields, isOptional, insteadOf = [] }: OperationInput, body: Fields): string | null => {
  const given = fields.filter((field) => body[field] !== undefined);
  const [field] = given;
  if (field !== undefined && given.length === 1) return field;
  const mayBeAbsent = isOptional || insteadOf.some((each) => body[each] !== undefined);
  if (field === undefined && mayBeAbsent) return null;
  const message =
    field === undefined
      ? `Give ${fields.join(' or ')}: an http(s) URL or a stored file's id.`
      : `${given.join(' and ')} name the same input: give one.`;
  throw new RequestRefused('input_required', {
    detail: message,
    errors: [{ pointer: `/${given[1] ?? fields[0]}`, code: 'input_required', message }],
  });
};

const sourceOf = async (
  context: ServiceContext,
  call: Pick<Call, 'caller'>,
  { field, isMedia, value }: { readonly field: string; readonly isMedia: boolean; readonly value: string },
): Promise<InputSource> => {
  if (value.startsWith('file_')) {
    const { file } = await context
      .request('asset.resolve', { fileId: value, actor: actorOf(call.caller) })
      .catch((error: unknown) => refuseNoFile(error, value, field));
    if (isMedia) refuseNoMedia(file, field);
    return { kind: 'file', fileId: value, name: file.name, contentType: file.contentType, blob: file.blob };
  }
  refuseUrl(context, value, field);
  return { kind: 'url', ...(await splitUrl(context, value)) };
};
