import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, startMediaWorker } from '@ffapi/worker';

export const name = 'audio';

const drainGraceMs = 2_000;

/** Runs the pool audio. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return {
    start: async () => {
      const worker = await startMediaWorker(context, exec, 'audio');
      return { stop: () => worker.drain(drainGraceMs) };
    },
  };
};
