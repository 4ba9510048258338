import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, startMediaWorker } from '@ffapi/worker';

export const name = 'transcode';

/** Runs the pool transcode-cpu. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return { start: () => startMediaWorker(context, exec, 'transcode-cpu') };
};
