import { createHash } from 'node:crypto';
import {
  deliveryStream,
  derivedId,
  inlineBytesMax,
  jobStream,
  type AssetEvent,
  type JobEvent,
  type Sized,
  type TaskEvent,
  type WebhookData,
  type WebhookEventName,
  type WebhookTarget,
} from '@ffapi/contracts';
import { handleCommand, type RecordedCommit } from '@ffapi/es';
import { createLinks, jobResourceOf, readStory, tellStory } from '@ffapi/job-view';
import type { Collection } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import { deliveryDecider } from '../domain/delivery.decider.ts';
import { takesEvent } from '../domain/event-filter.ts';
import { jobData } from '../domain/event-payload.ts';
import { endsJob, webhookEventOf } from '../policies/when-something-happened-then-tell.ts';
import type { EndpointDocument } from '../projections/endpoints.projection.ts';

type Event = JobEvent | TaskEvent | AssetEvent;

interface Recipient {
  readonly webhookId: string | null;
  readonly target: WebhookTarget;
}

export interface FanOutPorts {
  readonly context: ServiceContext;
  /** Holds nothing but how far the fan-out has come. */
  readonly progress: Collection;
  /** The endpoints in force, by key. */
  readonly endpointsOf: (apiKeyId: string) => readonly EndpointDocument[];
}

const projectionVersion = 1;
/** A stretch that is done again after a restart schedules nothing twice, so every batch need not be written down. */
const checkpointEveryMs = 1_000;

/**
 * Turns what happened into deliveries, in order, from where it stopped. A delivery's id follows from the event and
 * its recipient: doing a stretch twice schedules nothing twice.
 */
export const runFanOut = async (
  { context, progress, endpointsOf }: FanOutPorts,
  signal: AbortSignal,
): Promise<void> => {
  const { store } = context;
  const incarnation = await store.incarnation();
  const checkpoint = await progress.checkpoint();
  const after = checkpoint?.incarnation === incarnation ? checkpoint.position : 0;
  let writtenAtMs = performance.now();
  for await (const commits of store.read<Event>({
    after,
    streams: ['job.>', 'task.>', 'asset.>'],
    follow: true,
    signal,
  })) {
    for (const commit of commits) await tell(context, commit, endpointsOf);
    if (performance.now() - writtenAtMs < checkpointEveryMs) continue;
    writtenAtMs = performance.now();
    await progress.write([], { position: commits.at(-1)?.position ?? after, incarnation, projectionVersion });
  }
};

const tell = async (
  context: ServiceContext,
  commit: RecordedCommit<Event>,
  endpointsOf: FanOutPorts['endpointsOf'],
): Promise<void> => {
  for (const [index, event] of commit.events.entries()) {
    const name = webhookEventOf(event);
    if (name === null) continue;
    const { jobId, apiKeyId } = await ownerOf(context, event);
    const recipients: Recipient[] = endpointsOf(apiKeyId)
      .filter(({ isEnabled, events }) => isEnabled && takesEvent(events, name))
      .map(({ webhookId, target }) => ({ webhookId, target }));
    const own = endsJob(name) && jobId !== null ? await ownWebhook(context, jobId) : null;
    if (own) recipients.push({ webhookId: null, target: own });
    if (recipients.length === 0) continue;
    const payload = await payloadOf(context, event, jobId, commit.position);
    for (const recipient of recipients)
      await schedule(context, { commit, index, name, jobId, apiKeyId, recipient, payload });
  }
};

const accepted = async (context: ServiceContext, jobId: string) => {
  const { commits } = await context.store.load<JobEvent>(jobStream(jobId));
  const [first] = commits[0]?.events ?? [];
  return first?.type === 'JobAccepted' ? first.data : null;
};

const ownerOf = async (context: ServiceContext, event: Event): Promise<{ jobId: string | null; apiKeyId: string }> => {
  if (event.type === 'AssetStored')
    return { jobId: event.data.origin.kind === 'job' ? event.data.origin.jobId : null, apiKeyId: event.data.apiKeyId };
  if (event.type === 'AssetDeleted') return { jobId: null, apiKeyId: event.data.apiKeyId };
  const { jobId } = event.data;
  const apiKeyId = 'apiKeyId' in event.data ? event.data.apiKeyId : (await accepted(context, jobId))?.apiKeyId;
  return { jobId, apiKeyId: apiKeyId ?? '' };
};

const ownWebhook = async (context: ServiceContext, jobId: string): Promise<WebhookTarget | null> =>
  (await accepted(context, jobId))?.webhook ?? null;

/** Links are made when a call is sent: a signed one would be old by then. */
const noLinks = createLinks('', () => '');

const payloadOf = async (
  context: ServiceContext,
  event: Event,
  jobId: string | null,
  position: number,
): Promise<Sized<WebhookData>> => {
  const data =
    event.type === 'AssetStored' || event.type === 'AssetDeleted'
      ? fileData(event)
      : await jobDataAt(context, jobId ?? '', position);
  const json = Buffer.from(JSON.stringify(data));
  return json.length <= inlineBytesMax ? { inline: data } : { blob: await context.blobs.put(json) };
};

const jobDataAt = async (context: ServiceContext, jobId: string, position: number): Promise<WebhookData> => {
  const story = (await readStory(context.store, jobId)).filter((event) => event.position <= position);
  const job = tellStory(story);
  if (!job) return { job_id: jobId };
  const result = job.result && 'inline' in job.result ? job.result.inline : null;
  return jobData(jobResourceOf(job, { links: noLinks, progress: null, place: null, result, showUserIp: false }));
};

const fileData = ({ type, data }: AssetEvent): WebhookData =>
  type === 'AssetDeleted'
    ? { file_id: data.fileId, name: data.name, reason: data.reason }
    : {
        file_id: data.fileId,
        name: data.name,
        size_bytes: data.sizeBytes,
        sha256: data.blob.sha256,
        content_type: data.contentType,
        job_id: data.origin.kind === 'job' ? data.origin.jobId : null,
      };

interface Due {
  readonly commit: RecordedCommit<Event>;
  readonly index: number;
  readonly name: WebhookEventName;
  readonly jobId: string | null;
  readonly apiKeyId: string;
  readonly recipient: Recipient;
  readonly payload: Sized<WebhookData>;
}

const schedule = async (
  context: ServiceContext,
  { commit, index, name, jobId, apiKeyId, recipient, payload }: Due,
): Promise<void> => {
  const { webhookId, target } = recipient;
  const deliveryId = derivedId(
    'dlv',
    createHash('sha256')
      .update(JSON.stringify([commit.id, index, webhookId]))
      .digest(),
  );
  const command = {
    type: 'ScheduleDelivery',
    deliveryId,
    webhookId,
    apiKeyId,
    event: name,
    timestamp: commit.occurredAt,
    jobId,
    target,
    payload,
    now: context.now(),
  } as const;
  await handleCommand(context.store, deliveryDecider, deliveryStream(deliveryId), command, {
    commitId: `schedule_${deliveryId}`,
    occurredAt: context.now(),
    correlationId: commit.correlationId,
    causationId: commit.id,
    traceparent: commit.traceparent,
    assumeNew: true,
  });
};
