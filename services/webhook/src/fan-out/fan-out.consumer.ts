import { createHash } from 'node:crypto';
import {
  jobAggregate,
  taskAggregate,
  assetAggregate,
  keyAggregate,
  endpointAggregate,
  deliveryStream,
  derivedId,
  publicEventOf,
  inlineBytesMax,
  type AssetEvent,
  type DeliveryEvent,
  type EndpointEvent,
  type JobEvent,
  type KeyEvent,
  type Sized,
  type TaskEvent,
  type WebhookData,
  type WebhookEventName,
  type WebhookTarget,
} from '@ffapi/contracts';
import { handleCommand, type RecordedCommit } from '@ffapi/es';
import { unsignedLinks, jobResourceOf, readHistory, foldHistory } from '@ffapi/job-view';
import type { Collection } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import {
  deliveryDecider,
  jobData,
  deliveries,
  type DeliveryDocument,
  type JustWritten,
  TenantScheduler,
} from '../send/index.ts';
import { takesEvent, type EndpointDocument } from '../endpoints/index.ts';
import { endsJob } from './job-calls.policy.ts';
import type { JobOwners } from './job-owners.state.ts';

type Event = JobEvent | TaskEvent | AssetEvent | KeyEvent;

interface Recipient {
  readonly webhookId: string | null;
  readonly target: WebhookTarget;
}

export interface FanOutPorts {
  readonly context: ServiceContext;
  /** Holds nothing but how far the fan-out has come. */
  readonly progress: Collection;
  /** Told of every change of an endpoint in its turn: what happened after it must find it. */
  readonly onEndpoint: (commit: RecordedCommit<EndpointEvent>) => void;
  /** The endpoints in force, by key. */
  readonly endpointsOf: (apiKeyId: string) => readonly EndpointDocument[];
  readonly owners: JobOwners;
  /** Told of every delivery; `isNew`: it was scheduled just now, and not before a restart. */
  readonly onScheduled: (commit: RecordedCommit<DeliveryEvent>, isNew: boolean) => void;
}

const told = [jobAggregate, taskAggregate, assetAggregate, keyAggregate, endpointAggregate].map(
  ({ pattern }) => pattern,
);
const projectionVersion = 1;
/** A stretch that is done again after a restart schedules nothing twice, so every batch need not be written down. */
const checkpointEveryMs = 1_000;
/** Appends to different streams share the store's syncs. */
const atOnce = 32;
const perTenantMax = 16;
/** What is read ahead of what is done, so that events behind a flood have their turn. */
const waitingMax = 5_000;

/**
 * Turns what happened into deliveries, in order, from where it stopped. A delivery's id follows from the event and
 * its recipient: doing a stretch twice schedules nothing twice.
 */
export const runFanOut = async (ports: FanOutPorts, signal: AbortSignal): Promise<void> => {
  const { context, progress } = ports;
  const { store } = context;
  const incarnation = await store.incarnation();
  const checkpoint = await progress.checkpoint();
  const after = checkpoint?.incarnation === incarnation ? checkpoint.position : 0;
  const failed = new AbortController();
  const turns = new TenantScheduler({ atOnce, perTenantMax, waitingMax, onFailure: (error) => failed.abort(error) });
  const reading = { after, follow: true, signal: AbortSignal.any([signal, failed.signal]) };
  let read = after;
  let writtenAtMs = performance.now();
  const note = async (): Promise<void> => {
    writtenAtMs = performance.now();
    const position = (turns.firstUnfinished ?? read + 1) - 1;
    await progress.write([], { position, incarnation, projectionVersion });
  };
  try {
    for await (const commits of store.read<Event | EndpointEvent>({ ...reading, streams: told })) {
      for (const commit of commits) {
        if (isOfEndpoint(commit)) ports.onEndpoint(commit);
        else await hand(ports, turns, commit as RecordedCommit<Event>);
        if (reading.signal.aborted) break;
        read = commit.position;
      }
      if (performance.now() - writtenAtMs >= checkpointEveryMs) await note();
    }
  } finally {
    await turns.end();
  }
  if (failed.signal.aborted) throw failed.signal.reason;
  await note();
};

const isOfEndpoint = (commit: RecordedCommit<Event | EndpointEvent>): commit is RecordedCommit<EndpointEvent> =>
  commit.stream.startsWith('endpoint.');

