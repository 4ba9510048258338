import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { webhookRequests } from './consumers/answer-requests.ts';
import { startDelivering } from './consumers/leader.ts';
import { deliveries } from './projections/deliveries.projection.ts';
import { endpoints } from './projections/endpoints.projection.ts';

export const name = 'webhook';
export const projections = [endpoints, deliveries];

/** Tells the world what happened, signed, until it has heard. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const readModel = await context.openReadModel();
  return {
    requests: webhookRequests({
      context,
      endpoints: readModel.collection({ name: endpoints.name, indexes: endpoints.indexes }),
      deliveries: readModel.collection({ name: deliveries.name, indexes: deliveries.indexes }),
    }),
    start: async () => {
      const delivering = startDelivering(context, readModel);
      return {
        stop: async () => {
          await delivering.stop();
          await readModel.close();
        },
      };
    },
  };
};
