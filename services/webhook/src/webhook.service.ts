import { createEgress } from '@ffapi/egress';
import { documentsOf } from '@ffapi/read-model';
import { egressRules, type ComponentHealth, type ServiceContext, type ServiceParts } from '@ffapi/service-kit';
import { deliveryRequests } from './send/index.ts';
import { endpointRequests, cacheDecrypted } from './endpoints/index.ts';
import { projected, startDelivering, type Delivering } from './webhook.leader.ts';

export const name = 'webhook';
export const projections = Object.values(projected);

/** A delivery that is due and waits for longer is late: there are more than can be sent. */
const lagSecondsMax = 60;

/** Tells the world what happened, signed, until it has heard. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const readModel = await context.openReadModel();
  const egress = createEgress(egressRules(context.config));
  const calls = { context, egress, open: cacheDecrypted(context.secrets) };
  let delivering: Delivering | null = null;
  const health = async (): Promise<Readonly<Record<string, ComponentHealth>>> => {
    const lagSeconds = Math.round((await (delivering?.lagMs() ?? 0)) / 1000);
    context.metrics.webhookLag.set(lagSeconds);
    return {
      webhooks: { status: lagSeconds > lagSecondsMax ? 'degraded' : 'up', detail: { lag_seconds: lagSeconds } },
    };
  };
  return {
    health,
    requests: {
      ...endpointRequests({
        context,
        endpoints: documentsOf(readModel, projected.endpoints),
        shown: async (position) => delivering?.shown('endpoints', position),
      }),
      ...deliveryRequests({
        context,
        calls,
        deliveries: documentsOf(readModel, projected.deliveries),
        shown: async (position) => delivering?.shown('deliveries', position),
      }),
    },
    start: async () => {
      const started = startDelivering(readModel, calls);
      delivering = started;
      return {
        stop: async () => {
          await started.stop();
          await egress.close();
          await readModel.close();
        },
      };
    },
  };
};