/** Hands on what is to be told of a commit; nearly all commits tell nobody anything. */
const hand = async (ports: FanOutPorts, turns: TenantScheduler, commit: RecordedCommit<Event>): Promise<void> => {
  const calls: Omit<Due, 'payload'>[] = [];
  let tenant = '';
  for (const [index, event] of commit.events.entries()) {
    if (event.type === 'JobAccepted') ports.owners.note(event.data);
    const name = publicEventOf(event);
    if (name === null) continue;
    const { jobId, apiKeyId, webhook } = await ownerOf(ports.owners, event);
    tenant = apiKeyId;
    const recipients: Recipient[] = ports
      .endpointsOf(apiKeyId)
      // A fan-out that begins anew reads all of history, which is none of a newer endpoint's business.
      .filter(({ createdPosition }) => createdPosition < commit.position)
      .filter(({ isEnabled, events }) => isEnabled && takesEvent(events, name))
      .map(({ webhookId, target }) => ({ webhookId, target }));
    if (endsJob(name) && webhook) recipients.push({ webhookId: null, target: webhook });
    for (const recipient of recipients) calls.push({ commit, index, event, name, jobId, apiKeyId, recipient });
  }
  if (calls.length > 0) await turns.add(tenant, commit.position, () => scheduleAll(ports, calls));
};

const scheduleAll = async (ports: FanOutPorts, calls: readonly Omit<Due, 'payload'>[]): Promise<void> => {
  const payloads = new Map<Event, Sized<WebhookData>>();
  for (const call of calls) {
    const { event, jobId, commit } = call;
    const payload = payloads.get(event) ?? (await payloadOf(ports.context, event, jobId, commit.position));
    payloads.set(event, payload);
    await schedule(ports, { ...call, payload });
  }
};

interface Owner {
  readonly jobId: string | null;
  readonly apiKeyId: string;
  readonly webhook: WebhookTarget | null;
}

const ownerOf = async (owners: JobOwners, event: Event): Promise<Owner> => {
  if ('fileId' in event.data) {
    const jobId = event.type === 'AssetStored' && event.data.origin.kind === 'job' ? event.data.origin.jobId : null;
    return { jobId, apiKeyId: event.data.apiKeyId, webhook: null };
  }
  if ('keyId' in event.data) return { jobId: null, apiKeyId: event.data.keyId, webhook: null };
  const { jobId } = event.data;
  const owner = await owners.of(jobId);
  return { jobId, apiKeyId: owner?.apiKeyId ?? '', webhook: owner?.webhook ?? null };
};

const payloadOf = async (
  context: ServiceContext,
  event: Event,
  jobId: string | null,
  position: number,
): Promise<Sized<WebhookData>> => {
  const data = factsOf(event) ?? (await jobDataAt(context, jobId ?? '', position));
  const json = Buffer.from(JSON.stringify(data));
  return json.length <= inlineBytesMax ? { inline: data } : { blob: await context.blobs.put(json) };
};

const jobDataAt = async (context: ServiceContext, jobId: string, position: number): Promise<WebhookData> => {
  const story = (await readHistory(context.store, jobId)).filter((event) => event.position <= position);
  const job = foldHistory(story);
  if (!job) return { job_id: jobId };
  const result = job.result && 'inline' in job.result ? job.result.inline : null;
  return jobData(jobResourceOf(job, { links: unsignedLinks, progress: null, place: null, result, showUserIp: false }));
};

/** What an event tells by itself. */
const factsOf = (event: Event): WebhookData | null => {
  switch (event.type) {
    case 'AssetStored':
    case 'AssetDeleted':
      return fileData(event);
    case 'AssetProbed':
    case 'AssetThumbnailMade':
    case 'AssetDescribed':
      return { file_id: event.data.fileId };
    case 'KeyQuotaNearlyUsed':
    case 'KeyQuotaExceeded': {
      const { quota, used, limit } = event.data;
      return { quota, used, limit, percent: limit === 0 ? 100 : Math.round((100 * used) / limit) };
    }
    default:
      return null;
  }
};

const fileData = ({ type, data }: Extract<AssetEvent, { type: 'AssetStored' | 'AssetDeleted' }>): WebhookData =>
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
  readonly event: Event;
  readonly name: WebhookEventName;
  readonly jobId: string | null;
  readonly apiKeyId: string;
  readonly recipient: Recipient;
  readonly payload: Sized<WebhookData>;
}

const schedule = async (
  { context, onScheduled }: FanOutPorts,
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
  const handled = await handleCommand(context.store, deliveryDecider, deliveryStream(deliveryId), command, {
    commitId: `schedule_${deliveryId}`,
    occurredAt: command.now,
    correlationId: commit.correlationId,
    causationId: commit.id,
    traceparent: commit.traceparent,
    assumeNew: true,
  });
  // The store gives the first commit back when it was there before.
  if (handled.commit) onScheduled(handled.commit, handled.commit.occurredAt === command.now);
};

/** A delivery as the commit that scheduled it left it. */
export const scheduledDelivery = (
  commit: RecordedCommit<DeliveryEvent>,
): { readonly delivery: DeliveryDocument; readonly known: JustWritten } => {
  const [event] = commit.events;
  const delivery = event ? deliveries.evolve(null, { ...commit, event, index: 0 }, '') : null;
  if (!event || !delivery) throw new Error(`${commit.id} schedules no delivery`);
  const { version, position, hash } = commit;
  const state = deliveryDecider.evolve(deliveryDecider.initialState, event);
  return { delivery, known: { head: { version, position, hash }, state } };
};
