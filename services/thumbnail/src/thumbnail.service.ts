import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, startMediaWorker } from '@ffapi/worker';

export const name = 'thumbnail';

/** Runs the pool thumbnail. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return { start: () => startMediaWorker(context, exec, 'thumbnail') };
};
