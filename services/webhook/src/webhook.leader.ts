import type { DeliveryEvent, EndpointEvent } from '@ffapi/contracts';
import type { ProjectedEvent, RecordedCommit } from '@ffapi/es';
import { documentsOf, type ReadModel } from '@ffapi/read-model';
import { lead, openProjections, type Leading, type OpenProjections, type ServiceContext } from '@ffapi/service-kit';
import { deliveries, makeCall, type CallPorts, Sender, type SenderPorts } from './send/index.ts';
import { endpoints, EndpointDirectory } from './endpoints/index.ts';
import { runFanOut, scheduledDelivery, JobOwners, ProgressNotifier, type ProgressPorts } from './fan-out/index.ts';

/** What this service projects, by the name under which it is shown. */
export const projected = { endpoints, deliveries };

const retryMs = 1_000;
const indexedMsMax = 10_000;

/** What projecting tells the process that sends. */
interface Hooks {
  onEndpoints(ids: readonly string[]): void;
  onDeliveries(position: number, events: readonly ProjectedEvent<DeliveryEvent>[]): void;
}

type Projected = OpenProjections<typeof projected>;

const project = (context: ServiceContext, readModel: ReadModel, hooks: Hooks): Projected =>
  openProjections(context, readModel, projected, {
    endpoints: {
      isAlone: true,
      onApplied: (_position, events) => hooks.onEndpoints(events.map(({ event }) => event.data.webhookId)),
    },
    deliveries: {
      isAlone: true,
      onApplied: (position, events) => hooks.onDeliveries(position, events),
    },
  });

const stopAll = (open: Projected) => Promise.all(Object.values(open).map((each) => each.stop()));

export interface Delivering {
  /** Resolves when lists show what was appended at this position, as far as this process can know. */
  shown(what: keyof Projected, position: number): Promise<void>;
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
  const leader = lead(context, 'webhook-sender', async (leading) => {
    const open = own ?? project(context, readModel, told);
    if (!own) leading.keep({ stop: async () => void (await stopAll(open)) });
    await Promise.all([open.endpoints.ready, open.deliveries.ready]);
    await send({ calls, readModel, open, hooks, sweepMs }, leading);
  });
  const due = documentsOf(readModel, deliveries);
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
      await leader.stop();
      if (own) await stopAll(own);
    },
  };
};

interface Sending {
  readonly calls: CallPorts;
  readonly readModel: ReadModel;
  readonly open: Projected;
  readonly hooks: Hooks;
  /** The due index is looked at this often, however far away what it holds is. */
  readonly sweepMs: number;
}

const send = async ({ calls, readModel, open, hooks, sweepMs }: Sending, { signal, keep }: Leading): Promise<void> => {
  const { context } = calls;
  const due = open.deliveries;
  const known = new EndpointDirectory(open.endpoints.documents);
  await known.load(open.endpoints.position());
  hooks.onEndpoints = (ids) => void known.refresh(ids).catch((err: unknown) => context.log.warn({ err }, 'endpoints'));
  const endpointsOf = (apiKeyId: string) => known.ofKey(apiKeyId);
  const owners = new JobOwners(context.store);
  const call: SenderPorts['call'] & ProgressPorts['call'] = (source, subscription, attempt) =>
    makeCall(calls, source, subscription, attempt);
  const sender = keep(
    new Sender({
      context,
      deliveries: due.documents,
      endpoint: (webhookId) => known.get(webhookId),
      call,
      indexPosition: () => due.position(),
      sweepMs,
    }),
  );
  hooks.onDeliveries = (position, events) => sender.indexed(position, events);
  sender.start();
  keep(new ProgressNotifier({ context, owners, endpointsOf, call }));
  keep({
    stop: () => {
      hooks.onEndpoints = () => {};
      hooks.onDeliveries = () => {};
    },
  });
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
};
