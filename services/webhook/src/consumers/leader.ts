import { holdLease, type Lease } from '@ffapi/bus';
import { createEgress } from '@ffapi/egress';
import { runProjection, type Collection, type ReadModel, type RunningProjection, type Stored } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import { deliveries, type DeliveryDocument } from '../projections/deliveries.projection.ts';
import { endpoints, type EndpointDocument } from '../projections/endpoints.projection.ts';
import { runFanOut } from './fan-out.ts';
import { Sender } from './sender.ts';

const retryMs = 1_000;
const indexedMsMax = 10_000;

/** What projecting tells the process that sends. */
interface Hooks {
  onEndpoints(ids: readonly string[]): void;
  onDeliveries(): void;
}

const project = (
  context: ServiceContext,
  readModel: ReadModel,
  hooks: Hooks,
): readonly [endpoints: RunningProjection, deliveries: RunningProjection] => {
  const { store, log } = context;
  const onRetry = (err: unknown): void => log.warn({ err }, 'projection waits');
  return [
    runProjection({
      store,
      readModel,
      projection: endpoints,
      onRetry,
      onApplied: (_position, events) => hooks.onEndpoints(events.map(({ event }) => event.data.webhookId)),
    }),
    runProjection({ store, readModel, projection: deliveries, onRetry, onApplied: () => hooks.onDeliveries() }),
  ];
};

export interface Delivering {
  stop(): Promise<void>;
}

/**
 * Projects, and sends from one process at a time. Where the read model is this process's own it is always kept up to
 * date; where it is shared, the process that sends projects.
 */
export const startDelivering = (context: ServiceContext, readModel: ReadModel): Delivering => {
  const hooks: Hooks = { onEndpoints: () => {}, onDeliveries: () => {} };
  const own = readModel.exclusive
    ? project(context, readModel, {
        onEndpoints: (ids) => hooks.onEndpoints(ids),
        onDeliveries: () => hooks.onDeliveries(),
      })
    : null;
  const lead = async (signal: AbortSignal): Promise<void> => {
    const projectors =
      own ??
      project(context, readModel, {
        onEndpoints: (ids) => hooks.onEndpoints(ids),
        onDeliveries: () => hooks.onDeliveries(),
      });
    await Promise.all(projectors.map(({ ready }) => ready));
    await send(context, readModel, projectors[1], hooks, signal);
    if (!own) await Promise.all(projectors.map((projector) => projector.stop()));
  };
  const lease: Lease = holdLease({
    connection: context.connection,
    name: 'webhook-sender',
    holder: context.instance,
    onHeld: lead,
    onError: (err) => context.log.warn({ err }, 'webhook lease'),
  });
  return {
    stop: async () => {
      await lease.release();
      await Promise.all((own ?? []).map((projector) => projector.stop()));
    },
  };
};

const send = async (
  context: ServiceContext,
  readModel: ReadModel,
  due: RunningProjection,
  hooks: Hooks,
  signal: AbortSignal,
): Promise<void> => {
  const subscriptions = readModel.collection<EndpointDocument>({ name: endpoints.name, indexes: endpoints.indexes });
  const known = await loadAll(subscriptions);
  hooks.onEndpoints = (ids) => void refresh(subscriptions, known, ids);
  const sender = new Sender({
    context,
    egress: createEgress({ allowPrivateIps: context.config.ALLOW_PRIVATE_IPS }),
    deliveries: readModel.collection<DeliveryDocument>({ name: deliveries.name, indexes: deliveries.indexes }),
    endpoint: (webhookId) => known.get(webhookId) ?? null,
    indexed: (position) => due.waitFor(position, indexedMsMax),
  });
  hooks.onDeliveries = () => sender.wake();
  sender.wake();
  const progress = readModel.collection({ name: 'fan-out', indexes: [] });
  const endpointsOf = (apiKeyId: string): EndpointDocument[] =>
    [...known.values()].filter((endpoint) => endpoint.apiKeyId === apiKeyId);
  while (!signal.aborted) {
    try {
      await runFanOut({ context, progress, endpointsOf }, signal);
    } catch (err) {
      if (signal.aborted) break;
      context.log.warn({ err }, 'fan-out');
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
  hooks.onEndpoints = () => {};
  hooks.onDeliveries = () => {};
  await sender.stop();
};

const loadAll = async (subscriptions: Collection<EndpointDocument>): Promise<Map<string, EndpointDocument>> => {
  const known = new Map<string, EndpointDocument>();
  let afterId: string | null = null;
  for (;;) {
    const page: Stored<EndpointDocument>[] = await subscriptions.scan(afterId, 500);
    for (const { id, document } of page) known.set(id, document);
    if (page.length === 0) return known;
    afterId = page.at(-1)?.id ?? null;
  }
};

const refresh = async (
  subscriptions: Collection<EndpointDocument>,
  known: Map<string, EndpointDocument>,
  ids: readonly string[],
): Promise<void> => {
  const found = new Map((await subscriptions.getMany(ids)).map(({ id, document }) => [id, document]));
  for (const id of ids) {
    const document = found.get(id);
    if (document) known.set(id, document);
    else known.delete(id);
  }
};
