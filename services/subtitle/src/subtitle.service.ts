import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, drainGraceMsOf, startMediaWorker } from '@ffapi/worker';

export const name = 'subtitle';

/** Runs the pool subtitle. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return {
    start: async () => {
      const worker = await startMediaWorker(context, exec, 'subtitle');
      return { stop: () => worker.drain(drainGraceMsOf(context.config)) };
    },
  };
};
