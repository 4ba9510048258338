import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { jobRequests } from './consumers/answer-requests.ts';
import { Leader } from './consumers/leader.ts';
import { watchStoreUsage } from './consumers/store-usage.ts';

export const name = 'job';

/** Accepts jobs, turns them into tasks, dispatches, retries, cancels, finishes. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const readModel = await context.openReadModel();
  const leader = new Leader(context, readModel);
  const usage = watchStoreUsage(context);
  return {
    requests: jobRequests(context, leader, usage.isFull),
    start: async () => {
      leader.start();
      return {
        stop: async () => {
          usage.stop();
          await leader.stop();
          await readModel.close();
        },
      };
    },
    health: async () => ({ job: { status: 'up', detail: { leading: leader.isLeading } } }),
  };
};
