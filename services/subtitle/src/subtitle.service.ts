import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, startMediaWorker } from '@ffapi/worker';

export const name = 'subtitle';

const drainGraceMs = 2_000;

/** Runs the pool subtitle. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return {
    start: async () => {
      const worker = await startMediaWorker(context, exec, 'subtitle');
      return { stop: () => worker.drain(drainGraceMs) };
    },
  };
};
