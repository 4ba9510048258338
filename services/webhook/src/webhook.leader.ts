import { holdLease, type Lease } from '@ffapi/bus';
import type { DeliveryEvent, EndpointEvent } from '@ffapi/contracts';
import type { ProjectedEvent, RecordedCommit } from '@ffapi/es';
import { runProjection, type ReadModel, type RunningProjection } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import { deliveries, type DeliveryDocument, makeCall, type CallPorts, Sender, type SenderPorts } from './send/index.ts';
import { endpoints, EndpointDirectory } from './endpoints/index.ts';
import { runFanOut, scheduledDelivery, JobOwners, ProgressNotifier, type ProgressPorts } from './fan-out/index.ts';

const retryMs = 1_000;
const indexedMsMax = 10_000;

/** What projecting tells the process that sends. */
interface Hooks {
  onEndpoints(ids: readonly string[]): void;
  onDeliveries(position: number, events: readonly ProjectedEvent<DeliveryEvent>[]): void;
}

interface Projectors {
  readonly endpoints: RunningProjection;
  readonly deliveries: RunningProjection;
}

const project = ({ store, log }: ServiceContext, readModel: ReadModel, hooks: Hooks): Projectors => {
  const onTrouble = (err: unknown): void => log.warn({ err }, 'projection stands still');
  return {
    endpoints: runProjection({
      store,
      readModel,
      projection: endpoints,
      onTrouble,
      onApplied: (_position, events) => hooks.onEndpoints(events.map(({ event }) => event.data.webhookId)),
    }),
    deliveries: runProjection({
      store,
      readModel,
      projection: deliveries,
      onTrouble,
      onApplied: (position, events) => hooks.onDeliveries(position, events),
    }),
  };
};

export interface Delivering {
  /** Resolves when lists show what was appended at this position, as far as this process can know. */
  shown(what: keyof Projectors, position: number): Promise<void>;
  /** How long the oldest delivery that is due has waited; 0: none is. */
  lagMs(): Promise<number>;
  stop(): Promise<void>;
}

const shownMsMax = 1_000;

/**
 * Projects, and sends from one process at a time. Where the read model is this process's own it is always kept up to
 * date; where it is shared, the process that sends projects.
 */
export const startDelivering = (
  readModel: ReadModel,
  calls: CallPorts,
  { sweepMs = 5_000 }: { readonly sweepMs?: number | undefined } = {},
): Delivering => {
  const { context } = calls;
  const hooks: Hooks = { onEndpoints: () => {}, onDeliveries: () => {} };
  const told: Hooks = {
    onEndpoints: (ids) => hooks.onEndpoints(ids),
    onDeliveries: (position, events) => hooks.onDeliveries(position, events),
  };
  const own = readModel.exclusive ? project(context, readModel, told) : null;
  const stopAll = (projectors: Projectors) => Promise.all(Object.values(projectors).map((each) => each.stop()));
  const lead = async (signal: AbortSignal): Promise<void> => {
    const projectors = own ?? project(context, readModel, told);
    try {
      await Promise.all([projectors.endpoints.ready, projectors.deliveries.ready]);
      await send({ calls, readModel, projectors, hooks, sweepMs }, signal);
    } finally {
      if (!own) await stopAll(projectors);
    }
  };
  const lease: Lease = holdLease({
    connection: context.connection,
    name: 'webhook-sender',
    holder: context.instance,
    onHeld: lead,
    onError: (err) => context.log.warn({ err }, 'webhook lease'),
  });
  const due = readModel.collection<DeliveryDocument>({ name: deliveries.name, indexes: deliveries.indexes });
  return {
    lagMs: async () => {
      const now = context.now();
      const where = { status: 'pending', dueAt: { lt: now } };
      const { documents } = await due.find({ where, sort: 'dueAt', limit: 1 });
      const [oldest] = documents;
      return oldest ? Date.parse(now) - Date.parse(oldest.document.dueAt) : 0;
    },
    shown: async (what, position) => {
      await own?.[what].waitFor(position, shownMsMax);
    },
    stop: async () => {
      await lease.release();
      if (own) await stopAll(own);
    },
  };
};

interface Sending {
  readonly calls: CallPorts;
  readonly readModel: ReadModel;
  readonly projectors: Projectors;
  readonly hooks: Hooks;
  /** The due index is looked at this often, however far away what it holds is. */
  readonly sweepMs: number;
}

const send = async ({ calls, readModel, projectors, hooks, sweepMs }: Sending, signal: AbortSignal): Promise<void> => {
  const { context } = calls;
  const due = projectors.deliveries;
  const known = new EndpointDirectory(readModel.collection({ name: endpoints.name, indexes: endpoints.indexes }));
  await known.load(projectors.endpoints.position());
  hooks.onEndpoints = (ids) => void known.refresh(ids).catch((err: unknown) => context.log.warn({ err }, 'endpoints'));
  const endpointsOf = (apiKeyId: string) => known.ofKey(apiKeyId);
  const owners = new JobOwners(context.store);
  const call: SenderPorts['call'] & ProgressPorts['call'] = (source, subscription, attempt) =>
    makeCall(calls, source, subscription, attempt);
  const sender = new Sender({
    context,
    deliveries: readModel.collection<DeliveryDocument>({ name: deliveries.name, indexes: deliveries.indexes }),
    endpoint: (webhookId) => known.get(webhookId),
    call,
    indexPosition: () => due.position(),
    sweepMs,
  });
  hooks.onDeliveries = (position, events) => sender.indexed(position, events);
  sender.start();
  const teller = new ProgressNotifier({ context, owners, endpointsOf, call });
  const fanOut = {
    context,
    progress: readModel.collection({ name: 'fan-out', indexes: [] }),
    onEndpoint: (commit: RecordedCommit<EndpointEvent>) => known.apply(commit),
    endpointsOf,
    owners,
    onScheduled: (commit: RecordedCommit<DeliveryEvent>, isNew: boolean) => {
      const { delivery, known: justWritten } = scheduledDelivery(commit);
      if (isNew) return sender.scheduled(delivery, justWritten);
      // Scheduled before a restart: the index knows how it went on.
      const look = due.waitFor(commit.position, indexedMsMax).then(() => sender.lookAt(delivery.deliveryId));
      look.catch((err: unknown) => context.log.warn({ err }, 'delivery'));
    },
  };
  while (!signal.aborted) {
    try {
      await runFanOut(fanOut, signal);
    } catch (err) {
      if (signal.aborted) break;
      context.log.warn({ err }, 'fan-out');
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
  hooks.onEndpoints = () => {};
  hooks.onDeliveries = () => {};
  teller.stop();
  await sender.stop();
};
