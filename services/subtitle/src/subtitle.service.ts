import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, startMediaWorker } from '@ffapi/worker';

export const name = 'subtitle';

/** Runs the pool subtitle. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  return { start: () => startMediaWorker(context, exec, 'subtitle') };
};
