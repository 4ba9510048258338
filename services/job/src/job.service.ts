import { verifyAnchors } from '@ffapi/es-jetstream';
import { startRelay, withLease, type ServiceContext, type ServiceParts } from '@ffapi/service-kit';
import { jobRequests, endedJobs, openJobs } from './jobs/index.ts';
import { watchPoison } from './dead-letters/index.ts';
import { anchorsFile, Leader } from './job.leader.ts';
import { watchStoreUsage } from './retention/index.ts';

export const name = 'job';
export const projections = [openJobs, endedJobs];

/** Accepts jobs, turns them into tasks, dispatches, retries, cancels, finishes. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  // A store that has lost what was acknowledged must not be built upon.
  await verifyAnchors({ store: context.rawStore, file: anchorsFile(context) });
  const readModel = await context.openReadModel();
  const leader = new Leader(context, readModel);
  const usage = watchStoreUsage(context);
  context.metrics.onScrape(async () => {
    const { bytes, bytesMax } = await context.usage();
    context.metrics.eventStoreBytes.set(bytes);
    context.metrics.eventStoreLimit.set(bytesMax);
  });
  return {
    requests: jobRequests(context, leader, usage.isFull),
    start: async () => {
      leader.start();
      const relay = await startRelay(context.config, context.connection, context.rawStore, withLease(context, 'relay'));
      const poison = await watchPoison(context);
      return {
        stop: async () => {
          usage.stop();
          await poison.stop();
          await relay.stop();
          await leader.stop();
          await readModel.close();
        },
      };
    },
    health: async () => ({ job: { status: 'up', detail: { leading: leader.isLeading } } }),
  };
};
