import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, startMediaWorker } from '@ffapi/worker';

export const name = 'transcode';

const drainGraceMs = 2_000;

/** Runs the pool transcode-cpu. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return {
    start: async () => {
      const worker = await startMediaWorker(context, exec, 'transcode-cpu');
      return { stop: () => worker.drain(drainGraceMs) };
    },
  };
};
